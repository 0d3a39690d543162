#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace livecert::edge {

// A folder of links into its subfolder `.versions`, so that what a name stands for changes in one step, and whoever
// followed the link before goes on reading the former version to its end. Names and versions are plain file names.
// Used by one thread at a time. Errors: kUpstreamFailure naming the file and the system's reason.
class LinkedVersions {
 public:
  LinkedVersions(std::filesystem::path folder, std::shared_ptr<const base::Clock> clock)
      : folder_(std::move(folder)), clock_(std::move(clock)) {}

  // Where versions are made, each a file or a folder.
  [[nodiscard]] std::filesystem::path versions() const;

  // Makes that subfolder. The first time also removes what a crash left: the unfinished, and versions without a name.
  [[nodiscard]] base::Result<void> prepare();

  // For a version that is a folder; one that is there stays as it is.
  [[nodiscard]] base::Result<void> make_folder(const std::string& version);

  // Durable when it returns. The version that the name stood for before is retired.
  [[nodiscard]] base::Result<void> link(const std::string& name, const std::string& version);
  [[nodiscard]] bool is_linked(const std::string& name, const std::string& version) const;
  // The versions that the name stands for and stood for: for the caller to remove.
  [[nodiscard]] base::Result<std::vector<std::string>> unlink(const std::string& name);
  // Versions that were retired so long ago that nobody can be reading them: for the caller to remove. Each once.
  [[nodiscard]] std::vector<std::string> take_disused();
  // What is not there is no failure.
  [[nodiscard]] base::Result<void> remove(const std::string& version);

 private:
  [[nodiscard]] base::Result<void> remove_unlinked();

  struct Retired {
    std::string name;
    std::string version;
    base::SteadyTime until;
  };

  std::filesystem::path folder_;
  std::shared_ptr<const base::Clock> clock_;
  std::vector<Retired> retired_;  // the oldest first
  bool is_swept_ = false;
};

}  // namespace livecert::edge
