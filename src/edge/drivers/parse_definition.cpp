#include "edge/drivers/parse_definition.h"

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
  // Compares texts, because paths compare by their parts, where '//' is '/'.
  if (!path.is_absolute() || path.lexically_normal().native() != text || text.ends_with('/')) {
    return wrong("must be an absolute path without '..', '//' or a slash at its end, not " + base::shown(text));
  }
  return path;
}

using Values = std::vector<std::string>;

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

constexpr std::array<MemberRow, 16> kMembers{{
    {"name", false, set_name},
    {"kind", false, set_kind},
    {"listen", false, set_listen},
    {"proxy_protocol", false, set_proxy_protocol, true},
    {"domains", true, set_domains},
    {"projects", true, set_projects},
    {"accounts", true, set_accounts},
    {"directory", false, set_path<&Definition::directory>},
    {"file", false, set_path<&Definition::file>},
    {"socket", false, set_path<&Definition::socket>},
    {"mode", false, set_mode},
    {"owner", false, set_owner},
    {"group", false, set_group},
    {"layout", false, set_layout},
    {"command", true, set_command},
    {"settle", false, set_settle},
}};

const MemberRow* find_member(const std::string& name) {
  const auto* const found = std::ranges::find(kMembers, name, &MemberRow::name);
  return found == kMembers.end() ? nullptr : found;
}

Result<void> set(Definition& definition, const std::string& name, const Values& values) {
  const MemberRow* const member = find_member(name);
  if (member == nullptr) return wrong(name + " is not a setting of an edge; see docs/edges.md");
  const bool is_empty = values.empty() || std::ranges::any_of(values, &std::string::empty);
  if (is_empty || (!member->is_list && values.size() != 1)) return wrong(name + " must not be empty");
  // For the system a text ends at this byte, so it would look at less than what is kept.
  const bool has_zero =
      std::ranges::any_of(values, [](const std::string& value) { return value.find('\0') != std::string::npos; });
  if (has_zero) return wrong(name + " holds a zero byte");
  if (auto done = member->set(definition, values); !done) return wrong(name + " " + done.error().message);
  return {};
}

Result<void> check_kind(const Definition& definition, const Members& members) {
  const KindRow& row = row_of(definition.kind);
  for (const auto& [name, values] : members) {
    if (!has_member(row, name)) return wrong(name + " is not a setting of the kind " + std::string(row.name));
  }
  return {};
}

Result<void> check_complete(const Definition& definition) {
  if (definition.name.empty()) return wrong("name is missing");
  const KindRow& row = row_of(definition.kind);
  if (const auto missing = row.find_missing(definition)) {
    return wrong("the kind " + std::string(row.name) + " needs " + std::string(*missing));
  }
  return {};
}

}  // namespace

std::span<const MemberRow> members() {
  return kMembers;
}

Result<Definition> parse_definition(const Members& members) {
  Definition definition;
  const auto kind = std::ranges::find(members, "kind", &Members::value_type::first);
  if (kind == members.end()) return wrong("kind is missing: " + kinds_in_words());
  for (const auto& [name, values] : members) TRY(set(definition, name, values));
  TRY(check_kind(definition, members));
  TRY(check_complete(definition));
  return definition;
}

}  // namespace livecert::edge
