#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/ids.h"
#include "http/message.h"

namespace livecert::http {

// The answer waits for something that takes a while, such as a commit, and no thread meanwhile. The server calls
// `begin` once, on the thread that got this. When what is waited for has come, `ready` is called once, from any
// thread; it does not block. What it is given makes the answer, on a network thread: it must not block, take long, or
// see a secret, whose traces only workers wipe.
struct Pending {
  using Ready = std::function<void(std::function<Response()> go_on)>;
  std::function<void(Ready ready)> begin;
};

// Waits on this thread and makes the answer on it.
[[nodiscard]] Response wait_for(const Pending& pending);

using Outcome = std::variant<Response, Pending>;

// The caller has to wait its turn (rate limit): the server calls `go_on` on a worker thread at that time. No thread
// waits meanwhile. The answer is due at `deadline`, in place of the request's.
struct Later {
  base::SteadyTime at;
  base::SteadyTime deadline;
  std::function<Outcome()> go_on;
};

struct Answer {
  // NOLINTBEGIN(google-explicit-constructor): each of the three is an answer
  Answer(Response response) : what(std::move(response)) {}
  Answer(Pending pending) : what(std::move(pending)) {}
  Answer(Later later) : what(std::move(later)) {}
  // NOLINTEND(google-explicit-constructor)

  std::variant<Response, Pending, Later> what;
  // The account that the request proved to come from; nullopt: it proved none. The server gives its connections and
  // requests turns by account, so nobody but the account itself may be named here.
  std::optional<base::AccountId> account = std::nullopt;
};

[[nodiscard]] inline Answer to_answer(Outcome outcome) {
  return std::visit([](auto&& known) { return Answer(std::forward<decltype(known)>(known)); }, std::move(outcome));
}

// What a server serves. The server owns sockets, limits and time; the handler owns meaning.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  // Answers one request. Called on worker threads, many at once; may block. Must not throw.
  [[nodiscard]] virtual Answer handle(Request request) = 0;

  // Answers a message that never reached handle(); `detail` tells the client what was wrong. Also called for a request
  // whose deadline passed in the queue or at work. Called on network threads; must not block. The server adds
  // `Connection: close` where the refusal requires it.
  [[nodiscard]] virtual Response refuse(Refusal refusal, const std::string& detail,
                                        const std::string& peer_address) = 0;
};

}  // namespace livecert::http
