#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/ids.h"
#include "base/later.h"
#include "http/message.h"

namespace livecert::http {

// The answer waits for its turn (a rate limit): the server starts it on a worker thread at `at`, and no thread waits
// meanwhile. It is due at `deadline`, in place of the request's.
struct Turn {
  base::SteadyTime at;
  base::SteadyTime deadline;
};

struct Answer {
  // NOLINTBEGIN(google-explicit-constructor): both are an answer
  Answer(Response made) : response(std::move(made)) {}
  Answer(base::Later<Response> later) : response(std::move(later)) {}
  // NOLINTEND(google-explicit-constructor)

  // The server starts it on a worker thread. If the response is not here yet, the functions that then() got run on a
  // network thread: they must not block, take long, or see a secret, because only workers wipe their stacks.
  base::Later<Response> response;
  std::optional<Turn> turn = std::nullopt;  // nullopt: at once
  // The account that the request was proved to come from; nullopt if it proved none. The server gives its connections
  // and requests turns by account, so this must never name an account that did not make the request.
  std::optional<base::AccountId> account = std::nullopt;
};

// Answers the requests of a server. The server owns sockets, limits and time; the handler owns meaning.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  // Answers one request. Called on worker threads, many at once; may block. Must not throw.
  [[nodiscard]] virtual Answer handle(Request request) = 0;

  // Answers a message that never reached handle(); `detail` tells the client what was wrong. Also called for a request
  // whose deadline passed while it was queued or handled. Called on network threads; must not block. The server adds
  // `Connection: close` where the refusal requires it.
  [[nodiscard]] virtual Response refuse(Refusal refusal, const std::string& detail,
                                        const std::string& peer_address) = 0;
};

}  // namespace livecert::http
