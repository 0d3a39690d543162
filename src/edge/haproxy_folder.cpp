#include "edge/haproxy_folder.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <utility>
#include <vector>

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kList = "crt-list";

// Empty when there is none. One that cannot be read is no reason to write an empty one over it.
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

Result<void> HaproxyFolder::put(const CrtListEntry& entry, base::ByteView pem) {
  TRY(sync());
  // The file before the line that names it.
  TRY(drop_.put(entry.file, pem));
  files_[entry.domain].insert(entry.file);
  const auto listed = list_.find(entry.domain);
  if (listed != list_.end() && listed->second == entry) return {};
  CrtList list = list_;
  list.insert_or_assign(entry.domain, entry);
  return store_list(std::move(list));
}

Result<bool> HaproxyFolder::has_only(const CrtListEntry& entry) {
  TRY(sync());
  const auto listed = list_.find(entry.domain);
  return listed != list_.end() && listed->second == entry && files_[entry.domain].size() == 1;
}

Result<void> HaproxyFolder::drop_others(const CrtListEntry& entry) {
  TRY(sync());
  const auto listed = list_.find(entry.domain);
  if (listed == list_.end() || listed->second != entry) return {};
  const std::set<std::string> files = files_[entry.domain];
  for (const std::string& file : files) {
    if (file != entry.file) TRY(remove_file(entry.domain, file));
  }
  return {};
}

Result<void> HaproxyFolder::take_back(const CrtListEntry& entry) {
  TRY(sync());
  std::set<std::string> others = files_[entry.domain];
  others.erase(entry.file);
  const auto other = others.empty() ? std::nullopt : parse_crt_list_file(*others.begin());
  CrtList list = list_;
  list.erase(entry.domain);
  if (other) list.emplace(entry.domain, *other);
  TRY(store_list(std::move(list)));
  return remove_file(entry.domain, entry.file);
}

Result<void> HaproxyFolder::remove(std::span<const std::string> domains) {
  TRY(sync());
  CrtList list = list_;
  for (const std::string& domain : domains) list.erase(domain);
  // The line before the file that it names.
  if (list.size() != list_.size()) TRY(store_list(std::move(list)));
  for (const std::string& domain : domains) {
    const std::set<std::string> files = files_[domain];
    for (const std::string& file : files) TRY(remove_file(domain, file));
    files_.erase(domain);
  }
  return {};
}

// Cheap unless this process has just begun or another hand has touched the list.
Result<void> HaproxyFolder::sync() {
  if (is_read_ && drop_.is_untouched(kList)) return {};
  if (!is_read_) TRY(drop_.sweep());
  TRY_ASSIGN(const Folder folder, Folder::open(path()));
  TRY(find_files(folder));
  TRY_ASSIGN(const std::string text, read_list(folder));
  list_ = parse_crt_list(path(), text);
  std::erase_if(list_, [&](const auto& listed) {
    const auto found = files_.find(listed.first);
    return found == files_.end() || !found->second.contains(listed.second.file);
  });
  is_read_ = true;
  TRY_ASSIGN(const bool is_whole, drop_.holds(kList, base::as_bytes(to_text(path(), list_))));
  return is_whole ? Result<void>() : store_list(list_);
}

Result<void> HaproxyFolder::find_files(const Folder& folder) {
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  files_.clear();
  for (const std::string& name : names) {
    if (const auto entry = parse_crt_list_file(name)) files_[entry->domain].insert(name);
  }
  return {};
}

Result<void> HaproxyFolder::store_list(CrtList list) {
  TRY(drop_.put(kList, base::as_bytes(to_text(path(), list))));
  list_ = std::move(list);
  return {};
}

Result<void> HaproxyFolder::remove_file(const std::string& domain, const std::string& file) {
  TRY(drop_.remove(file));
  files_[domain].erase(file);
  return {};
}

}  // namespace livecert::edge
