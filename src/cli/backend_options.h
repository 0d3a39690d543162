#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "cli/backend.h"
#include "cli/remote.h"

namespace CLI {
class App;
}

namespace livecert::cli {

// The options that say which service to call with which key.
void add_remote(CLI::App& command, RemoteOptions& remote);

// The flags of every command that calls the API: the service or store to work on, and the form of the output.
struct BackendOptions {
  RemoteOptions remote;
  std::filesystem::path offline;  // data directory of a stopped service
  std::filesystem::path master_key;
  bool as_json = false;   // print the API's answer, for scripts
  int watch_seconds = 0;  // look again every so many seconds; 0: once (cli/watch.h)

  OpenOffline open_offline = {};  // null: the command needs a service that runs

  void add_to(CLI::App& command);
  [[nodiscard]] base::Result<std::unique_ptr<Backend>> open() const;
};

}  // namespace livecert::cli
