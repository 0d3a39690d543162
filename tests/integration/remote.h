#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "client/client.h"
#include "support/server_process.h"
#include "support/test_service.h"

namespace livecert::test {

constexpr std::string_view kLive = "2023-01-01";
constexpr std::string_view kOwn = "2026-12-01";

// An answer from its JSON text; aborts when it is not the API's envelope.
[[nodiscard]] Answer parse_answer(int status, const http::Headers& headers, const std::string& body);

// Signed calls to a server process over one connection. One thread at a time.
class Remote {
 public:
  Remote(const ServerProcess& server, signature::Credentials credentials);
  explicit Remote(const ServerProcess& server) : Remote(server, server.root()) {}

  // nullopt when no whole answer came.
  [[nodiscard]] std::optional<Answer> try_call(std::string_view action, const std::string& body,
                                               std::string_view version = kLive);
  // The answer; aborts when there is none.
  [[nodiscard]] Answer call(std::string_view action, const std::string& body, std::string_view version = kLive);

 private:
  base::SystemClock clock_;
  client::Client client_;
};

// The PEM of a chain as DescribeCertDetailSecretV2 answers it, its blocks one after the other; empty on an error.
[[nodiscard]] std::string describe_pem(Remote& remote, const std::string& chain_id);

}  // namespace livecert::test
