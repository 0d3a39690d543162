#pragma once

#include <functional>
#include <string>
#include <variant>

#include "http/message.h"

namespace livecert::http {

// The answer is not ready because the caller has to wait its turn (rate limit): the server calls `go_on` on a worker
// thread at that time. No thread waits meanwhile.
struct Later {
  base::SteadyTime at;
  std::function<Response()> go_on;
};

// The answer waits for something that takes a while, such as a commit, and no thread meanwhile. The server calls
// `begin` once, on the thread that called handle(). When what is waited for has come, `ready` is called once, from any
// thread; it does not block. What it is given makes the answer, on a network thread: it must not block, take long, or
// see a secret, whose traces only workers wipe.
struct Pending {
  using Ready = std::function<void(std::function<Response()> go_on)>;
  std::function<void(Ready ready)> begin;
};

using Answer = std::variant<Response, Later, Pending>;

// What a server serves. The server owns sockets, limits and time; the handler owns meaning.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  // Answers one request. Called on worker threads, many at once; may block. Must not throw.
  [[nodiscard]] virtual Answer handle(Request request) = 0;

  // The answer to a message that never became a request for handle(): `detail` says what was wrong, for the client.
  // Also called for a request whose deadline passed while it was queued or being worked on. Called on network threads;
  // must not block. The server adds `Connection: close` where the refusal demands it.
  [[nodiscard]] virtual Response refuse(Refusal refusal, const std::string& detail,
                                        const std::string& peer_address) = 0;
};

}  // namespace livecert::http
