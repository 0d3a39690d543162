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
  std::string peer_address;     // numeric, without the port; whose a balancer said it is, where one did
  std::string peer_network;     // the same, but of an IPv6 address its /64: whoever has one of these addresses has all
  bool through_proxy = false;   // peer_address is what a balancer said
  bool is_peer_known = true;    // false: the balancer did not say, and peer_address is its own
  bool secure = false;          // came over TLS
  base::SteadyTime received;    // when its first byte arrived
  base::SteadyTime deadline;    // when its answer is due
  std::shared_ptr<void> lease;  // the body's share of the server's memory, given back when this goes; may be empty

  // Whoever needs the body no more does not let it wait with the answer.
  void drop_body() {
    body = base::WipedBuffer();  // an empty list would only clear it, and wipe nothing
    lease.reset();
  }
};

// Gives a long body piece by piece, so that it never has to fit in memory: fills `piece` and returns true, or returns
// false when there is no more. An Error ends the connection (the client sees a truncated chunked body, not a short one
// that looks whole). Called from worker threads, one call at a time.
using BodyProducer = std::function<base::Result<bool>(std::string& piece)>;

// Wiped when it is gone, if it is a secret; only TLS or the loopback interface should carry that one.
using Body = std::variant<std::string, BodyProducer, base::WipedBuffer>;

struct Response {
  int status = 200;
  Headers headers;  // without Content-Length, Transfer-Encoding, Connection, Date: the server writes those
  Body body;
  bool close = false;  // end the connection after this answer
};

// An answer of one sentence for people, which nobody keeps.
[[nodiscard]] Response plain_answer(int status, const std::string& sentence);

// Why the server itself refuses a message before anybody looks into it.
enum class Refusal {
  kMalformed,           // not HTTP, or HTTP in a form that invites request smuggling: 400 and close
  kHeaderTooLarge,      // 431 and close
  kBodyTooLarge,        // 413 and close
  kUnknownExpectation,  // an Expect other than 100-continue: 417
  kTooSlow,             // the sender let its time run out: 408 and close
  kDeadlineExceeded,    // still queued when the answer was due: 504
  kOverloaded,          // shed: 503 and close
};
[[nodiscard]] int status_of(Refusal refusal);

}  // namespace livecert::http
