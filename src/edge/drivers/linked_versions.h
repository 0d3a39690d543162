#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "edge/drivers/folder.h"
#include "edge/drivers/folder_watch.h"
#include "edge/order.h"

namespace livecert::edge {

// A folder of links into its subfolder `.versions`, so that the version of a name changes in one step, and a reader
// that followed the link before can read the former version to its end. Used by one thread at a time. Errors:
// kUpstreamFailure naming the file and the system's reason.
class LinkedVersions {
 public:
  // The form of the versions of one edge. Nothing else in the folder is ever removed.
  struct Shape {
    std::string suffix = {};              // "DOMAIN-CERTID" and this; "CERTID" and this when it is shared
    bool is_shared = false;               // all domains that use a version lead to one of it
    std::vector<std::string> files = {};  // of a version that is a folder; none: a version is a file
  };

  LinkedVersions(Place folder, Shape shape, std::shared_ptr<const base::Clock> clock)
      : folder_(std::move(folder)), shape_(std::move(shape)), clock_(std::move(clock)) {}

  // The folder of the versions, each a file or a folder.
  [[nodiscard]] Place versions() const;
  [[nodiscard]] std::string name_of(const Order& order) const;

  // Makes that subfolder. The first call also removes what a crash left: temporary files, and versions without a link.
  [[nodiscard]] base::Result<void> prepare();

  // For a version that is a folder. One that exists stays as it is.
  [[nodiscard]] base::Result<void> make_folder(const std::string& version);

  // Durable when it returns. Retires the version to which the name led before, unless another name leads to it.
  [[nodiscard]] base::Result<void> link(const std::string& name, const std::string& version);
  // The same for many names, each once. One result for each, in order.
  struct Link {
    std::string name;
    std::string version;
  };
  [[nodiscard]] std::vector<base::Result<void>> link_all(std::span<const Link> links);
  [[nodiscard]] bool is_linked(const std::string& name, const std::string& version);
  // The names whose links are not as link() or is_linked() last saw them, as FileDrop::find_touched().
  [[nodiscard]] std::vector<std::string> find_touched();
  // Removes the link. Returns the version to which it leads, unless another name does too, and the retired ones of this
  // name, for the caller to remove.
  [[nodiscard]] base::Result<std::vector<std::string>> unlink(const std::string& name);
  // The names that lead to a version.
  [[nodiscard]] std::vector<std::string> names_of(const std::string& version) const;
  [[nodiscard]] bool is_used(const std::string& version) const { return used_.contains(version); }
  // Versions that were retired so long ago that nobody can still read them, for the caller to remove. Returns each
  // once.
  [[nodiscard]] std::vector<std::string> take_disused();
  // One of them that could not be removed.
  void retire_again(std::string version);
  // Succeeds when the version does not exist. Removes a version's own files from a folder, and keeps the folder when it
  // holds anything else.
  [[nodiscard]] base::Result<void> remove(const std::string& version) const;

 private:
  // Also of one that was made before versions were shared.
  [[nodiscard]] bool is_version(std::string_view name) const;
  // nullopt when the name is not a link to a version.
  [[nodiscard]] std::optional<std::string> read_link(const Folder& folder, const std::string& name) const;
  [[nodiscard]] base::Result<void> exchange(const Folder& folder, const Link& link);
  void learn(const std::string& name, const std::string& version);
  void forget(const std::string& name);
  [[nodiscard]] bool see(const Folder& folder, const std::string& name, const std::string& version);
  [[nodiscard]] base::Result<void> remove_unlinked();
  [[nodiscard]] base::Result<void> empty_folder(const std::string& version) const;

  struct Retired {
    std::string name;
    std::string version;
    base::SteadyTime until;
  };

  Place folder_;
  Shape shape_;
  std::shared_ptr<const base::Clock> clock_;
  std::vector<Retired> retired_;  // the oldest first
  bool is_swept_ = false;
  using Used = std::map<std::string, std::size_t>;  // how many names lead to each version
  // A link, as it was seen or made last.
  struct Known {
    std::optional<FileIdentity> identity;  // of one that was as it should be
    Used::iterator version;
  };
  Used used_;
  std::map<std::string, Known> known_;  // by name
  FolderWatch watch_;
};

}  // namespace livecert::edge
