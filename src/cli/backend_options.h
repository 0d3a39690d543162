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

// --insecure-http, or LIVECERT_INSECURE_HTTP=true.
void add_insecure_http(CLI::App& command, RemoteOptions& remote);

// The flags of every command that calls the API: the service or store to work on, and the form of the output.
struct BackendOptions {
  RemoteOptions remote;
  std::filesystem::path offline;  // data directory of a stopped service
  std::filesystem::path master_key;
  bool as_json = false;  // print the API's answer, for scripts

  OpenOffline open_offline = {};  // null: the command needs a service that runs

  void add_to(CLI::App& command);
  [[nodiscard]] base::Result<std::unique_ptr<Backend>> open() const;
};

}  // namespace livecert::cli
