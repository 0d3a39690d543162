#pragma once

#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "http/message.h"

// Signed requests that the verifier must accept.
namespace livecert::signature::testing {

struct SignedRequest {
  std::string name;
  http::Request request;
  std::string access_key_id;
  std::string secret;
  base::Time signed_at;
  bool in_header = true;  // or in the query

  [[nodiscard]] base::SecretBytes secret_bytes() const { return base::SecretBytes::copy_of(secret); }
};

// data/signatures.json: the signatures of the vendor's SDKs for one pinned request.
[[nodiscard]] std::vector<SignedRequest> load_vectors();
// data/recorded: whole requests as real clients sent them.
[[nodiscard]] std::vector<SignedRequest> load_recorded();
// The one of that name among both; aborts when there is none.
[[nodiscard]] SignedRequest load(const std::string& name);

// The same request with each header of that name given another value, or without them.
[[nodiscard]] http::Request with_header(const http::Request& request, std::string_view name, std::string_view value);
[[nodiscard]] http::Request without_header(const http::Request& request, std::string_view name);

[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace livecert::signature::testing
