#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/definition.h"
#include "edge/drivers/folder.h"
#include "edge/drivers/folder_watch.h"

namespace livecert::edge {

// One folder in which files are replaced whole. Used by one thread at a time. Errors: kUpstreamFailure naming the file
// and the system's reason.
class FileDrop {
 public:
  // Opens nothing yet. Folder::open() says which folders are fit.
  FileDrop(Place folder, FileAccess access);

  // Writes temporary files with the final owner and mode, makes their content durable, renames them, and syncs the
  // folder. No file gets its name before the content of all of them is on the disk. One result for each, in order. The
  // names are plain file names, each once. After an Error the former file is still in place, and nothing else. One case
  // differs: if only the sync of the folder fails, the new file is in place, and a power cut may bring the former one
  // back. Remembers the version with the file, for is_untouched().
  struct File {
    std::string name;
    base::ByteView content;
    base::CertId version = {};
  };
  [[nodiscard]] std::vector<base::Result<void>> put_all(std::span<const File> files);
  // The same for one file.
  [[nodiscard]] base::Result<void> put(const std::string& name, base::ByteView content, base::CertId version = {});
  // Succeeds when the file does not exist, but not when the folder does not.
  [[nodiscard]] base::Result<void> remove(const std::string& name);
  // The same for many, with one sync.
  [[nodiscard]] base::Result<void> remove_all(std::span<const std::string> names);
  // Whether the file holds exactly this, with the right owner and mode.
  [[nodiscard]] base::Result<bool> holds(const std::string& name, base::ByteView content, base::CertId version = {});
  // Whether the file is unchanged since put() or holds() last found it right, with that version. False when they never
  // did.
  [[nodiscard]] bool is_untouched(const std::string& name, base::CertId version = {}) const;
  // The names whose files are not as put() or holds() last saw them whole, out of those for which anything happened
  // since the last call, and now and then out of all.
  [[nodiscard]] std::vector<std::string> find_touched(base::SteadyTime now);
  // At most that many bytes from the beginning of the file; none when it does not exist. An error when the name is no
  // regular file, such as a link.
  [[nodiscard]] base::Result<std::string> read_begin(const std::string& name, std::size_t size) const;
  // Removes the temporary files that a crash left.
  [[nodiscard]] base::Result<void> sweep();

  [[nodiscard]] const Place& folder() const { return folder_; }

 private:
  struct Aside;
  [[nodiscard]] base::Result<FileIdentity> fill(const Folder& folder, const std::string& aside, const File& file,
                                                bool syncs) const;
  [[nodiscard]] bool must_sync_each(std::size_t count) const;
  void sync_content(const Folder& folder, std::span<const File> files, std::vector<Aside>& asides);
  void rename_aside(const Folder& folder, const File& file, Aside& aside);

  Place folder_;
  FileAccess access_;
  std::optional<base::SteadyTime> each_until_;  // others write so much that one sync of the whole disk is slow
  // Each file as it was when it was known to be right.
  struct Seen {
    FileIdentity identity;
    base::CertId version;
  };
  std::map<std::string, Seen> seen_;
  std::unique_ptr<FolderWatch> watch_;  // once somebody asks for what was touched
};

}  // namespace livecert::edge
