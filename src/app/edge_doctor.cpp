#include "app/edge_doctor.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>

#include "app/serve_check.h"
#include "cli/language.h"
#include "edge/drivers/haproxy_socket.h"
#include "edge/drivers/inspection.h"
#include "edge/drivers/kinds.h"
#include "edge/drivers/nginx_map.h"
#include "edge/proof/proof.h"

namespace livecert::app {
namespace {

using cli::tr;

constexpr std::chrono::seconds kAnswerTime{1};
constexpr std::size_t kMostDomains = 3;
constexpr const char* kReloadNginx = "nginx -t && systemctl reload nginx";
constexpr const char* kReloadHaproxy = "haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy";

// As it is named, and as it is found where no such file exists yet.
std::filesystem::path resolved_path(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::path found = std::filesystem::weakly_canonical(path, ignored);
  return found.empty() ? path : found;
}

bool has_variable(const NginxConfiguration& configuration, std::string_view directive) {
  return std::ranges::any_of(configuration.directives, [&](const NginxDirective& words) {
    return words.size() == 2 && words[0] == directive &&
           (words[1] == "$livecert_certificate" || words[1] == "${livecert_certificate}");
  });
}

const NginxDirective* find_directive(const NginxConfiguration& configuration, std::string_view name) {
  const auto found = std::ranges::find_if(
      configuration.directives, [&](const NginxDirective& words) { return words.size() > 1 && words[0] == name; });
  return found == configuration.directives.end() ? nullptr : &*found;
}

void check_use(const edge::Definition& definition, const NginxConfiguration& configuration, CheckList& list) {
  const std::string file = configuration.file.string();
  for (const char* directive : {"ssl_certificate", "ssl_certificate_key"}) {
    if (has_variable(configuration, directive)) continue;
    list.warn("nginx-certificate",
              begin_of(definition) + file +
                  tr(" includes the map, but no server has ", " 已包含映射文件，但没有 server 写有 ") + directive +
                  " $livecert_certificate;",
              "editor " + file + " && " + kReloadNginx);
    return;
  }
  const NginxDirective* const cache = find_directive(configuration, "ssl_certificate_cache");
  if (cache != nullptr && (*cache)[1] != "off") {
    list.warn("nginx-cache",
              begin_of(definition) + file +
                  tr(" sets ssl_certificate_cache, so that nginx keeps showing former certificates: take it out",
                     " 设置了 ssl_certificate_cache，nginx 会一直出示旧证书：请删除该行"),
              "editor " + file + " && " + kReloadNginx);
    return;
  }
  list.good("nginx-include", begin_of(definition) + file + tr(" includes the map.", " 已包含映射文件。"));
}

}  // namespace

void check_readers(const edge::Definition& definition, CheckList& list) {
  if (auto closed = edge::explain_closed(definition)) {
    list.fail("edge-readers", begin_of(definition) + closed->text, std::move(closed->command));
  }
}

void check_nginx(const edge::Definition& definition, const std::vector<NginxConfiguration>& configurations,
                 CheckList& list) {
  constexpr std::string_view kName = "nginx-include";
  if (definition.kind != edge::Kind::kNginx) return;
  if (configurations.empty()) {
    return list.cannot_tell(kName, begin_of(definition) + tr("no nginx and no /etc/nginx/nginx.conf is to be seen here",
                                                             "此处看不到 nginx，也没有 /etc/nginx/nginx.conf"));
  }
  const std::filesystem::path map = definition.directory / edge::kNginxMapFile;
  for (const NginxConfiguration& configuration : configurations) {
    const bool includes = std::ranges::any_of(configuration.directives, [&](const NginxDirective& words) {
      return words.size() == 2 && words[0] == "include" && resolved_path(words[1]) == resolved_path(map);
    });
    const bool is_read = std::ranges::find(configuration.files, resolved_path(map)) != configuration.files.end();
    if (includes || is_read) return check_use(definition, configuration, list);
  }
  const NginxConfiguration& first = configurations.front();
  if (!first.unreadable.empty()) {
    return list.cannot_tell(kName, begin_of(definition) + first.unreadable.front().string() +
                                       tr(" cannot be read: run this as root", " 无法读取：请以 root 运行"));
  }
  std::error_code missing;
  if (!std::filesystem::exists(map, missing)) {
    return list.warn(kName,
                     begin_of(definition) + map.string() +
                         tr(" is not there yet: the running service makes it, and nginx refuses an include of nothing",
                            " 尚不存在：由运行中的服务生成；nginx 不接受对不存在文件的 include"),
                     "systemctl start livecert");
  }
  list.warn(kName,
            begin_of(definition) + first.file.string() + tr(" does not include ", " 没有包含 ") + map.string() +
                tr("; docs/edges.md has what to paste", "；需粘贴的内容见 docs/edges"),
            "F=/etc/nginx/conf.d/livecert-map.conf; printf 'include %s;\\n' " + map.string() +
                " > $F && { nginx -t && systemctl reload nginx || rm $F; }");
}

void check_haproxy_runtime(const edge::Definition& definition, CheckList& list) {
  if (definition.kind != edge::Kind::kHaproxy) return;
  const edge::HaproxySocket socket(definition.socket, kAnswerTime);
  const auto text_of = [](const base::WipedBuffer& bytes) { return std::string(bytes.begin(), bytes.end()); };
  const auto level = socket.ask("show cli level\n");
  if (!level) return;
  if (text_of(*level).find("admin") == std::string::npos) {
    return list.warn(
        "haproxy-level",
        begin_of(definition) + definition.socket.string() +
            tr(" has no `level admin`, which changes of certificates need", " 没有 level admin，无法更换证书"),
        "sed -i '/stats socket.*" + definition.socket.filename().string() +
            "/s/$/ level admin/' /etc/haproxy/haproxy.cfg && " + kReloadHaproxy);
  }
  const auto lists = socket.ask("show ssl crt-list\n");
  if (!lists) return;
  const std::string wanted = (definition.directory / "crt-list").string();
  std::istringstream lines(text_of(*lists));
  std::string others;
  for (std::string line; std::getline(lines, line);) {
    if (line == wanted) return list.good("haproxy-crt-list", begin_of(definition) + "crt-list " + wanted);
    if (!line.empty() && line.front() == '/') others += (others.empty() ? "" : ", ") + line;
  }
  list.warn("haproxy-crt-list",
            begin_of(definition) + tr("HAProxy has no crt-list ", "HAProxy 没有 crt-list ") + wanted +
                (others.empty() ? std::string() : tr("; it has ", "；现有 ") + others) +
                tr(". A bind line must name exactly this path", "。bind 行须写明完全相同的路径"),
            "editor /etc/haproxy/haproxy.cfg && " + std::string(kReloadHaproxy));
}

void check_shown(const edge::Definition& definition, const std::vector<Expected>& expected, CheckList& list) {
  constexpr std::string_view kName = "edge-shows";
  if (!definition.listen) return;
  const edge::Prover prover;
  std::size_t looked = 0;
  for (const Expected& one : expected) {
    if (looked >= kMostDomains) break;
    if (!definition.selection.takes(one.order)) continue;
    ++looked;
    edge::ProofTarget target{*definition.listen, std::string(one.order.domain), one.order.tls, kAnswerTime};
    target.proxy_protocol = definition.proxy_protocol;
    const edge::Proof proof = prover.prove(target, one.chain, edge::ProofDepth::kChain);
    if (proof.state == edge::Proof::State::kProved) continue;
    // StartCheck says that nothing listens.
    if (proof.state == edge::Proof::State::kUnreachable) return;
    const std::string_view program = edge::program_of(definition.kind);
    return list.warn(kName,
                     begin_of(definition) + definition.listen->to_string() +
                         tr(" does not show the certificate of ", " 没有出示以下域名的证书：") + one.order.domain +
                         ": " + proof.reason,
                     "systemctl reload " + std::string(program.empty() ? "THE_SERVER" : program) +
                         " livecert; livecert edge status");
  }
  if (looked > 0) {
    list.good(kName, begin_of(definition) + definition.listen->to_string() +
                         tr(" shows the certificates that it should.", " 出示的证书正确。"));
  }
}

}  // namespace livecert::app
