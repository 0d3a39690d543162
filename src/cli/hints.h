#pragma once

#include <string>
#include <string_view>

namespace livecert::cli {

// What a person at a terminal can do about an error code of the API; empty when the message says everything.
[[nodiscard]] std::string hint_for(std::string_view code);

// The same when the signature does not match because the request was changed on its way.
[[nodiscard]] std::string hint_for_changed_request();

// The same for a request without an answer, by the TLS library's message.
[[nodiscard]] std::string hint_without_answer(std::string_view failure);

}  // namespace livecert::cli
