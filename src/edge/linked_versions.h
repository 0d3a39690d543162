#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace livecert::edge {

// A folder of links into its subfolder `.versions`, so that what a name stands for changes in one step, and whoever
// resolved the name before goes on reading the former version to its end. Names and versions are plain file names.
// Errors: kUpstreamFailure naming the file and the system's reason.
class LinkedVersions {
 public:
  explicit LinkedVersions(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Where versions are made, each a file or a folder.
  [[nodiscard]] std::filesystem::path versions() const;

  // Makes that subfolder. The first time also removes what a crash left: the unfinished, and versions without a name.
  [[nodiscard]] base::Result<void> prepare();

  // Durable when it returns. The version that the name stood for before, if it was another one.
  [[nodiscard]] base::Result<std::optional<std::string>> link(const std::string& name, const std::string& version);
  [[nodiscard]] bool is_linked(const std::string& name, const std::string& version) const;
  // The version that the name stood for, if it was there.
  [[nodiscard]] base::Result<std::optional<std::string>> unlink(const std::string& name);
  // What is not there is no failure.
  [[nodiscard]] base::Result<void> remove(const std::string& version);

 private:
  [[nodiscard]] base::Result<void> remove_unlinked();

  std::filesystem::path folder_;
  bool is_swept_ = false;
};

}  // namespace livecert::edge
