#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "app/config.h"

namespace livecert::app {

// The user that runs the service. Root asks for it, because files and sockets are judged by the rights of that user.
struct ServiceUser {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
  std::string name;

  // For root: the owner of the data directory, or while the packaged one is not there, the package's user. Otherwise
  // the calling user.
  [[nodiscard]] static ServiceUser of(const Config& config);
  // The name of its group, or the number.
  [[nodiscard]] std::string group_name() const;
};

// While it exists, the process has the rights of that user. It does nothing unless the process runs as root and the
// user is another one. For one thread, and for commands: the real user stays root.
class ActingAs {
 public:
  explicit ActingAs(const ServiceUser& user);
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;
  ~ActingAs();

 private:
  bool is_acting_ = false;
  std::vector<gid_t> groups_;
};

}  // namespace livecert::app
