#pragma once

#include <span>
#include <string_view>

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::api {

enum class Access : std::uint8_t {
  kRead,            // changes nothing
  kWrite,           // changes things in the caller's account
  kOwnKey,          // makes credentials: only with an access key itself, never with a temporary key
  kAdministration,  // only for the root account
};

// Decodes the input, calls one use case, and encodes its output. Services and context outlive the result; the input
// does not.
using Run = Answered (*)(service::Services&, const service::Context&, const JsonInput&);

struct Action {
  std::string_view name;
  std::string_view version;
  std::string_view service;  // of the credential scope
  Access access;
  Run run;
};

inline constexpr std::string_view kLiveVersion = "2023-01-01";
inline constexpr std::string_view kOwnVersion = "2026-12-01";

// The table of all actions.
[[nodiscard]] std::span<const Action> actions();
// nullptr if no action has that name, version and service.
[[nodiscard]] const Action* find_action(std::string_view name, std::string_view version, std::string_view service);

}  // namespace livecert::api
