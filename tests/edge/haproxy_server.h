#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "edge/drivers/haproxy_driver.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace livecert::edge {

// Debian's HAProxy as docs/edges.md has operators set it up, but on a Unix socket.
class HaproxyServer {
 public:
  HaproxyServer();
  HaproxyServer(const HaproxyServer&) = delete;
  HaproxyServer& operator=(const HaproxyServer&) = delete;
  ~HaproxyServer();

  // tune.bufsize of the next start; 0: HAProxy's own.
  std::size_t bufsize = 0;

  // Another service's list, which it reads too; empty: none.
  std::filesystem::path other_list;

  bool is_strict = true;  // about server names, as docs/edges.md advises

  // Starts HAProxy once the folder has a crt-list. False when HAProxy does not come up; complaints() says why.
  [[nodiscard]] bool start();
  // Sends SIGKILL; returns when HAProxy is gone.
  void kill();
  // Stops all its threads where they are; returns when they have stopped.
  void freeze();
  void thaw();
  [[nodiscard]] std::string complaints() const { return process_ ? process_->errors() : "not started"; }

  // Sends one command to the runtime API, as an operator types it; aborts when there is no answer.
  [[nodiscard]] std::string say(const std::string& command) const;

  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "certificates"; }
  [[nodiscard]] std::filesystem::path crt_list() const { return folder() / "crt-list"; }
  [[nodiscard]] std::filesystem::path tls() const { return directory_.path() / "tls.sock"; }
  [[nodiscard]] std::filesystem::path api() const { return directory_.path() / "api.sock"; }

  [[nodiscard]] Definition definition() const;
  // A driver that waits for a busy machine as long as it takes.
  [[nodiscard]] HaproxyDriver make_driver() const;
  [[nodiscard]] HaproxyDriver make_driver(HaproxyTimes times) const;

 private:
  test::TemporaryDirectory directory_;
  std::optional<test::ChildProcess> process_;
};

}  // namespace livecert::edge
