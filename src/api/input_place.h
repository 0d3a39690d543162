#pragma once

#include "base/bytes.h"
#include "http/message.h"
#include "http/uri.h"

namespace livecert::api {

// Whether a body says nothing: none, or the empty object or array that SDKs send then.
[[nodiscard]] bool holds_no_parameters(base::ByteView body);

// Whether a request that was authenticated has its parameters in the query and not in the body: a GET without a body,
// and what is signed in the query, unless it has a body that says something (and that its signature covers, or it would
// not have been authenticated).
[[nodiscard]] bool takes_query(const http::Request& request, const http::Target& target);

}  // namespace livecert::api
