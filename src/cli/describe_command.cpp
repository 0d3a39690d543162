#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/join.h"
#include "base/time.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/idn.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"
#include "x509/certificate.h"
#include "x509/pem_scanner.h"

// `cert describe`: what a certificate is, which domains use it, and which edges show it.
namespace livecert::cli {
namespace {

namespace json = boost::json;

struct DescribeArguments {
  BackendOptions backend;
  std::string chain;
  std::string cert_id;
  bool pem_only = false;
};

// "AB:CD:…", as browsers and openssl show fingerprints and serial numbers.
std::string with_colons(const std::string& hex) {
  std::string text;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i > 0 && i % 2 == 0) text += ':';
    text += hex[i];
  }
  return text;
}

std::optional<x509::Certificate> parse_leaf(const json::array& chain) {
  if (chain.empty() || !chain.front().is_string()) return std::nullopt;
  const auto blocks = x509::scan_pem(std::string_view(chain.front().get_string()), 1);
  if (blocks.empty()) return std::nullopt;
  auto leaf = x509::Certificate::parse(blocks.front().der);
  if (!leaf) return std::nullopt;
  return *std::move(leaf);
}

// Clients may begin to refuse a certificate before its leaf ends: with an issuer that it needs.
std::string end_of(const json::value& result) {
  std::string end = end_text(text_of(result, "EndsAt"), base::SystemClock().now());
  if (text_of(result, "EndsAt") != text_of(result, "NotAfter")) {
    end += tr(", with an issuer; the leaf itself: ", "，随签发者证书到期；证书本身：") + text_of(result, "NotAfter");
  }
  return end;
}

std::vector<Field> facts_of(const json::value& result) {
  const json::value& material = part_of(result, "SSL");
  const json::array& chain = items_of(material, "Chain");
  std::vector<Field> fields{{tr("name", "名称"), text_of(result, "CertName")},
                            {"ChainID", text_of(result, "ChainID")},
                            {"CertID", text_of(result, "CertID")},
                            {tr("project", "项目"), text_of(result, "ProjectName")}};
  if (const auto leaf = parse_leaf(chain)) {
    std::vector<std::string> names;
    std::ranges::transform(leaf->dns_names(), std::back_inserter(names), shown_domain);
    fields.push_back({tr("names", "证书域名"), base::join(names, ", ")});
    fields.push_back({tr("addresses", "证书 IP"), base::join(leaf->ip_addresses(), ", ")});
    fields.push_back({tr("subject", "主体"), leaf->subject_text()});
    fields.push_back({tr("issuer", "签发者"), leaf->issuer_text()});
    fields.push_back({tr("serial number", "序列号"), leaf->serial_hex()});
    fields.push_back({tr("key", "密钥"), leaf->key_text()});
    fields.push_back({tr("signature", "签名算法"), leaf->signature_text()});
  }
  fields.push_back({"SHA-256", with_colons(text_of(result, "FingerprintSHA256"))});
  fields.push_back({"SHA-1", with_colons(text_of(result, "FingerprintSHA1"))});
  fields.push_back({tr("valid from", "生效"), text_of(result, "NotBefore")});
  fields.push_back({tr("valid until", "到期"), end_of(result)});
  fields.push_back({tr("status", "状态"), status_text(text_of(result, "Status"))});
  fields.push_back({tr("chain", "证书链"), std::to_string(chain.size()) + tr(" certificates", " 张证书")});
  return fields;
}

// One line for each domain that uses the chain, with the edges that show it and those that do not.
base::Result<void> print_use(Session& session, const std::string& chain) {
  TRY_ASSIGN(const json::value bound, session.call("ListBindings", JsonWriter().text("ChainID", chain).finish()));
  TRY_ASSIGN(const json::value delivery,
             session.call("DescribeDelivery", JsonWriter().text("ChainID", chain).finish()));
  struct Edges {
    std::vector<std::string> showing;
    std::vector<std::string> others;
  };
  std::map<std::string, Edges> edges;
  for (const json::value& item : items_of(delivery, "DeliveryList")) {
    if (!flag_of(item, "Expected")) continue;
    const std::string state = text_of(item, "State");
    const bool shows = state == "proved" || state == "acknowledged";
    Edges& of_domain = edges[text_of(item, "Domain")];
    (shows ? of_domain.showing : of_domain.others).push_back(text_of(item, "Edge"));
  }
  Table table({tr("USED BY", "使用域名"), "HTTPS", tr("SHOWN BY", "已启用"), tr("NOT SHOWN BY", "未启用")});
  for (const json::value& item : items_of(bound, "BindingList")) {
    const Edges& of_domain = edges[text_of(item, "Domain")];
    table.add({shown_domain(text_of(item, "Domain")), text_of(item, "HTTPS"), base::join(of_domain.showing, ", "),
               base::join(of_domain.others, ", ")},
              of_domain.others.empty() ? Tone::kPlain : Tone::kTrouble);
  }
  if (table.empty()) {
    std::cout << tr("no domain uses it\n", "没有域名使用它\n");
  } else {
    std::cout << "\n" << shown(table);
  }
  return {};
}

base::Result<int> describe(const DescribeArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter query;
  if (!arguments.chain.empty()) {
    TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
    query.text("ChainID", chain);
  }
  query.text("CertID", arguments.cert_id);
  TRY_ASSIGN(const json::value result, session.call("DescribeCertDetailSecretV2", query.finish()));
  if (arguments.pem_only) {
    for (const json::value& pem : items_of(part_of(result, "SSL"), "Chain")) {
      std::cout << std::string_view(pem.get_string());
    }
    return 0;
  }
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  std::cout << to_lines(facts_of(result));
  for (const json::value& warning : items_of(result, "Warnings")) {
    std::cout << tr("warning: ", "警告：") << printable(std::string_view(warning.get_string())) << "\n";
  }
  // What uses the chain uses its current version, which another CertID is not.
  if (arguments.cert_id.empty()) TRY(print_use(session, text_of(result, "ChainID")));
  return 0;
}

}  // namespace

void add_describe_command(CLI::App& cert, Command& chosen) {
  const auto arguments = std::make_shared<DescribeArguments>();
  CLI::App* command = add_command(cert, "describe",
                                  tr("Show one certificate, the domains that use it and the edges that show it",
                                     "查看一个证书、使用它的域名，以及已启用它的接入节点"),
                                  arguments, describe, chosen);
  auto* by_chain = command->add_option("chain", arguments->chain, chain_help());
  command->add_option("--cert-id", arguments->cert_id, tr("CertID, instead of a ChainID", "以 CertID 代替 ChainID"))
      ->excludes(by_chain);
  command->add_flag("--pem", arguments->pem_only, tr("Print the certificates' PEM alone", "只打印证书的 PEM"));
}

}  // namespace livecert::cli
