#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/owned_descriptor.h"
#include "base/result.h"
#include "base/time.h"

namespace livecert::bench {

// One keep-alive connection with at most one request under way. Not blocking; one thread at a time.
class Connection {
 public:
  // Connects to an address such as 127.0.0.1:8080. kUpstreamFailure naming it when that fails, kConfiguration for
  // another machine unless that is allowed.
  enum class Reach : std::uint8_t { kLoopback, kAnywhere };
  [[nodiscard]] static base::Result<Connection> open(const std::string& host, const std::string& port, Reach reach);

  // Begins a request; the text must live until the answer has come.
  void send(std::string_view request, base::SteadyTime now);
  // Goes on after the socket became ready. True once the whole answer has come; kUpstreamFailure when it never will.
  [[nodiscard]] base::Result<bool> advance();

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] bool is_busy() const { return busy_; }
  [[nodiscard]] base::SteadyTime sent_at() const { return sent_at_; }
  // Of the answer that has come: whether it is a success and holds this text.
  [[nodiscard]] bool is_success(std::string_view result) const;
  // Its status line and the beginning of its body, to be shown.
  [[nodiscard]] std::string excerpt() const;

 private:
  explicit Connection(base::OwnedDescriptor socket) : socket_(std::move(socket)) {}
  [[nodiscard]] bool is_complete() const;

  base::OwnedDescriptor socket_;
  std::string_view unsent_;
  std::string answer_;
  base::SteadyTime sent_at_;
  bool busy_ = false;
};

}  // namespace livecert::bench
