#pragma once

#include "base/bytes.h"
#include "http/message.h"
#include "http/uri.h"

namespace livecert::api {

// Whether a body has no content: it is empty, or the empty object or array that SDKs send.
[[nodiscard]] bool holds_no_parameters(base::ByteView body);

// Whether an authenticated request has its parameters in the query and not in the body: a GET without a body, and a
// request that is signed in the query, unless it has a body with content (which its signature then covers, or
// authentication would have failed).
[[nodiscard]] bool takes_query(const http::Request& request, const http::Target& target);

}  // namespace livecert::api
