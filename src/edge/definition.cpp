#include "edge/definition.h"

#include <algorithm>
#include <sstream>

namespace livecert::edge {
namespace {

bool fits(std::string_view pattern, std::string_view domain) {
  if (pattern == "*" || pattern == domain) return true;
  return pattern.starts_with("*.") && domain.ends_with(pattern.substr(1));
}

Place place_below(const std::filesystem::path& root, const std::filesystem::path& folder) {
  if (root.empty()) return {folder};
  Place place{root};
  for (const auto& name : folder.lexically_relative(root)) {
    if (name != ".") place.below.push_back(name.native());
  }
  return place;
}

// Resolves every link in the part that exists, because two names may be one folder.
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
  // An operator's two SRS may have two files in one folder.
  const bool are_files = a.directory.empty() && b.directory.empty();
  if (one == other) return !are_files || a.file.filename() == b.file.filename() || is_added(a) || is_added(b);
  return (is_added(a) || is_added(b)) && (is_in(one, other) || is_in(other, one));
}

// What epoch_of() says of the files: the folder or the one file, and what names they have there.
struct EpochFiles {
  std::string shape;
  std::filesystem::path folder;

  bool operator==(const EpochFiles&) const = default;
};

EpochFiles files_of(const std::string& epoch) {
  std::istringstream lines(epoch);
  std::string first;
  std::string directory;
  std::string file;
  std::getline(lines, first);
  std::getline(lines, directory);
  std::getline(lines, file);
  return {first.substr(0, first.rfind(' ')), directory.empty() ? file : directory};
}

}  // namespace

std::string Address::to_string() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Selection::takes(std::string_view domain, const std::string& project, base::AccountId account) const {
  const auto fits_domain = [&](const std::string& pattern) { return fits(pattern, domain); };
  return (domains.empty() || std::ranges::any_of(domains, fits_domain)) &&
         (projects.empty() || std::ranges::find(projects, project) != projects.end()) &&
         (accounts.empty() || std::ranges::find(accounts, account) != accounts.end());
}

Place place_of(const Definition& definition) {
  const bool is_file = definition.directory.empty();
  return place_below(definition.folder_root, is_file ? definition.file.parent_path() : definition.directory);
}

Place socket_place_of(const Definition& definition) {
  return place_below(definition.socket_root, definition.socket.parent_path());
}

std::string epoch_of(const Definition& definition) {
  std::string text = std::to_string(static_cast<int>(definition.kind));
  text += definition.separate ? " separate" : " combined";
  text += " " + (definition.listen ? definition.listen->to_string() : "-");
  for (const auto* const path : {&definition.directory, &definition.file, &definition.socket}) {
    text += "\n" + path->string();
  }
  return text;
}

std::optional<std::filesystem::path> files_left(const std::string& epoch, const Definition& definition) {
  const EpochFiles former = files_of(epoch);
  if (former.folder.empty() || former == files_of(epoch_of(definition))) return std::nullopt;
  return former.folder;
}

bool collide(const Definition& a, const Definition& b) {
  return share_folder(a, b) || (!a.socket.empty() && a.socket == b.socket);
}

}  // namespace livecert::edge
