#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/time.h"
#include "http/message.h"

namespace livecert::signature {

// An access key with its secret; temporary if it has a session token.
struct Credentials {
  std::string access_key_id;
  base::SecretBytes secret;
  std::optional<std::string> session_token;
};

// A request about to be sent. The views must outlive the call.
struct Unsigned {
  std::string_view method;
  std::string_view target;  // path and query; one that http::parse_target() cannot read is a bug and aborts
  std::string_view host;    // as it goes into the Host header
  std::string_view content_type;
  base::ByteView body;
};

// Returns the headers to send in addition to Host and Content-Type: X-Date, X-Content-Sha256, X-Security-Token if there
// is one, and an Authorization that covers these, Host and Content-Type, in the form and order of the vendor's Go SDK.
[[nodiscard]] http::Headers sign(const Unsigned& request, const Credentials& credentials, base::Time now,
                                 std::string_view region, std::string_view service);

// The hashes, in hexadecimal, of the canonical forms that a server may compute for this request: with the host as it is
// sent, and as it is signed. If a server names another one, it has received another request than was sent.
[[nodiscard]] std::vector<std::string> canonical_hashes(const Unsigned& request, const Credentials& credentials,
                                                        base::Time now);

}  // namespace livecert::signature
