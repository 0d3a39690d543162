#include <algorithm>
#include <iostream>
#include <iterator>
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
#include "cli/idn.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/upload_files.h"
#include "domain/tls_version.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct CertArguments {
  BackendOptions backend;
  UploadFiles files;
  bool all = false;
  bool dry_run = false;
  std::string name;
  std::string project;
  std::string chain;
  std::vector<std::string> domains;
  bool no_https = false;
  bool http2 = false;
  std::string min_version;
  std::string max_version;
};

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

// One upload; prints its result, and returns the exit status.
base::Result<int> send(Session& session, const CertArguments& arguments, const std::string& project,
                       const bundle::Upload& upload, const std::string& chain) {
  TRY_ASSIGN(const json::value result, session.call(arguments.dry_run ? "PlanCert" : "CreateCert",
                                                    to_request(upload, arguments.name, project, chain)));
  if (arguments.backend.as_json) {
    print_json(result);
    return arguments.dry_run && !flag_of(result, "Accepted") ? 1 : 0;
  }
  return arguments.dry_run ? print_plan(result) : print_created(result);
}

// Each certificate by itself: one that is refused does not keep the others from being uploaded.
base::Result<int> create_all(const CertArguments& arguments) {
  if (!arguments.name.empty() || !arguments.chain.empty()) {
    return base::Error{base::ErrorCode::kConfiguration,
                       tr("--all takes neither --name nor --chain-id: they are for one certificate",
                          "--all 不能与 --name 或 --chain-id 同用：它们只适用于一张证书")};
  }
  TRY_ASSIGN(const std::vector<bundle::Upload> uploads, read_uploads(arguments.files, true));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  const std::string project = project_or_default(session, arguments.project);
  int status = 0;
  Progress progress(tr("uploaded", "已上传"));
  for (const bundle::Upload& upload : uploads) {
    progress.show(&upload - uploads.data(), std::ssize(uploads));
    if (!arguments.backend.as_json) std::cout << name_of(upload) << "\n";
    const auto sent = send(session, arguments, project, upload, "");
    if (!sent) print_error(sent.error(), arguments.backend.as_json);
    status = std::max(status, sent ? *sent : 1);
  }
  return status;
}

base::Result<int> create(const CertArguments& arguments) {
  if (arguments.all) return create_all(arguments);
  TRY_ASSIGN(const bundle::Upload upload, read_upload(arguments.files));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  std::string chain = arguments.chain;
  if (!chain.empty()) {
    TRY_ASSIGN(chain, find_chain_id(session, arguments.chain));
  }
  // An update keeps the project that the certificate has.
  const std::string project = chain.empty() ? project_or_default(session, arguments.project) : arguments.project;
  return send(session, arguments, project, upload, chain);
}

// What would become of each domain; returns 1 when one would be refused.
int print_bind_plan(const json::value& plan) {
  Table table({tr("DOMAIN", "域名"), tr("EFFECT", "结果"), tr("USES NOW", "当前使用"), ""});
  for (const json::value& item : items_of(plan, "DomainList")) {
    const std::string effect = text_of(item, "Effect");
    const std::string meaning = effect == "bind"       ? tr("would use it", "将绑定")
                                : effect == "register" ? tr("would be added and use it", "将添加并绑定")
                                : effect == "none"     ? tr("uses it already", "已绑定")
                                                       : tr("would be refused", "将被拒绝");
    table.add({shown_domain(text_of(item, "Domain")), meaning, short_id(text_of(item, "FormerChainID")),
               text_of(item, "Message")},
              effect == "refused" ? Tone::kTrouble : Tone::kPlain);
  }
  std::cout << shown(table);
  print_warnings(plan);
  return flag_of(plan, "Accepted") ? 0 : 1;
}

// All these domains, or none.
base::Result<int> bind_all(Session& session, const CertArguments& arguments, const std::string& chain,
                           const std::vector<std::string>& domains) {
  JsonWriter json;
  json.text("ChainID", chain).strings("Domains", domains).flag("HTTPS", !arguments.no_https);
  json.flag("HTTP2", arguments.http2).text("MinTLSVersion", arguments.min_version);
  json.text("MaxTLSVersion", arguments.max_version).flag("DryRun", arguments.dry_run);
  TRY_ASSIGN(const json::value result, session.call("BindCerts", json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return flag_of(result, "Accepted") ? 0 : 1;
  }
  if (arguments.dry_run) return print_bind_plan(result);
  for (const json::value& item : items_of(result, "DomainList")) {
    say_done(arguments.backend, shown_domain(text_of(item, "Domain")) + tr(" uses ", " 已绑定 ") + short_id(chain));
  }
  print_warnings(result);
  return 0;
}

base::Result<int> bind(const CertArguments& arguments) {
  constexpr std::ptrdiff_t kDomainsOfCall = 200;
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  int status = 0;
  Progress progress(tr("bound", "已绑定"));
  for (auto from = arguments.domains.begin(); from != arguments.domains.end();) {
    const auto to = from + std::min(kDomainsOfCall, arguments.domains.end() - from);
    TRY_ASSIGN(const int done, bind_all(session, arguments, chain, {from, to}));
    status = std::max(status, done);
    from = to;
    progress.show(from - arguments.domains.begin(), std::ssize(arguments.domains));
  }
  return status;
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
  arguments->files.add_to(*command);
  // These say the same as PATH: what a file holds is seen by what is in it.
  const auto also = [&](const char* option, const std::string& help) {
    command->add_option_function<std::vector<std::string>>(
        option,
        [arguments](const std::vector<std::string>& paths) {
          arguments->files.paths.insert(arguments->files.paths.end(), paths.begin(), paths.end());
        },
        help);
  };
  also("--cert", tr("The same as PATH: the certificate", "同 PATH：证书"));
  also("--key", tr("The same as PATH: the private key", "同 PATH：私钥"));
  also("--pem", tr("The same as PATH: everything in any order", "同 PATH：顺序不限的全部内容"));
  command->add_flag("--all", arguments->all,
                    tr("Upload each certificate that has its key here", "逐一上传所有带有私钥的证书"));
  command->add_option("--name", arguments->name, tr("Name of the certificate", "证书名称"));
  command->add_option("--project", arguments->project,
                      tr("Project; default: that of a key limited to one, else default",
                         "项目；默认取密钥限定的唯一项目，否则为 default"));
  command->add_option("--chain-id", arguments->chain,
                      tr("The certificate to update: ", "要更新的证书：") + chain_help());
  command->add_flag("--dry-run", arguments->dry_run,
                    tr("Say what would happen and change nothing", "只说明会发生什么，不做任何改动"));
}

void declare_bind(CLI::App& cert, const std::shared_ptr<CertArguments>& arguments, Command& chosen) {
  const std::string versions = base::join(base::words_of(domain::kTlsVersions), "|");
  CLI::App* command = add_command(cert, "bind",
                                  tr("Let domains use a certificate, HTTPS on: all of them, or none",
                                     "为域名绑定证书，并开启 HTTPS：全部成功，或全部不变"),
                                  arguments, bind, chosen);
  command->add_option("chain", arguments->chain, chain_help())->required();
  take_domains(command->add_option("domains", arguments->domains, tr("Domains", "域名")))->required();
  command->add_flag(
      "--dry-run", arguments->dry_run,
      tr("Say what would become of each domain and change nothing", "只说明各域名会有什么变化，不做任何改动"));
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
    command->add_option("chain", arguments->chain, chain_help())->required();
    return command;
  };
  declare_create(cert, arguments, chosen);
  add_deploy_command(cert, chosen);
  add_cert_list_command(cert, chosen);

  add_describe_command(cert, chosen);
  declare_bind(cert, arguments, chosen);
  take_domains(
      add_command(cert, "unbind", tr("Let domains use no certificate", "解除域名的证书绑定"), arguments, unbind, chosen)
          ->add_option("domains", arguments->domains, tr("Domains", "域名")))
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
