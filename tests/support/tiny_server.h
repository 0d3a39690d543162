#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/message.h"

namespace livecert::test {

// An HTTP/1.1 server on 127.0.0.1, at a port of the system's choice, that serves one connection at a time: it reads
// requests with Content-Length and sends, for each, the bytes that the function returns; after an empty string it
// closes.
class TinyServer {
 public:
  using Answer = std::function<std::string(const http::Request&)>;

  explicit TinyServer(Answer answer);
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;
  ~TinyServer();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::vector<http::Request> requests() const;
  [[nodiscard]] std::size_t connections() const;

 private:
  void run();
  void serve(int connection);

  Answer answer_;
  int listener_ = -1;
  int stop_ = -1;  // an event that ends the thread
  unsigned short port_ = 0;
  mutable std::mutex mutex_;
  std::vector<http::Request> requests_;
  std::size_t connections_ = 0;
  std::thread thread_;
};

// A whole answer with Content-Length.
[[nodiscard]] std::string make_answer(const std::string& status, const std::string& body,
                                      const std::string& more_headers = "");

}  // namespace livecert::test
