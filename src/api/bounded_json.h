#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"

namespace livecert::api {

// Of a body: many more than any action takes, and few enough that reading them costs a few milliseconds.
inline constexpr std::size_t kMaxValues = 10'000;

// JSON text (RFC 8259) as a value in memory of `storage`. A value takes far more memory and time than its two bytes of
// text, so the text may hold at most `max_values` of them, member by member and item by item, at any depth; nothing
// beyond is looked at. Errors: kUnbindableInput for what is no JSON, kOutOfRange for too many values.
[[nodiscard]] base::Result<boost::json::value> parse_bounded_json(std::string_view text, std::size_t max_values,
                                                                  const boost::json::storage_ptr& storage);

}  // namespace livecert::api
