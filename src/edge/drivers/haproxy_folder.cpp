#include "edge/drivers/haproxy_folder.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <utility>
#include <vector>

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kList = "crt-list";

// Returns an empty text when there is no list. A list that cannot be read must not be replaced by an empty one.
Result<std::string> read_list(const Folder& folder) {
  const base::OwnedDescriptor file(
      ::openat(folder.descriptor(), kList, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::string();
  if (!file.is_open()) return folder.failure(kList, "cannot be read");
  std::string text;
  std::array<char, 16384> piece{};
  while (true) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return folder.failure(kList, "cannot be read");
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<void> HaproxyFolder::put(const CrtListEntry& entry, base::ByteView pem, base::CertId version) {
  TRY(sync());
  // The file comes before the line that names it.
  TRY(replace(entry.file, pem, version));
  files_.insert(entry.file);
  if (is_listed(entry)) return {};
  list_.insert_or_assign(entry.domain, entry);
  return store_list();
}

Result<bool> HaproxyFolder::has_only(const CrtListEntry& entry) {
  TRY(sync());
  return is_listed(entry) && entries_of(files_, entry.domain).size() == 1;
}

Result<void> HaproxyFolder::drop_others(const CrtListEntry& entry) {
  TRY(sync());
  if (!is_listed(entry)) return {};
  for (const CrtListEntry& other : entries_of(files_, entry.domain)) {
    if (other != entry) TRY(remove_file(other.file));
  }
  return {};
}

Result<void> HaproxyFolder::take_back(const CrtListEntry& entry) {
  TRY(sync());
  list_.erase(entry.domain);
  for (const CrtListEntry& other : entries_of(files_, entry.domain)) {
    if (other != entry) list_.insert_or_assign(entry.domain, other);
  }
  TRY(store_list());
  return remove_file(entry.file);
}

Result<void> HaproxyFolder::remove(std::span<const std::string> domains) {
  TRY(sync());
  // The line goes before the file that it names.
  std::size_t erased = 0;
  for (const std::string& domain : domains) erased += list_.erase(domain);
  if (erased > 0) TRY(store_list());
  for (const std::string& domain : domains) {
    for (const CrtListEntry& entry : entries_of(files_, domain)) TRY(remove_file(entry.file));
  }
  return {};
}

// Cheap unless this process has just begun or another hand has touched the list.
Result<void> HaproxyFolder::sync() {
  if (is_read_ && drop_.is_untouched(kList)) return {};
  TRY(drop_.sweep());
  TRY_ASSIGN(const Folder folder, Folder::open(drop_.folder()));
  TRY(find_files(folder));
  TRY_ASSIGN(const std::string text, read_list(folder));
  list_ = parse_crt_list(path_, text);
  std::erase_if(list_, [&](const auto& line) { return !files_.contains(line.second.file); });
  is_read_ = true;
  TRY_ASSIGN(const bool is_whole, drop_.holds(kList, base::as_bytes(to_text(path_, list_))));
  return is_whole ? Result<void>() : store_list();
}

Result<void> HaproxyFolder::find_files(const Folder& folder) {
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  files_.clear();
  for (const std::string& name : names) {
    if (parse_crt_list_file(name)) files_.insert(name);
  }
  return {};
}

bool HaproxyFolder::is_listed(const CrtListEntry& entry) const {
  const auto line = list_.find(entry.domain);
  return line != list_.end() && line->second == entry;
}

Result<void> HaproxyFolder::store_list() {
  return replace(kList, base::as_bytes(to_text(path_, list_)));
}

// After a failure the content of the folder is unknown: the next call reads it.
Result<void> HaproxyFolder::replace(const std::string& name, base::ByteView content, base::CertId version) {
  auto done = drop_.put(name, content, version);
  if (!done) is_read_ = false;
  return done;
}

Result<void> HaproxyFolder::remove_file(const std::string& file) {
  TRY(drop_.remove(file));
  files_.erase(file);
  return {};
}

}  // namespace livecert::edge
