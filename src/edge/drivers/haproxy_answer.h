#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace livecert::edge {

// Reads answers of HAProxy's runtime API, in the words that it has used since version 2.2. An answer counts only if it
// names the path that the command was about.

// If another open transaction made HAProxy refuse the command: the certificate of that transaction. Else empty.
[[nodiscard]] std::string_view other_transaction(std::string_view answer);
// The certificate of the transaction that a `set ssl cert` went into; else empty. HAProxy 2.6 may put it into the open
// transaction of another certificate.
[[nodiscard]] std::string_view transaction_written(std::string_view answer);

// HAProxy's words, fit for a message: one line of printable ASCII, not too long, and without any piece of the command's
// payload.
[[nodiscard]] std::string quote(std::string_view words, base::ByteView payload = {});

// The Error for an answer that is not the expected one: kUpstreamBadAnswer when HAProxy refuses the certificate itself,
// else kUpstreamFailure. `what` begins the message: "HAProxy refuses ...". Holds HAProxy's own words, as quote() gives
// them.
[[nodiscard]] base::Error refusal(const std::string& what, std::string_view answer, base::ByteView payload = {});

}  // namespace livecert::edge
