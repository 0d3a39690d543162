#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

// HTTP messages as values; no sockets.
namespace livecert::http {

struct Header {
  std::string name;
  std::string value;
};

// Header fields in the order received; names compare without regard to ASCII case (RFC 9110 §5.1).
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  // The first value of that name, or nullopt.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<Header>& fields() const { return fields_; }

 private:
  std::vector<Header> fields_;
};

// One request, read whole and checked against the limits, but not yet trusted in any way.
struct Request {
  std::string method;
  std::string target;  // as received: origin-form or absolute-form
  Headers headers;
  base::WipedBuffer body;       // de-chunked; wiped with the request, since it may hold a private key
  std::string peer_address;     // numeric, without the port; as a trusted balancer named it, if there is one
  std::string peer_network;     // the same, but the /64 of an IPv6 address, whose holder has all of it
  bool through_proxy = false;   // a balancer named peer_address
  bool is_peer_known = true;    // false: the balancer did not name the client, and peer_address is its own
  bool secure = false;          // came over TLS
  base::SteadyTime received;    // when its first byte arrived
  base::SteadyTime deadline;    // when its answer is due
  std::shared_ptr<void> lease;  // the body's share of the server's memory, released with this; may be empty

  // Releases the body early, when it is no longer needed.
  void drop_body() {
    body = base::WipedBuffer();  // assigning {} would only clear it, and wipe nothing
    lease.reset();
  }
};

// Provides a long body piece by piece, so that it never has to fit in memory. Fills `piece` and returns true, or
// returns false at the end. An Error ends the connection: the client sees a truncated chunked body, not a short one
// that looks complete. Called from worker threads, one call at a time.
using BodyProducer = std::function<base::Result<bool>(std::string& piece)>;

// A secret goes into a WipedBuffer, which is wiped on destruction; send such a body only over TLS or the loopback
// interface.
using Body = std::variant<std::string, BodyProducer, base::WipedBuffer>;

struct Response {
  int status = 200;
  Headers headers;  // without Content-Length, Transfer-Encoding, Connection, Date: the server writes those
  Body body;
  bool close = false;  // end the connection after this answer
};

// An answer of one sentence for people, which clients must not cache.
[[nodiscard]] Response plain_answer(int status, const std::string& sentence);

// The reasons for which the server itself refuses a message.
enum class Refusal {
  kMalformed,           // not HTTP, or HTTP in a form that invites request smuggling: 400 and close
  kHeaderTooLarge,      // 431 and close
  kBodyTooLarge,        // 413 and close
  kUnknownExpectation,  // an Expect other than 100-continue: 417
  kTooSlow,             // the sender took too long: 408 and close
  kDeadlineExceeded,    // still queued when the answer was due: 504
  kOverloaded,          // too much load: 503 and close
};
[[nodiscard]] int status_of(Refusal refusal);

}  // namespace livecert::http
