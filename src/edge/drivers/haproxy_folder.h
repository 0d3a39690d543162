#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/drivers/crt_list.h"
#include "edge/drivers/file_drop.h"

namespace livecert::edge {

// The folder that HAProxy reads when it starts: one combined PEM for each domain, and `crt-list` with a line for each.
// The list never names a file that does not exist, because HAProxy would not start. The next call undoes changes that
// others made to the list. Used by one thread at a time. Errors: kUpstreamFailure, as of FileDrop.
class HaproxyFolder {
 public:
  // Nothing is opened yet.
  explicit HaproxyFolder(FileDrop drop) : drop_(std::move(drop)), path_(drop_.folder().full()) {}

  // Reads which files are in the folder now. The other calls call it. Makes an empty list where there is none.
  [[nodiscard]] base::Result<void> sync();

  // Makes the domain's line name this file, which then holds the PEM. A file with other switches stays next to it.
  [[nodiscard]] base::Result<void> put(const CrtListEntry& entry, base::ByteView pem, base::CertId version = {});
  // Whether the domain has this line, and no other file.
  [[nodiscard]] base::Result<bool> has_only(const CrtListEntry& entry);
  // Removes what the domain has besides the entry. Nothing is removed unless the entry is the one in the list.
  [[nodiscard]] base::Result<void> drop_others(const CrtListEntry& entry);
  // Undoes the put() of an entry that is not served: the domain's other file has its line again, if there is one.
  [[nodiscard]] base::Result<void> take_back(const CrtListEntry& entry);
  [[nodiscard]] base::Result<void> remove(std::span<const std::string> domains);

  [[nodiscard]] FileDrop& drop() { return drop_; }

 private:
  [[nodiscard]] base::Result<void> find_files(const Folder& folder);
  [[nodiscard]] bool is_listed(const CrtListEntry& entry) const;
  [[nodiscard]] base::Result<void> store_list();
  [[nodiscard]] base::Result<void> replace(const std::string& name, base::ByteView content, base::CertId version = {});
  [[nodiscard]] base::Result<void> remove_file(const std::string& file);

  FileDrop drop_;
  base::SystemClock clock_;
  std::filesystem::path path_;  // as HAProxy is told
  bool is_read_ = false;        // whether these two are known to match the folder:
  CrtList list_;
  std::set<std::string> files_;  // those that can be in a list
};

}  // namespace livecert::edge
