#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "base/owned_descriptor.h"
#include "base/result.h"
#include "edge/definition.h"
#include "edge/place.h"

namespace livecert::edge {

// Tells a file or a link from every other one, and from itself before somebody touched it. Nobody can set the time of
// the last status change, which the kernel counts in steps of some milliseconds.
struct FileIdentity {
  std::uint64_t inode = 0;
  std::int64_t changed = 0;  // nanoseconds
  std::uint64_t rest = 0;    // device, size, mode, owner, group and the time of the last change of the content, mixed

  bool operator==(const FileIdentity&) const = default;
};

[[nodiscard]] FileIdentity identity_of(const struct stat& status);

// One open folder. All calls act in this very folder, even if its path leads elsewhere by now. Names are plain file
// names; a symbolic link of such a name is never followed. Errors: kUpstreamFailure naming the file, the system's
// reason and, where it is known, the remedy.
class Folder {
 public:
  // Refuses a folder that belongs to a user other than root and the one that runs livecert, and a folder in which its
  // group or all users may write, because they could replace its files. open_on_the_way() checks the folders above.
  [[nodiscard]] static base::Result<Folder> open(const Place& place);

  // A name for a temporary file or folder, which sweep() recognises.
  [[nodiscard]] static std::string make_temporary_name();

  [[nodiscard]] base::Result<void> rename(const std::string& from, const std::string& to) const;
  // Removes a file or a link. Succeeds when it does not exist.
  [[nodiscard]] base::Result<void> remove(const std::string& name) const;
  // Removes a folder if it is empty. Succeeds when it is not empty or does not exist.
  [[nodiscard]] base::Result<void> remove_empty(const std::string& name) const;
  [[nodiscard]] base::Result<void> sync() const;
  // nullopt: there is none of that name.
  [[nodiscard]] std::optional<FileIdentity> identify(const std::string& name) const;
  [[nodiscard]] base::Result<std::vector<std::string>> names() const;
  // Removes all temporary files and folders.
  [[nodiscard]] base::Result<void> sweep() const;

  // The Error for an operation that just failed with errno, such as ("x.pem", "cannot be read").
  [[nodiscard]] base::Error failure(const std::string& name, std::string_view what) const;

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  Folder(std::filesystem::path path, base::OwnedDescriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  std::filesystem::path path_;
  base::OwnedDescriptor descriptor_;
};

// Whether the text can only name a file in a folder.
[[nodiscard]] bool is_plain_name(std::string_view name);

// Gives an open file or folder its owner and group where they differ. False on failure, with errno.
[[nodiscard]] bool give_to_owner(int descriptor, const FileAccess& access);
[[nodiscard]] bool belongs_to_owner(const struct stat& status, const FileAccess& access);

}  // namespace livecert::edge
