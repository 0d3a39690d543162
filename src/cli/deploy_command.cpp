#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "base/join.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/delivery_commands.h"
#include "cli/idn.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/upload_files.h"
#include "crypto/hash.h"
#include "domain/live_domain.h"
#include "domain/name_index.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kDomainsOfCall = 500;

struct DeployArguments {
  BackendOptions backend;
  std::string name;
  UploadFiles files;
  std::string project;
  std::vector<std::string> domains;
  bool all_names = false;
  bool create_domains = false;
  bool dry_run = false;
  bool wait = false;
  int timeout_seconds = 30;
};

// A domain that does not use the certificate yet, and how it is served now, which stays.
struct Binding {
  std::string domain;
  bool http2 = false;
  std::string min_version = {};
  std::string max_version = {};

  [[nodiscard]] bool is_served_as(const Binding& other) const {
    return http2 == other.http2 && min_version == other.min_version && max_version == other.max_version;
  }
};

// The steps that are left to do.
struct Steps {
  std::string chain;   // empty: a new one
  std::string effect;  // create, update or none
  std::string former;  // the CertID of the earlier version that is this certificate, if there is one
  std::vector<std::string> new_domains;
  std::vector<Binding> bindings;
};

base::Error refused(std::string message) {
  return {base::ErrorCode::kInvalidInput, std::move(message)};
}

// A name that no domain can have, such as one of more than 60 characters, is told and left out.
void add_names(const bundle::Upload& files, std::vector<std::string>& wanted) {
  for (const std::string& name : files.leaf.dns_names()) {
    if (name.starts_with("*.")) continue;
    if (const auto domain = domain::DomainName::parse(name)) {
      wanted.emplace_back(domain->view());
    } else {
      print_warning(printable(name) + tr(" is left out: ", " 已忽略：") + domain.error().message);
    }
  }
}

// The domains to bind, each once.
base::Result<std::vector<std::string>> wanted_domains(const DeployArguments& arguments, const bundle::Upload& files) {
  std::vector<std::string> wanted;
  for (const std::string& text : arguments.domains) {
    const auto domain = domain::DomainName::parse(text);
    if (domain) {
      wanted.emplace_back(domain->view());
      continue;
    }
    if (!text.starts_with("*.")) return refused("--domain " + text + ": " + domain.error().message);
    return refused("--domain " + text +
                   tr(": a wildcard is no domain. Name the domains that the certificate is for",
                      "：通配符不是域名，请给出该证书要用于的域名"));
  }
  if (arguments.all_names) add_names(files, wanted);
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  std::vector<std::string> bare;
  const domain::NameIndex names(files.leaf.dns_names());
  std::ranges::copy_if(wanted, std::back_inserter(bare), [&](const auto& domain) { return !names.covers(domain); });
  if (bare.empty() || files.leaf.dns_names().empty()) return wanted;
  return refused(tr("the certificate is for ", "证书仅适用于 ") + base::join(files.leaf.dns_names(), ", ") +
                 tr(" and does not cover ", "，不包含 ") + base::join(bare, ", "));
}

// The ChainID of the certificate with exactly that name; empty if there is none.
base::Result<std::string> find_named(Session& session, const DeployArguments& arguments) {
  TRY_ASSIGN(const std::vector<NamedCertificate> named, find_by_name(session, arguments.name, arguments.project));
  if (named.size() <= 1) return named.empty() ? "" : named.front().chain_id;
  return refused(tr("several certificates have the name ", "有多个证书名为 ") + printable(arguments.name) +
                 tr(", so it is not clear which to update. Rename or delete the others:",
                    "，无法确定要更新哪一个。请重命名或删除其他证书：") +
                 to_choices(named));
}

// What the upload would do; an error when it would be refused, or when the certificate has another name already.
base::Result<std::string> plan_effect(Session& session, const DeployArguments& arguments, const bundle::Upload& files,
                                      const std::string& chain) {
  TRY_ASSIGN(const json::value plan,
             session.call("PlanCert", to_request(files, arguments.name, arguments.project, chain)));
  if (!flag_of(plan, "Accepted")) {
    const json::value& error = part_of(plan, "Error");
    return refused(text_of(error, "Code") + ": " + text_of(error, "Message"));
  }
  std::string effect = text_of(plan, "Effect");
  if (!chain.empty() || effect == "create") return effect;
  const std::string holder = text_of(plan, "ChainID");
  TRY_ASSIGN(const json::value known,
             session.call("ListCerts", JsonWriter().text("ChainIDPrefix", holder).number("PageSize", 1).finish()));
  const json::array& found = items_of(known, "CertList");
  const std::string name = found.empty() ? "" : printable(text_of(found.front(), "CertName"));
  return refused(tr("this certificate is there already as ", "此证书已存在，ChainID 为 ") + holder +
                 (name.empty() ? tr(", without a name", "，没有名称") : tr(", named ", "，名称为 ") + name) +
                 tr(". Name it with: livecert cert rename ", "。可改名：livecert cert rename ") + short_id(holder) +
                 " " + printable(arguments.name));
}

// The CertID of an earlier version with this leaf; empty if there is none, or if the current version has it too. A hook
// that repeats its call must not undo a rollback, or put a former renewal back.
base::Result<std::string> find_former(Session& session, const x509::Certificate& leaf, const std::string& chain) {
  TRY_ASSIGN(const json::value known, session.call("ListCertVersions", JsonWriter().text("ChainID", chain).finish()));
  const std::string fingerprint = base::to_hex(crypto::sha256(leaf.der()));
  std::string former;
  for (const json::value& version : items_of(known, "VersionList")) {
    if (text_of(version, "Fingerprint") != fingerprint) continue;
    if (flag_of(version, "Current")) return std::string();
    former = text_of(version, "CertID");
  }
  return former;
}

// Compares what the domains use with what they should use.
base::Result<void> plan_domains(Session& session, const std::vector<std::string>& wanted, Steps& steps) {
  for (std::size_t at = 0; at < wanted.size(); at += kDomainsOfCall) {
    const auto begin = wanted.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(kDomainsOfCall, wanted.size() - at));
    TRY_ASSIGN(const json::value result,
               session.call("ListDomains", JsonWriter().strings("Domains", {begin, end}).finish()));
    const json::array& known = items_of(result, "DomainList");
    for (const std::string& domain : std::vector<std::string>(begin, end)) {
      const auto item =
          std::ranges::find_if(known, [&](const auto& each) { return text_of(each, "Domain") == domain; });
      if (item == known.end()) {
        steps.new_domains.push_back(domain);
        steps.bindings.push_back({domain});
      } else if (steps.chain.empty() || text_of(*item, "ChainID") != steps.chain || !flag_of(*item, "HTTPS")) {
        steps.bindings.push_back(
            {domain, flag_of(*item, "HTTP2"), text_of(*item, "MinTLSVersion"), text_of(*item, "MaxTLSVersion")});
      }
    }
  }
  return {};
}

base::Result<Steps> plan(Session& session, const DeployArguments& arguments, const bundle::Upload& files,
                         const std::vector<std::string>& wanted) {
  Steps steps;
  TRY_ASSIGN(steps.chain, find_named(session, arguments));
  TRY_ASSIGN(steps.effect, plan_effect(session, arguments, files, steps.chain));
  if (steps.effect == "update") {
    TRY_ASSIGN(steps.former, find_former(session, files.leaf, steps.chain));
    if (!steps.former.empty()) steps.effect = "none";
  }
  TRY(plan_domains(session, wanted, steps));
  if (steps.new_domains.empty() || arguments.create_domains) return steps;
  return refused(tr("these are not among your domains: ", "您没有这些域名：") + base::join(steps.new_domains, ", ") +
                 tr(". --create-domains adds them", "。--create-domains 可添加"));
}

// Only for people.
void say(const DeployArguments& arguments, const std::string& what) {
  say_done(arguments.backend, what);
}

json::array to_array(const std::vector<std::string>& words) {
  json::array array;
  for (const std::string& word : words) array.emplace_back(word);
  return array;
}

json::object to_json(const DeployArguments& arguments, const Steps& steps) {
  json::array bound;
  for (const Binding& binding : steps.bindings) bound.emplace_back(binding.domain);
  json::object result;
  result["CertName"] = arguments.name;
  result["ChainID"] = steps.chain;
  result["Effect"] = steps.effect;
  if (!steps.former.empty()) result["FormerVersion"] = steps.former;
  result["CreatedDomains"] = to_array(steps.new_domains);
  result["BoundDomains"] = std::move(bound);
  return result;
}

base::Result<void> create_domains(Session& session, const DeployArguments& arguments, const Steps& steps) {
  for (const std::string& domain : steps.new_domains) {
    JsonWriter item;
    item.text("DomainName", domain).text("Type", domain::kDefaultDomainType).text("Region", domain::kDefaultRegion);
    std::vector<base::WipedBuffer> items;
    items.push_back(item.finish());
    JsonWriter json;
    json.text("Vhost", domain::default_vhost(domain)).text("ProjectName", arguments.project).objects("Domains", items);
    TRY(session.call("CreateDomainV2", json.finish()));
    say(arguments, shown_domain(domain) + tr(" is added", " 已添加"));
  }
  return {};
}

void add_warnings(const DeployArguments& arguments, const json::value& answer, json::array& warnings) {
  for (const json::value& warning : items_of(answer, "Warnings")) {
    if (std::ranges::find(warnings, warning) != warnings.end()) continue;
    warnings.push_back(warning);
    say(arguments, tr("warning: ", "警告：") + std::string(warning.get_string()));
  }
}

base::Result<void> upload(Session& session, const DeployArguments& arguments, const bundle::Upload& files, Steps& steps,
                          json::array& warnings) {
  if (steps.effect == "none") return {};
  TRY_ASSIGN(const json::value answer,
             session.call("CreateCert", to_request(files, arguments.name, arguments.project, steps.chain)));
  steps.chain = text_of(answer, "ChainID");
  say(arguments,
      arguments.name +
          (steps.effect == "create" ? tr(" is added as ", " 已新增，ChainID 为 ") : tr(" is updated: ", " 已更新：")) +
          short_id(steps.chain));
  add_warnings(arguments, answer, warnings);
  return {};
}

// All domains that are served alike in one step: all of them or none.
base::Result<void> bind_alike(Session& session, const DeployArguments& arguments, const std::string& chain,
                              const std::vector<Binding>& bindings, json::array& warnings) {
  std::vector<std::string> domains;
  domains.reserve(bindings.size());
  for (const Binding& binding : bindings) domains.push_back(binding.domain);
  const Binding& first = bindings.front();
  JsonWriter json;
  json.text("ChainID", chain).strings("Domains", domains).flag("HTTPS", true);
  json.flag("HTTP2", first.http2).text("MinTLSVersion", first.min_version).text("MaxTLSVersion", first.max_version);
  TRY_ASSIGN(const json::value answer, session.call("BindCerts", json.finish()));
  for (const std::string& domain : domains)
    say(arguments, shown_domain(domain) + tr(" uses ", " 已绑定 ") + short_id(chain));
  add_warnings(arguments, answer, warnings);
  return {};
}

base::Result<void> bind(Session& session, const DeployArguments& arguments, const Steps& steps, json::array& warnings) {
  constexpr std::size_t kMostAtOnce = 200;
  std::vector<std::vector<Binding>> groups;
  for (const Binding& binding : steps.bindings) {
    const auto group = std::ranges::find_if(groups, [&](const std::vector<Binding>& each) {
      return each.size() < kMostAtOnce && each.front().is_served_as(binding);
    });
    if (group == groups.end()) {
      groups.push_back({binding});
    } else {
      group->push_back(binding);
    }
  }
  Progress progress(tr("bound", "已绑定"), arguments.backend.as_json);
  std::int64_t done = 0;
  for (const std::vector<Binding>& group : groups) {
    TRY(bind_alike(session, arguments, steps.chain, group, warnings));
    done += static_cast<std::int64_t>(group.size());
    progress.show(done, static_cast<std::int64_t>(steps.bindings.size()));
  }
  return {};
}

// Nothing has been done yet.
int show_plan(const DeployArguments& arguments, const Steps& steps) {
  if (arguments.backend.as_json) {
    print_json(to_json(arguments, steps));
    return 0;
  }
  std::vector<std::string> bound;
  bound.reserve(steps.bindings.size());
  for (const Binding& binding : steps.bindings) bound.push_back(binding.domain);
  const std::string meaning =
      steps.effect == "create"   ? tr("would add a new certificate", "将新增证书")
      : steps.effect == "update" ? tr("would update the certificate", "将更新证书")
      : !steps.former.empty()
          ? tr("would change nothing: an earlier version is this certificate", "不会变化：较早的版本就是此证书")
          : tr("is there already", "证书已存在");
  std::cout << to_lines({{tr("effect", "结果"), meaning},
                         {"ChainID", steps.chain},
                         {tr("would add", "将添加域名"), base::join(steps.new_domains, ", ")},
                         {tr("would bind", "将绑定域名"), base::join(bound, ", ")}});
  return 0;
}

base::Result<int> deploy(const DeployArguments& given) {
  DeployArguments arguments = given;
  TRY_ASSIGN(const bundle::Upload files, read_upload(arguments.files));
  TRY_ASSIGN(const std::vector<std::string> wanted, wanted_domains(arguments, files));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  arguments.project = project_or_default(session, arguments.project);
  TRY_ASSIGN(Steps steps, plan(session, arguments, files, wanted));
  if (arguments.dry_run) return show_plan(arguments, steps);

  json::array warnings;
  TRY(create_domains(session, arguments, steps));
  TRY(upload(session, arguments, files, steps, warnings));
  TRY(bind(session, arguments, steps, warnings));
  if (!steps.former.empty()) {
    say(arguments,
        arguments.name +
            tr(" had this certificate before and has another one now, which stays. To make it current again: livecert "
               "cert rollback ",
               " 曾使用此证书，现已改用另一张，保持不变。如要改回：livecert cert rollback ") +
            short_id(steps.chain) + " --to " + steps.former);
  } else if (steps.effect == "none" && steps.bindings.empty()) {
    say(arguments,
        arguments.name + tr(" holds this certificate already: nothing changed", " 已是此证书，没有任何变化"));
  }
  json::object result = to_json(arguments, steps);
  if (!warnings.empty()) result["Warnings"] = std::move(warnings);
  int status = 0;
  if (arguments.wait) {
    TRY_ASSIGN(const json::value delivery, await_delivery(session, steps.chain, arguments.timeout_seconds));
    status = status_of_awaited(delivery);
    if (!arguments.backend.as_json) print_awaited(delivery, arguments.timeout_seconds);
    result["Delivery"] = delivery;
  }
  if (arguments.backend.as_json) print_json(result);
  return status;
}

std::string examples() {
  return tr("Examples:", "示例：") +
         "\n  livecert cert deploy --name www --domain live.example.net --wait fullchain.pem privkey.pem"
         "\n  livecert cert deploy --name www --all-names --create-domains /etc/letsencrypt/live/www"
         "\n  livecert cert deploy --name www --dry-run --json fullchain.pem privkey.pem";
}

}  // namespace

void add_deploy_command(CLI::App& cert, Command& chosen) {
  const auto arguments = std::make_shared<DeployArguments>();
  CLI::App* command = add_command(
      cert, "deploy",
      tr("Add or update the certificate of that name, and let domains use it; the same call again changes nothing. "
         "With --wait the exit status is that of cert wait",
         "按名称新增或更新证书，并让域名使用它；重复执行不会有任何变化。带 --wait 时退出码与 cert wait 相同"),
      arguments, deploy, chosen);
  command->footer(examples());
  arguments->files.add_to(*command);
  command->get_option("paths")->required();
  command
      ->add_option("--name", arguments->name,
                   tr("Name of the certificate, by which the next call finds it", "证书名称，下次执行时按此查找"))
      ->required()
      ->check([](const std::string& name) {
        return name.empty() ? tr("--name must not be empty", "--name 不能为空") : std::string();
      });
  take_domains(command->add_option("--domain", arguments->domains,
                                   tr("A domain that is to use it; may be repeated", "要使用它的域名；可重复")))
      ->allow_extra_args(false);
  command->add_flag("--all-names", arguments->all_names,
                    tr("Also the names of the certificate, except wildcards", "也包括证书中的名称，通配符除外"));
  command->add_flag("--create-domains", arguments->create_domains,
                    tr("Add the domains that there are not yet", "添加尚不存在的域名"));
  command
      ->add_option("--project", arguments->project,
                   tr("Project of the certificate and of new domains; default: any for a certificate that is there, "
                      "else default",
                      "证书与新域名所属的项目；已有的证书默认不限，新建的默认为 default"))
      ->envname("LIVECERT_PROJECT");
  command->add_flag("--dry-run", arguments->dry_run,
                    tr("Say what would happen and change nothing", "只说明会发生什么，不做任何改动"));
  command->add_flag("--wait", arguments->wait,
                    tr("Wait until every edge is seen to serve it; exit status 2: not in time, 3: no edge takes it",
                       "等待所有接入节点启用；退出码 2：超时，3：没有接入节点使用它"));
  command
      ->add_option("--timeout", arguments->timeout_seconds,
                   tr("With --wait: seconds; default 30", "与 --wait 同用：秒数；默认 30"))
      ->check(CLI::Range(0, 86'400));
}

}  // namespace livecert::cli
