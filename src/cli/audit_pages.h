#pragma once

#include <cstdint>
#include <functional>

#include <boost/json/value.hpp>

#include "cli/command_input.h"
#include "cli/session.h"

namespace livecert::cli {

// The most records or checkpoints that one answer holds.
inline constexpr std::int64_t kAuditPage = 1000;

// Asks for what stands behind position `after`, page after page, in the order of positions. `question` has the filters;
// `take` gets each answer, and tells whether it wants more. Returns the position behind which more may come later.
// Errors: those of the calls and of `take`.
[[nodiscard]] base::Result<std::int64_t> read_audit_pages(
    Session& session, const char* action, std::int64_t after, const std::function<JsonWriter()>& question,
    const std::function<base::Result<bool>(const boost::json::value& page)>& take);

}  // namespace livecert::cli
