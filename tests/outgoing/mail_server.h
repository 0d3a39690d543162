#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace livecert::outgoing::test {

// A mail server (RFC 5321) on 127.0.0.1 without TLS, at a port of the system's choice, one connection at a time. It
// takes everything, unless the function returns another reply to a line.
class MailServer {
 public:
  using Reply = std::function<std::string(const std::string& line)>;

  explicit MailServer(Reply reply = [](const std::string&) { return std::string(); });
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;
  ~MailServer();

  [[nodiscard]] std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // Every line that came, without its line break.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  void run();
  void serve(int connection);

  Reply reply_;
  int listener_ = -1;
  unsigned short port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::thread thread_;
};

}  // namespace livecert::outgoing::test
