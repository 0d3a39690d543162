#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/join.h"
#include "base/time.h"
#include "cli/cert_list_command.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/pem_bundle.h"
#include "cli/session.h"
#include "cli/table.h"
#include "domain/tls_version.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct CertArguments {
  BackendOptions backend;
  std::string certificate_file;
  std::string key_file;
  std::vector<std::string> bundle_files;
  bool dry_run = false;
  std::string name;
  std::string project;
  std::string chain;
  std::string cert_id;
  bool pem_only = false;
  std::vector<std::string> domains;
  bool no_https = false;
  bool http2 = false;
  std::string min_version;
  std::string max_version;
};

base::Result<PemPair> read_pair(const CertArguments& arguments) {
  if (arguments.bundle_files.empty()) {
    if (arguments.certificate_file.empty() || arguments.key_file.empty()) {
      return base::Error{base::ErrorCode::kConfiguration,
                         tr("name --cert and --key, or --pem with everything in any order",
                            "请指定 --cert 与 --key，或用 --pem 给出任意顺序的全部内容")};
    }
    PemPair pair;
    TRY_ASSIGN(base::WipedBuffer certificates, read_input_file(arguments.certificate_file));
    TRY_ASSIGN(base::WipedBuffer key, read_input_file(arguments.key_file));
    pair.certificates = to_utf8(std::move(certificates));
    pair.private_key = to_utf8(std::move(key));
    return pair;
  }
  TRY_ASSIGN(const std::vector<PemText> texts, read_pem_texts(arguments.bundle_files));
  TRY_ASSIGN(PemPair pair, sort_pem(texts));
  warn_of_other_keys(pair);
  return pair;
}

void print_warnings(const json::value& result) {
  for (const json::value& warning : items_of(result, "Warnings")) {
    std::cout << tr("warning: ", "警告：") << printable(std::string_view(warning.get_string())) << "\n";
  }
}

int print_created(const json::value& result) {
  std::cout << to_lines({{"ChainID", text_of(result, "ChainID")}, {tr("domain", "域名"), text_of(result, "Domain")}});
  print_warnings(result);
  return 0;
}

// Prints what would happen, and returns 1 when the upload would be refused.
int print_plan(const json::value& plan) {
  const std::string effect = text_of(plan, "Effect");
  const std::string meaning = effect == "create"   ? tr("would add a new certificate", "将新增证书")
                              : effect == "update" ? tr("would update the certificate", "将更新证书")
                              : effect == "relabel" ? tr("would change name or project only", "仅会修改名称或项目")
                              : effect == "none"
                                  ? tr("is there already; nothing would change", "已存在，不会有任何变化")
                                  : tr("would be refused", "将被拒绝");
  std::cout << to_lines(
      {{tr("effect", "结果"), meaning},
       {"ChainID", text_of(plan, "ChainID")},
       {tr("domain", "域名"), text_of(plan, "Domain")},
       {tr("uncovered", "未覆盖"), text_of(plan, "UncoveredDomains")},
       {tr("chain", "证书链"), items_of(plan, "Chain").empty()
                                   ? ""
                                   : std::to_string(items_of(plan, "Chain").size()) + tr(" certificates", " 张证书")}});
  for (const json::value& finding : items_of(plan, "Findings")) {
    const std::string block = text_of(finding, "Block");
    std::cout << (text_of(finding, "Severity") == "error" ? tr("error: ", "错误：") : tr("warning: ", "警告：")) << "["
              << text_of(finding, "Id") << "] " << text_of(finding, "Part") << (block == "0" ? "" : " " + block) << ": "
              << printable(text_of(finding, "Message")) << ". " << printable(text_of(finding, "Remedy")) << ".\n";
  }
  if (items_of(plan, "Findings").empty() && !flag_of(plan, "Accepted")) {
    const json::value& error = part_of(plan, "Error");
    std::cout << text_of(error, "Code") << ": " << text_of(error, "Message") << "\n";
  }
  return flag_of(plan, "Accepted") ? 0 : 1;
}

base::Result<int> create(const CertArguments& arguments) {
  TRY_ASSIGN(const PemPair pair, read_pair(arguments));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  std::string chain = arguments.chain;
  if (!chain.empty()) {
    TRY_ASSIGN(chain, find_chain_id(session, arguments.chain));
  }
  TRY_ASSIGN(const json::value result, session.call(arguments.dry_run ? "PlanCert" : "CreateCert",
                                                    to_upload(pair, arguments.name, arguments.project, chain)));
  if (arguments.backend.as_json) {
    print_json(result);
    return arguments.dry_run && !flag_of(result, "Accepted") ? 1 : 0;
  }
  return arguments.dry_run ? print_plan(result) : print_created(result);
}

base::Result<int> describe(const CertArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  if (!arguments.chain.empty()) {
    TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
    json.text("ChainID", chain);
  }
  json.text("CertID", arguments.cert_id);
  TRY_ASSIGN(const json::value result, session.call("DescribeCertDetailSecretV2", json.finish()));
  const json::value& material = part_of(result, "SSL");
  const json::array& chain = items_of(material, "Chain");
  if (arguments.pem_only) {
    for (const json::value& pem : chain) std::cout << std::string_view(pem.get_string());
    return 0;
  }
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  std::cout << to_lines({{tr("name", "名称"), text_of(result, "CertName")},
                         {"ChainID", text_of(result, "ChainID")},
                         {"CertID", text_of(result, "CertID")},
                         {tr("project", "项目"), text_of(result, "ProjectName")},
                         {tr("domains", "域名"), text_of(result, "CertDomainList")},
                         {tr("valid from", "生效"), text_of(result, "NotBefore")},
                         {tr("valid until", "到期"), end_text(text_of(result, "EndsAt"), base::SystemClock().now())},
                         {tr("status", "状态"), text_of(result, "Status")},
                         {tr("key", "密钥类型"), text_of(material, "KeyType")},
                         {tr("chain", "证书链"), std::to_string(chain.size()) + tr(" certificates", " 张证书")}});
  print_warnings(result);
  return 0;
}

base::Result<int> bind(const CertArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  for (const std::string& domain : arguments.domains) {
    JsonWriter json;
    json.text("ChainID", chain).text("Domain", domain).flag("HTTPS", !arguments.no_https);
    json.flag("HTTP2", arguments.http2).text("MinTLSVersion", arguments.min_version);
    json.text("MaxTLSVersion", arguments.max_version);
    TRY_ASSIGN(const json::value result, session.call("BindCert", json.finish()));
    say_done(arguments.backend, domain + tr(" uses ", " 已绑定 ") + short_id(chain));
    if (!arguments.backend.as_json) print_warnings(result);
  }
  return 0;
}

base::Result<int> unbind(const CertArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  for (const std::string& domain : arguments.domains) {
    TRY(session.call("UnbindCert", JsonWriter().text("Domain", domain).finish()));
    say_done(arguments.backend, domain + tr(" uses no certificate any more", " 已解除绑定"));
  }
  return 0;
}

base::Result<int> remove(const CertArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  TRY(session.call("DeleteCert", JsonWriter().text("ChainID", chain).finish()));
  say_done(arguments.backend, chain + tr(" is deleted", " 已删除"));
  return 0;
}

base::Result<int> rename(const CertArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  JsonWriter json;
  json.text("ChainID", chain).text("CertName", arguments.name).text("UseWay", "https");
  TRY_ASSIGN(const json::value result, session.call("UpdateCert", json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
  } else {
    std::cout << chain << tr(" is named ", " 已改名为 ") << arguments.name << "\n";
  }
  return 0;
}

void declare_create(CLI::App& cert, const std::shared_ptr<CertArguments>& arguments, Command& chosen) {
  CLI::App* command = add_command(
      cert, "create",
      tr("Add a certificate, or update the one that --chain-id names", "新增证书，或更新 --chain-id 指定的证书"),
      arguments, create, chosen);
  auto* cert_file = command->add_option("--cert", arguments->certificate_file,
                                        tr("PEM file: leaf, then intermediates; - for standard input",
                                           "PEM 文件：叶证书在前，其后为中间证书；- 表示标准输入"));
  auto* key_file =
      command->add_option("--key", arguments->key_file, tr("PEM file of the private key", "私钥的 PEM 文件"));
  command
      ->add_option("--pem", arguments->bundle_files,
                   tr("PEM files with leaf, chain and key in any order, or a folder of them; - for standard input",
                      "含叶证书、证书链与私钥的 PEM 文件或其目录，顺序不限；- 表示标准输入"))
      ->excludes(cert_file)
      ->excludes(key_file);
  command->add_option("--name", arguments->name, tr("Name of the certificate", "证书名称"));
  command->add_option("--project", arguments->project, tr("Project; default: default", "项目；默认为 default"));
  command->add_option("--chain-id", arguments->chain,
                      tr("ChainID to update, or its first digits", "要更新的 ChainID，或其前几位"));
  command->add_flag("--dry-run", arguments->dry_run,
                    tr("Say what would happen and change nothing", "只说明会发生什么，不做任何改动"));
}

void declare_bind(CLI::App& cert, const std::shared_ptr<CertArguments>& arguments, Command& chosen) {
  const std::string versions = base::join(base::words_of(domain::kTlsVersions), "|");
  CLI::App* command =
      add_command(cert, "bind", tr("Let domains use a certificate, HTTPS on", "为域名绑定证书，并开启 HTTPS"),
                  arguments, bind, chosen);
  command->add_option("chain", arguments->chain, tr("ChainID, or its first digits", "ChainID，或其前几位"))->required();
  command->add_option("domains", arguments->domains, tr("Domains", "域名"))->required();
  command->add_flag("--no-https", arguments->no_https, tr("Bind, but leave HTTPS off", "仅绑定，不开启 HTTPS"));
  command->add_flag("--http2", arguments->http2, tr("HTTP/2 on", "开启 HTTP/2"));
  command
      ->add_option("--min-tls", arguments->min_version,
                   tr("Lowest TLS version; default TLSv1.2", "最低 TLS 版本；默认 TLSv1.2"))
      ->type_name(versions);
  command
      ->add_option("--max-tls", arguments->max_version,
                   tr("Highest TLS version; default none", "最高 TLS 版本；默认不限"))
      ->type_name(versions);
}

}  // namespace

void add_cert_commands(CLI::App& root, Command& chosen) {
  CLI::App& cert = *root.add_subcommand("cert", tr("Certificates", "证书"))->require_subcommand(1);
  const auto arguments = std::make_shared<CertArguments>();
  const auto takes_chain = [&](CLI::App* command) {
    command->add_option("chain", arguments->chain, tr("ChainID, or its first digits", "ChainID，或其前几位"))
        ->required();
    return command;
  };
  declare_create(cert, arguments, chosen);
  add_deploy_command(cert, chosen);
  add_cert_list_command(cert, chosen);

  CLI::App* describe_command =
      add_command(cert, "describe", tr("Show one certificate with its chain", "查看一个证书及其证书链"), arguments,
                  describe, chosen);
  auto* by_chain = describe_command->add_option("chain", arguments->chain,
                                                tr("ChainID, or its first digits", "ChainID，或其前几位"));
  describe_command
      ->add_option("--cert-id", arguments->cert_id, tr("CertID, instead of a ChainID", "以 CertID 代替 ChainID"))
      ->excludes(by_chain);
  describe_command->add_flag("--pem", arguments->pem_only, tr("Print the certificates' PEM alone", "只打印证书的 PEM"));

  declare_bind(cert, arguments, chosen);
  add_command(cert, "unbind", tr("Let domains use no certificate", "解除域名的证书绑定"), arguments, unbind, chosen)
      ->add_option("domains", arguments->domains, tr("Domains", "域名"))
      ->required();
  takes_chain(add_command(cert, "delete", tr("Delete a certificate that no domain uses", "删除未被任何域名使用的证书"),
                          arguments, remove, chosen));
  takes_chain(
      add_command(cert, "rename", tr("Give a certificate another name", "修改证书名称"), arguments, rename, chosen))
      ->add_option("name", arguments->name, tr("Its new name", "新名称"))
      ->required();
  add_history_commands(cert, chosen);
  add_delivery_commands(cert, chosen);
}

}  // namespace livecert::cli
