#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

// This is the only place where our errors become the vendor's codes, statuses and words.
namespace livecert::api {

// Whether the action was known when the request failed. The vendor's gateway answers before that, its Live service
// after, and they use different words for the same failure.
enum class Stage : std::uint8_t { kGateway, kAction };

struct WireError {
  int status;
  std::string_view code;
  std::int64_t code_number;  // CodeN; 0: not sent
  std::string message;
};

// The message is the documented sentence, followed by the fault of this request and the remedy.
[[nodiscard]] WireError to_wire(const base::Error& error, Stage stage);

}  // namespace livecert::api
