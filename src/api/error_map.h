#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

// The one place where our errors become the vendor's codes, statuses and words.
namespace livecert::api {

// Whether the action was known when the request failed: the vendor's gateway answers before, the Live service after,
// and both have words of their own for the same mishap.
enum class Stage : std::uint8_t { kGateway, kAction };

struct WireError {
  int status;
  std::string_view code;
  std::int64_t code_number;  // CodeN; 0: not sent
  std::string message;
};

// The message is the documented sentence and, behind it, what this request did wrong and what to do.
[[nodiscard]] WireError to_wire(const base::Error& error, Stage stage);

}  // namespace livecert::api
