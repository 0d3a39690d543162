#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace livecert::outgoing {

// One HTTP request to a server of somebody else, as a value: whoever makes it decides everything, and whoever sends it
// knows nothing of its meaning. Address, headers and body may hold a secret, such as the token of a chat robot, so none
// of them may reach a log: host_of() is what may.
struct Call {
  std::string method = "POST";
  std::string url;  // http or https
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds timeout{10000};
  std::size_t max_answer_bytes = 64UL * 1024;
};

// One message to a mail server (RFC 5321), as a value.
struct Mail {
  std::string url;         // smtp://HOST:PORT, upgraded by STARTTLS if `demand_tls`, or smtps://HOST:PORT
  bool demand_tls = true;  // false: TLS if the server offers it, whatever its certificate; only for this machine
  std::string user;        // empty: no authentication
  std::string password;
  std::string from;
  std::vector<std::string> to;
  std::string message;  // RFC 5322: header fields and body, lines that end in CR LF
  std::chrono::milliseconds timeout{20000};
};

struct Answer {
  int status = 0;                                   // of HTTP, or the last reply code of SMTP
  std::string body;                                 // what came, up to the caller's limit
  std::optional<std::chrono::seconds> retry_after;  // RFC 9110 §10.2.3
};

// How calls leave. kUpstreamFailure: not reachable, or refused by TLS. kDeadlineExceeded: too slow. Every answer with a
// status is an Answer, whatever the status. Blocks; callable from many threads at once.
struct Sender {
  std::function<base::Result<Answer>(const Call&)> call;
  std::function<base::Result<Answer>(const Mail&)> mail;
};

// The host of an address, and its port if it names one: what a log and a message may show of it. "?" if there is none.
[[nodiscard]] std::string host_of(const std::string& url);

}  // namespace livecert::outgoing
