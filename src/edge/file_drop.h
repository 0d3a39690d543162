#pragma once

#include <map>
#include <string>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "edge/definition.h"
#include "edge/folder.h"

namespace livecert::edge {

// One folder in which files are replaced whole. Used by one thread at a time. Errors: kUpstreamFailure naming the file
// and the system's reason.
class FileDrop {
 public:
  // Nothing is opened yet. Which folders will do: Folder::open().
  FileDrop(Place folder, FileAccess access);

  // Written aside with its final owner and mode, synced, renamed, the folder synced. `name` is a plain file name. On an
  // Error what was there is still there, and nothing else; only when the folder cannot be synced after the renaming the
  // new file is there, but a power cut may bring the former one back.
  // `version` is remembered with the file, for is_untouched().
  [[nodiscard]] base::Result<void> put(const std::string& name, base::ByteView content, base::CertId version = {});
  // What is not there is no failure; a folder that is not there is.
  [[nodiscard]] base::Result<void> remove(const std::string& name);
  // Whether the file holds exactly this, with the right owner and mode.
  [[nodiscard]] base::Result<bool> holds(const std::string& name, base::ByteView content, base::CertId version = {});
  // Whether the file is untouched since put() or holds() last saw it whole, with that version. False when there is no
  // such knowledge.
  [[nodiscard]] bool is_untouched(const std::string& name, base::CertId version = {}) const;
  // At most that many bytes from the beginning of the file; none when it is not there. What is no file, such as a link,
  // cannot be read.
  [[nodiscard]] base::Result<std::string> read_begin(const std::string& name, std::size_t size) const;
  // Removes what a crash left of unfinished writes.
  [[nodiscard]] base::Result<void> sweep();

  [[nodiscard]] const Place& folder() const { return folder_; }

 private:
  Place folder_;
  FileAccess access_;
  // Each file as it was when it was known to be right.
  struct Seen {
    struct stat status;
    base::CertId version;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace livecert::edge
