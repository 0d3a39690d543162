#pragma once

#include <filesystem>
#include <memory>

#include "app/backend.h"
#include "app/remote.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace livecert::app {

// The flags by which a command is told where to work.
struct BackendOptions {
  RemoteOptions remote;
  std::filesystem::path offline;  // data directory of a stopped service
  std::filesystem::path master_key;

  enum class Offline { kNever, kAllowed };
  void add_to(CLI::App& command, Offline offline_use);
  [[nodiscard]] base::Result<std::unique_ptr<Backend>> open() const;
};

}  // namespace livecert::app
