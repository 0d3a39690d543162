#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "client/endpoint.h"
#include "http/message.h"
#include "signature/sign.h"

namespace livecert::client {

struct Options {
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds total_timeout{30000};  // of one call, connecting included
  std::string region = "cn-north-1";
  std::string service = "live";
  std::string language = {};  // for the header Accept-Language; empty: not sent
};

// Makes signed calls to one endpoint over one kept-alive connection. Plain HTTP goes only to a loopback address and
// through no proxy, unless the endpoint allows more; this is checked on the connection itself, whatever the name
// resolved to. Otherwise it uses the proxy that the environment names (as curl does: http_proxy, https_proxy,
// no_proxy). It follows no redirects. One thread at a time.
class Client {
 public:
  // The clock must outlive the client.
  Client(Endpoint endpoint, signature::Credentials credentials, const base::Clock& clock, Options options = {});
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // POSTs the JSON to that action and returns the answer, whatever its status; its body is a string. The body may hold
  // a private key: it is not copied, although curl passes it through a buffer of its own, which is wiped.
  // kConfiguration when the endpoint is not a usable URL, or is plain HTTP that is refused; kUpstreamFailure when no
  // complete answer came, with a message that names endpoint and reason, or when this machine has no libcurl.
  [[nodiscard]] base::Result<http::Response> call(std::string_view action, std::string_view version,
                                                  base::ByteView json_body);

  // Whether the service refused the signature of the last call because it received another request than was sent: its
  // message names the hash of its canonical form, which is none of ours. A proxy that rewrites Host does that.
  [[nodiscard]] bool was_changed_on_the_way() const { return was_changed_; }

 private:
  class Connection;

  Endpoint endpoint_;
  signature::Credentials credentials_;
  const base::Clock* clock_;
  Options options_;
  bool was_changed_ = false;
  std::unique_ptr<Connection> connection_;  // made by the first call
};

}  // namespace livecert::client
