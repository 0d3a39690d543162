#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace livecert::edge {

// What HAProxy's runtime API says, in the words it has used since version 2.2. An answer counts for what was asked only
// if it names the path that was asked about.

// Which other certificate the one open transaction is about, when that is why a command was refused; else empty.
[[nodiscard]] std::string_view other_transaction(std::string_view answer);
// Whose transaction a `set ssl cert` went into; else empty. HAProxy 2.6 lets it slip into another's.
[[nodiscard]] std::string_view transaction_written(std::string_view answer);

// HAProxy's words as they may stand in a message: on one line, printable ASCII, not too long, and without anything that
// also stands in the payload of the command.
[[nodiscard]] std::string quote(std::string_view words, base::ByteView payload = {});

// An answer that is not what was asked for, as an Error: kUpstreamBadAnswer when HAProxy refuses the certificate
// itself, else kUpstreamFailure. `what` begins the message: "HAProxy refuses ...". Holds HAProxy's own words, as
// quote() gives them.
[[nodiscard]] base::Error refusal(const std::string& what, std::string_view answer, base::ByteView payload = {});

}  // namespace livecert::edge
