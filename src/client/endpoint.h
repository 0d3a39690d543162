#pragma once

#include <string>

#include "base/result.h"

struct sockaddr;

// The target of calls. Requests hold private keys and answers hold secrets, so plain HTTP stays on this machine unless
// the endpoint allows more.
namespace livecert::client {

struct Endpoint {
  std::string url;             // http://127.0.0.1:8080 or https://live.example, without a path
  std::string ca_file = {};    // PEM of the CAs to trust; empty: those of the system
  bool insecure_http = false;  // plain HTTP to other machines too, and through a proxy
};

// The parts of an endpoint's URL.
struct Origin {
  std::string url;   // scheme and authority
  std::string host;  // the Host field, as curl would send it
  bool is_https = false;
  bool names_loopback = false;  // "localhost" or a literal loopback address; other names are not looked up
};

// kConfiguration when it is not a URL of http or https, or has more than an authority.
[[nodiscard]] base::Result<Origin> parse_endpoint(const std::string& url);

// 127.0.0.0/8, ::1, and the former mapped into IPv6.
[[nodiscard]] bool is_loopback(const sockaddr& address);

// kConfiguration: plain HTTP to this endpoint is refused, with the remedy.
[[nodiscard]] base::Error plain_http_refused(const std::string& url);

}  // namespace livecert::client
