#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "http/message.h"

namespace livecert::cli {

// Performs a command's actions: at an endpoint, or in a stopped store.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  // The answer, whatever its status; its body is a string.
  [[nodiscard]] virtual base::Result<http::Response> call(std::string_view action, std::string_view version,
                                                          base::ByteView json_body) = 0;

  // Whether the service refused the last call because it received another request than was signed.
  [[nodiscard]] virtual bool was_changed_on_the_way() const { return false; }
};

// Opens the store of a stopped service, given its data directory and the master key's file. kConfiguration, with the
// reason, when that fails.
using OpenOffline = std::function<base::Result<std::unique_ptr<Backend>>(const std::filesystem::path& data_dir,
                                                                         const std::filesystem::path& master_key)>;

}  // namespace livecert::cli
