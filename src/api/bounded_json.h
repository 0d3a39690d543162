#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"

namespace livecert::api {

// For a body: many more values than any action takes, but few enough that reading them costs a few milliseconds.
inline constexpr std::size_t kMaxValues = 10'000;

// Parses JSON text (RFC 8259) into memory of `storage`. A value takes far more memory and time than its two bytes of
// text, so the text may hold at most `max_values`, counting members and items at any depth; it reads nothing after
// that. Errors: kUnbindableInput for text that is not JSON, kOutOfRange for too many values.
[[nodiscard]] base::Result<boost::json::value> parse_bounded_json(std::string_view text, std::size_t max_values,
                                                                  const boost::json::storage_ptr& storage);

}  // namespace livecert::api
