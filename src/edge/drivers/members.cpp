#include "edge/drivers/members.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <grp.h>
#include <pwd.h>

#include <climits>

#include "base/shown.h"
#include "edge/drivers/kinds.h"

namespace livecert::edge {
namespace {

using base::Result;

base::Error wrong(std::string what) {
  return {base::ErrorCode::kConfiguration, std::move(what)};
}

bool is_name(const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  return is_plain && !text.empty() && text.size() <= 60;
}

// "*", a domain name, or "*." before one.
bool is_pattern(const std::string& text) {
  if (text == "*") return true;
  const std::string name = text.starts_with("*.") ? "x." + text.substr(2) : text;
  const auto parsed = domain::DomainName::parse(name);
  return parsed && *parsed == name;
}

using Values = std::vector<std::string>;

Result<Address> parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong("must be ADDR:PORT, not " + base::shown(text));
  Address address;
  address.host = text.substr(0, colon);
  const bool has_brackets = address.host.starts_with('[') && address.host.ends_with(']');
  if (has_brackets) address.host = address.host.substr(1, address.host.size() - 2);
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  const int family = has_brackets ? AF_INET6 : AF_INET;
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (::inet_pton(family, address.host.c_str(), ignored.data()) != 1 || failure != std::errc() || stopped != end ||
      address.port == 0) {
    return wrong("must be a numeric address and a port, such as 127.0.0.1:443 or [::1]:443, not " + base::shown(text));
  }
  return address;
}

Result<unsigned> parse_mode(const std::string& text) {
  unsigned mode = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, mode, 8);
  if (failure != std::errc() || stopped != end || (mode & ~0640U) != 0 || (mode & 0400U) == 0) {
    return wrong("must be 0400, 0600, 0440 or 0640: a private key is for its owner and one group at most");
  }
  return mode;
}

Result<unsigned> find_user(const std::string& name) {
  const passwd* const entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return wrong("names a user that this machine does not have: " + base::shown(name));
  return entry->pw_uid;
}

Result<unsigned> find_group(const std::string& name) {
  const group* const entry = ::getgrnam(name.c_str());
  if (entry == nullptr) return wrong("names a group that this machine does not have: " + base::shown(name));
  return entry->gr_gid;
}

Result<std::filesystem::path> parse_path(const std::string& text) {
  if (text.size() >= PATH_MAX) return wrong("is longer than a path can be");
  const std::filesystem::path path(text);
  // As texts: paths compare by their parts, and to them '//' is '/'.
  if (!path.is_absolute() || path.lexically_normal().native() != text || text.ends_with('/')) {
    return wrong("must be an absolute path without '..', '//' or a slash at its end, not " + base::shown(text));
  }
  return path;
}

Result<void> set_kind(Definition& definition, const Values& values) {
  const KindRow* const row = find_kind(values.front());
  if (row == nullptr) return wrong("must be " + kinds_in_words() + ", not " + base::shown(values.front()));
  definition.kind = row->kind;
  return {};
}

Result<void> set_domains(Definition& definition, const Values& values) {
  for (const std::string& pattern : values) {
    if (!is_pattern(pattern)) return wrong("must be domain names, *.example.net or *, not " + base::shown(pattern));
  }
  definition.selection.domains = values;
  return {};
}

Result<void> set_accounts(Definition& definition, const Values& values) {
  for (const std::string& text : values) {
    const auto account = base::AccountId::parse(text);
    if (!account) return wrong("must be account ids, not " + base::shown(text));
    definition.selection.accounts.push_back(*account);
  }
  return {};
}

Result<void> set_layout(Definition& definition, const Values& values) {
  if (values.front() != "combined" && values.front() != "separate") return wrong("must be combined or separate");
  definition.separate = values.front() == "separate";
  return {};
}

Result<void> set_command(Definition& definition, const Values& values) {
  if (!std::filesystem::path(values.front()).is_absolute()) {
    return wrong("must begin with the absolute path of a program, not " + base::shown(values.front()));
  }
  definition.command = values;
  return {};
}

Result<void> set_settle(Definition& definition, const Values& values) {
  int seconds = 0;
  const std::string& text = values.front();
  const auto [stopped, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc() || stopped != text.data() + text.size() || seconds < 1 || seconds > 300) {
    return wrong("must be a number of seconds from 1 to 300");
  }
  definition.settle = std::chrono::seconds(seconds);
  return {};
}

Result<void> set_name(Definition& definition, const Values& values) {
  if (!is_name(values.front())) return wrong("must be 1 to 60 letters, digits, hyphens and underscores");
  definition.name = values.front();
  return {};
}

Result<void> set_listen(Definition& definition, const Values& values) {
  TRY_ASSIGN(definition.listen, parse_address(values.front()));
  return {};
}

Result<void> set_proxy_protocol(Definition& definition, const Values& values) {
  if (values.front() != "true" && values.front() != "false") return wrong("must be true or false");
  definition.proxy_protocol = values.front() == "true";
  return {};
}

Result<void> set_projects(Definition& definition, const Values& values) {
  definition.selection.projects = values;
  return {};
}

Result<void> set_mode(Definition& definition, const Values& values) {
  TRY_ASSIGN(definition.access.mode, parse_mode(values.front()));
  return {};
}

Result<void> set_owner(Definition& definition, const Values& values) {
  TRY_ASSIGN(definition.access.user, find_user(values.front()));
  return {};
}

Result<void> set_group(Definition& definition, const Values& values) {
  TRY_ASSIGN(definition.access.group, find_group(values.front()));
  return {};
}

template <std::filesystem::path Definition::*member>
Result<void> set_path(Definition& definition, const Values& values) {
  TRY_ASSIGN(definition.*member, parse_path(values.front()));
  return {};
}

// One value, unless it is empty.
Values one(std::string text) {
  return text.empty() ? Values() : Values{std::move(text)};
}

std::string octal(unsigned mode) {
  std::array<char, 3> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), mode, 8).ptr;
  return "0" + std::string(digits.data(), end);
}

Values show_accounts(const Definition& definition) {
  Values accounts;
  for (const base::AccountId account : definition.selection.accounts) accounts.push_back(account.to_string());
  return accounts;
}

Values show_owner(const Definition& definition) {
  if (!definition.access.user) return {};
  const passwd* const entry = ::getpwuid(*definition.access.user);
  return {entry != nullptr ? entry->pw_name : std::to_string(*definition.access.user)};
}

Values show_group(const Definition& definition) {
  if (!definition.access.group) return {};
  const group* const entry = ::getgrgid(*definition.access.group);
  return {entry != nullptr ? entry->gr_name : std::to_string(*definition.access.group)};
}

Values show_settle(const Definition& definition) {
  return {std::to_string(std::chrono::duration_cast<std::chrono::seconds>(definition.settle).count())};
}

template <std::filesystem::path Definition::*member>
Values show_path(const Definition& definition) {
  return one((definition.*member).string());
}

constexpr std::array kWithFolder{Kind::kNginx, Kind::kHaproxy, Kind::kFiles};
constexpr std::array kWithFiles{Kind::kNginx, Kind::kHaproxy, Kind::kSrs, Kind::kFiles};
constexpr std::array kOnlyHaproxy{Kind::kHaproxy};
constexpr std::array kOnlySrs{Kind::kSrs};
constexpr std::array kOnlyFiles{Kind::kFiles};
constexpr auto kText = MemberRow::Form::kText;
constexpr auto kOfMany = MemberRow::Form::kList;
constexpr auto kFlag = MemberRow::Form::kFlag;

constexpr auto kMembers = std::to_array<MemberRow>({
    {.name = "name",
     .form = kText,
     .placeholder = "NAME",
     .help = {"Its name", "名称"},
     .kinds = {},
     .set = set_name,
     .show = [](const Definition& edge) { return one(edge.name); },
     .is_required = true},
    {.name = "kind",
     .form = kText,
     .placeholder = "KIND",
     .help = {"Its kind", "类型"},
     .kinds = {},
     .set = set_kind,
     .show = [](const Definition& edge) { return Values{std::string(to_text(edge.kind))}; },
     .is_required = true},
    {.name = "listen",
     .form = kText,
     .placeholder = "ADDR:PORT",
     .help = {"Where it serves TLS, and where livecert proves it", "提供 TLS 服务的地址，用于验证"},
     .kinds = {},
     .set = set_listen,
     .show = [](const Definition& edge) { return edge.listen ? one(edge.listen->to_string()) : Values(); }},
    {.name = "proxy_protocol",
     .form = kFlag,
     .placeholder = "true|false",
     .help = {"It expects the PROXY protocol there", "该地址要求 PROXY 协议"},
     .kinds = {},
     .set = set_proxy_protocol,
     .show = [](const Definition& edge) { return Values{edge.proxy_protocol ? "true" : "false"}; }},
    {.name = "domains",
     .form = kOfMany,
     .placeholder = "NAME",
     .help = {"Only these domains: a name, *.example.net or *", "仅这些域名：域名、*.example.net 或 *"},
     .kinds = {},
     .set = set_domains,
     .show = [](const Definition& edge) { return edge.selection.domains; },
     .unset = {"all", "全部"}},
    {.name = "projects",
     .form = kOfMany,
     .placeholder = "NAME",
     .help = {"Only domains of these projects", "仅这些项目的域名"},
     .kinds = {},
     .set = set_projects,
     .show = [](const Definition& edge) { return edge.selection.projects; },
     .unset = {"all", "全部"}},
    {.name = "accounts",
     .form = kOfMany,
     .placeholder = "ID",
     .help = {"Only domains of these accounts", "仅这些账号的域名"},
     .kinds = {},
     .set = set_accounts,
     .show = show_accounts,
     .unset = {"all", "全部"}},
    {.name = "settle",
     .form = kText,
     .placeholder = "SECONDS",
     .help = {"How long it may take to show a change", "变更后允许它继续出示旧证书的秒数"},
     .kinds = {},
     .set = set_settle,
     .show = show_settle},
    {.name = "directory",
     .form = kText,
     .placeholder = "PATH",
     .help = {"Folder for its files", "证书文件目录"},
     .kinds = kWithFolder,
     .set = set_path<&Definition::directory>,
     .show = show_path<&Definition::directory>,
     .is_required = true},
    {.name = "file",
     .form = kText,
     .placeholder = "PATH",
     .help = {"Its one file", "证书文件"},
     .kinds = kOnlySrs,
     .set = set_path<&Definition::file>,
     .show = show_path<&Definition::file>,
     .is_required = true},
    {.name = "socket",
     .form = kText,
     .placeholder = "PATH",
     .help = {"Socket of its runtime API", "运行时 API 的套接字"},
     .kinds = kOnlyHaproxy,
     .set = set_path<&Definition::socket>,
     .show = show_path<&Definition::socket>,
     .is_required = true},
    {.name = "mode",
     .form = kText,
     .placeholder = "0400|0600|0440|0640",
     .help = {"Mode of the files", "文件权限"},
     .kinds = kWithFiles,
     .set = set_mode,
     .show = [](const Definition& edge) { return one(octal(edge.access.mode)); }},
    {.name = "owner",
     .form = kText,
     .placeholder = "USER",
     .help = {"Owner of the files", "文件的属主"},
     .kinds = kWithFiles,
     .set = set_owner,
     .show = show_owner,
     .only_in_file = true,
     .unset = {"the user that runs livecert", "运行 livecert 的用户"}},
    {.name = "group",
     .form = kText,
     .placeholder = "GROUP",
     .help = {"Group of the files", "文件的属组"},
     .kinds = kWithFiles,
     .set = set_group,
     .show = show_group,
     .only_in_file = true,
     .unset = {"the group of that user", "运行 livecert 的用户的组"}},
    {.name = "layout",
     .form = kText,
     .placeholder = "combined|separate",
     .help = {"One file for each domain, or two", "每个域名一个文件，或两个"},
     .kinds = kOnlyFiles,
     .set = set_layout,
     .show = [](const Definition& edge) { return one(edge.separate ? "separate" : "combined"); }},
    {.name = "command",
     .form = kOfMany,
     .placeholder = "PROGRAM",
     .help = {"Program with its arguments, run after a change", "变更后运行的程序及其参数"},
     .kinds = kOnlyFiles,
     .set = set_command,
     .show = [](const Definition& edge) { return edge.command; },
     .only_in_file = true},
});

}  // namespace

std::span<const MemberRow> members() {
  return kMembers;
}

const MemberRow* find_member(std::string_view name) {
  const auto* const found = std::ranges::find(kMembers, name, &MemberRow::name);
  return found == kMembers.end() ? nullptr : found;
}

bool has_member(Kind kind, const MemberRow& member) {
  return member.kinds.empty() || std::ranges::find(member.kinds, kind) != member.kinds.end();
}

Members members_of(const Definition& definition) {
  Members texts;
  for (const MemberRow& member : kMembers) {
    if (!has_member(definition.kind, member)) continue;
    if (auto values = member.show(definition); !values.empty()) texts.emplace_back(member.name, std::move(values));
  }
  return texts;
}

}  // namespace livecert::edge
