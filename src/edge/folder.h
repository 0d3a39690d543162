#pragma once

#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "base/owned_descriptor.h"
#include "base/result.h"
#include "edge/definition.h"
#include "edge/place.h"

namespace livecert::edge {

// One folder held open, so that what is done in it is done in this very folder. Names are plain file names; a symbolic
// link under such a name is never followed. Errors: kUpstreamFailure naming the file, the system's reason and, where
// it is known, the remedy.
class Folder {
 public:
  // Refuses one that belongs to anybody but root and the user that runs livecert, and one in which its group or
  // everybody may write: they could exchange its files. The way there: open_on_the_way().
  [[nodiscard]] static base::Result<Folder> open(const Place& place);

  // A name for something unfinished, which sweep() knows again.
  [[nodiscard]] static std::string make_temporary_name();

  [[nodiscard]] base::Result<void> rename(const std::string& from, const std::string& to) const;
  // A file or a link. What is not there is no failure.
  [[nodiscard]] base::Result<void> remove(const std::string& name) const;
  // A folder, if it is empty; one that is not, and one that is not there, is no failure.
  [[nodiscard]] base::Result<void> remove_empty(const std::string& name) const;
  [[nodiscard]] base::Result<void> sync() const;
  [[nodiscard]] base::Result<std::vector<std::string>> names() const;
  // Removes everything unfinished.
  [[nodiscard]] base::Result<void> sweep() const;

  // The Error for what just failed with errno, such as ("x.pem", "cannot be read").
  [[nodiscard]] base::Error failure(const std::string& name, std::string_view what) const;

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  Folder(std::filesystem::path path, base::OwnedDescriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  std::filesystem::path path_;
  base::OwnedDescriptor descriptor_;
};

// Whether this can name a file in a folder and nothing else.
[[nodiscard]] bool is_plain_name(std::string_view name);

// Gives an open file or folder its owner and group, where they differ; false with errno.
[[nodiscard]] bool give_to_owner(int descriptor, const FileAccess& access);
[[nodiscard]] bool belongs_to_owner(const struct stat& status, const FileAccess& access);

}  // namespace livecert::edge
