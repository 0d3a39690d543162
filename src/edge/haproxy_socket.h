#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace livecert::edge {

// The runtime API of a HAProxy on its UNIX socket (`stats socket PATH level admin`).
class HaproxySocket {
 public:
  // Nothing is opened yet. The deadline is for each command, from connecting to the end of the answer.
  HaproxySocket(std::filesystem::path path, std::chrono::milliseconds deadline);

  // Sends one command with its payload on a connection of its own and returns the whole answer, whatever it says.
  // kUpstreamFailure when HAProxy cannot be reached, stays silent, or breaks off; the command may have been carried out
  // then.
  [[nodiscard]] base::Result<base::WipedBuffer> ask(base::ByteView command) const;
  [[nodiscard]] base::Result<base::WipedBuffer> ask(std::string_view command) const;

 private:
  std::filesystem::path path_;
  std::chrono::milliseconds deadline_;
};

}  // namespace livecert::edge
