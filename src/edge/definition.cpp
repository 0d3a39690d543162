#include "edge/definition.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <functional>
#include <grp.h>
#include <pwd.h>

#include <climits>

#include "base/shown.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr std::array<std::string_view, 5> kKinds{"nginx", "haproxy", "srs", "files", "caddy"};

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
  const auto parsed = domain::parse_domain_name(name);
  return parsed && *parsed == name;
}

bool fits(const std::string& pattern, const std::string& domain) {
  if (pattern == "*" || pattern == domain) return true;
  return pattern.starts_with("*.") && domain.ends_with(pattern.substr(1));
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
  // As texts: paths compare by their parts, and to them '//' is '/'.
  if (!path.is_absolute() || path.lexically_normal().native() != text || text.ends_with('/')) {
    return wrong("must be an absolute path without '..', '//' or a slash at its end, not " + base::shown(text));
  }
  return path;
}

using Values = std::vector<std::string>;

struct Member {
  std::string_view name;
  std::vector<Kind> kinds;  // that have it; empty: all
  bool is_list;
  std::function<Result<void>(Definition&, const Values&)> set;
};

Result<void> set_kind(Definition& definition, const Values& values) {
  const auto* const found = std::ranges::find(kKinds, values.front());
  if (found == kKinds.end())
    return wrong("must be nginx, haproxy, srs, files or caddy, not " + base::shown(values.front()));
  definition.kind = static_cast<Kind>(found - kKinds.begin());
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

const std::vector<Kind> kWithFolder{Kind::kNginx, Kind::kHaproxy, Kind::kFiles};
const std::vector<Kind> kWithFiles{Kind::kNginx, Kind::kHaproxy, Kind::kFiles, Kind::kSrs};

// In the order of docs/edges.md.
const std::vector<Member>& members_known() {
  static const std::vector<Member> known{
      {"name",
       {},
       false,
       [](Definition& d, const Values& v) -> Result<void> {
         if (!is_name(v.front())) return wrong("must be 1 to 60 letters, digits, hyphens and underscores");
         d.name = v.front();
         return {};
       }},
      {"kind", {}, false, set_kind},
      {"listen",
       {},
       false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.listen, parse_address(v.front()));
         return {};
       }},
      {"domains", {}, true, set_domains},
      {"projects",
       {},
       true,
       [](Definition& d, const Values& v) -> Result<void> {
         d.selection.projects = v;
         return {};
       }},
      {"accounts", {}, true, set_accounts},
      {"directory", kWithFolder, false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.directory, parse_path(v.front()));
         return {};
       }},
      {"file",
       {Kind::kSrs},
       false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.file, parse_path(v.front()));
         return {};
       }},
      {"socket",
       {Kind::kHaproxy},
       false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.socket, parse_path(v.front()));
         return {};
       }},
      {"mode", kWithFiles, false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.access.mode, parse_mode(v.front()));
         return {};
       }},
      {"owner", kWithFiles, false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.access.user, find_user(v.front()));
         return {};
       }},
      {"group", kWithFiles, false,
       [](Definition& d, const Values& v) -> Result<void> {
         TRY_ASSIGN(d.access.group, find_group(v.front()));
         return {};
       }},
      {"layout", {Kind::kFiles}, false, set_layout},
      {"command", {Kind::kFiles}, true, set_command},
      {"settle", {}, false, set_settle},
  };
  return known;
}

const Member* find_member(const std::string& name) {
  const auto found = std::ranges::find(members_known(), name, &Member::name);
  return found == members_known().end() ? nullptr : &*found;
}

Result<void> set(Definition& definition, const std::string& name, const Values& values) {
  const Member* const member = find_member(name);
  if (member == nullptr) return wrong(name + " is not a setting of an edge; see docs/edges.md");
  const bool is_empty = values.empty() || std::ranges::any_of(values, &std::string::empty);
  if (is_empty || (!member->is_list && values.size() != 1)) return wrong(name + " must not be empty");
  // To the system a text ends there: it would look at less than what is kept.
  const bool has_zero =
      std::ranges::any_of(values, [](const std::string& value) { return value.find('\0') != std::string::npos; });
  if (has_zero) return wrong(name + " holds a zero byte");
  if (auto done = member->set(definition, values); !done) return wrong(name + " " + done.error().message);
  return {};
}

Result<void> check_kind(const Definition& definition, const Members& members) {
  for (const auto& [name, values] : members) {
    const std::vector<Kind>& kinds = find_member(name)->kinds;
    if (kinds.empty() || std::ranges::find(kinds, definition.kind) != kinds.end()) continue;
    return wrong(name + " is not a setting of the kind " + std::string(to_text(definition.kind)));
  }
  return {};
}

bool needs_folder(Kind kind) {
  return std::ranges::find(kWithFolder, kind) != kWithFolder.end();
}

// An SRS server has one certificate for all its names.
bool selects_one_domain(const Selection& selection) {
  return selection.domains.size() == 1 && selection.domains.front().find('*') == std::string::npos;
}

Result<void> check_complete(const Definition& definition) {
  if (definition.name.empty()) return wrong("name is missing");
  const auto missing = [&](std::string_view member) {
    return wrong("the kind " + std::string(to_text(definition.kind)) + " needs " + std::string(member));
  };
  if (needs_folder(definition.kind) && definition.directory.empty()) return missing("directory");
  if (definition.kind == Kind::kHaproxy && definition.socket.empty()) return missing("socket");
  if (definition.kind == Kind::kSrs && definition.file.empty()) return missing("file");
  if (definition.kind == Kind::kSrs && !selects_one_domain(definition.selection)) {
    return missing("domains with exactly one name: SRS serves one certificate to everybody");
  }
  return {};
}

Place place_below(const std::filesystem::path& root, const std::filesystem::path& folder) {
  if (root.empty()) return {folder};
  Place place{root};
  for (const auto& name : folder.lexically_relative(root)) {
    if (name != ".") place.below.push_back(name.native());
  }
  return place;
}

// With every link resolved, as far as it is there: two names may be one folder.
std::filesystem::path folder_of(const Definition& definition) {
  std::error_code ignored;
  const std::filesystem::path folder = place_of(definition).full();
  std::filesystem::path resolved = std::filesystem::weakly_canonical(folder, ignored);
  return resolved.empty() ? folder : resolved;
}

bool is_in(const std::filesystem::path& folder, const std::filesystem::path& other) {
  const std::filesystem::path relative = folder.lexically_relative(other);
  return !relative.empty() && *relative.begin() != "..";
}

bool is_added(const Definition& definition) {
  return definition.origin == Origin::kAdded;
}

bool share_folder(const Definition& a, const Definition& b) {
  const bool a_has_none = a.directory.empty() && a.file.empty();
  if (a_has_none || (b.directory.empty() && b.file.empty())) return false;
  const std::filesystem::path one = folder_of(a);
  const std::filesystem::path other = folder_of(b);
  // Two SRS of an operator may have two files in one folder.
  const bool are_files = a.directory.empty() && b.directory.empty();
  if (one == other) return !are_files || a.file.filename() == b.file.filename() || is_added(a) || is_added(b);
  return (is_added(a) || is_added(b)) && (is_in(one, other) || is_in(other, one));
}

}  // namespace

std::string_view to_text(Kind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

std::string Address::to_string() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Selection::takes(const Order& order) const {
  const auto fits_domain = [&](const std::string& pattern) { return fits(pattern, order.domain); };
  return (domains.empty() || std::ranges::any_of(domains, fits_domain)) &&
         (projects.empty() || std::ranges::find(projects, order.project) != projects.end()) &&
         (accounts.empty() || std::ranges::find(accounts, order.account) != accounts.end());
}

Place place_of(const Definition& definition) {
  const bool is_file = definition.directory.empty();
  return place_below(definition.folder_root, is_file ? definition.file.parent_path() : definition.directory);
}

Place socket_place_of(const Definition& definition) {
  return place_below(definition.socket_root, definition.socket.parent_path());
}

bool collide(const Definition& a, const Definition& b) {
  return share_folder(a, b) || (!a.socket.empty() && a.socket == b.socket);
}

Result<Definition> parse_definition(const Members& members) {
  Definition definition;
  const auto kind = std::ranges::find(members, "kind", &Members::value_type::first);
  if (kind == members.end()) return wrong("kind is missing: nginx, haproxy, srs, files or caddy");
  for (const auto& [name, values] : members) TRY(set(definition, name, values));
  TRY(check_kind(definition, members));
  TRY(check_complete(definition));
  return definition;
}

}  // namespace livecert::edge
