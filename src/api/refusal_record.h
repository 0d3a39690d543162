#pragma once

#include <string>

#include "api/exchange.h"
#include "api/json_input.h"
#include "base/error.h"
#include "service/context.h"

namespace livecert::api {

// Notes in the audit that this call was refused, if the error says that its caller may not make it: its signature or
// key is not good, a policy or the limits of the key forbid it, or the thing belongs to another account. The body of
// the request must still be there, or the exchange must know the subject. Does nothing for other errors.
void note_refusal(service::Services& services, Exchange& exchange, const base::Error& error);

// The thing that a call with this input is about, as far as its members name one: empty otherwise.
[[nodiscard]] std::string subject_of(const JsonInput& input);

}  // namespace livecert::api
