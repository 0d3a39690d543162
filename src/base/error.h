#pragma once

#include <cstdint>
#include <string>

namespace livecert::base {

// Every way a request or a start can fail. A code is named for its meaning, not for its place on the wire: the API
// layer maps each to one documented code (api/error_map.cpp), and no other code knows HTTP statuses or vendor codes.
enum class ErrorCode : std::uint8_t {
  // The request as a message.
  kMalformedRequest,
  kRequestTooLarge,
  kMethodNotAllowed,
  kPathNotFound,
  kMissingParameter,
  // The caller: its signature, its access key and its rights.
  kMissingAuthentication,
  kMissingRequestInfo,
  kMissingSignature,
  kInvalidTimestamp,
  kInvalidAuthorization,
  kInvalidCredential,
  kInvalidSecurityToken,
  kInvalidAccessKey,
  kSignatureMismatch,
  kUnknownService,
  kUnknownAction,
  kActionDenied,
  kRateLimited,
  // The input and the things that it names.
  kUnbindableInput,  // not JSON, a missing member, a member of the wrong type
  kOutOfRange,
  kInvalidInput,
  kProjectForbidden,  // the caller's own account, but outside the projects of its key
  kForeignResource,   // belongs to another account
  kAccountInactive,
  kNotFound,
  // Failures on our side.
  kConflict,         // still contended after our own retries; the caller may retry
  kStoreFailure,     // the store failed; nothing was stored
  kOutcomeUnknown,   // the store cannot tell whether the write took effect
  kUpstreamFailure,  // an outside server that the answer needs cannot be reached
  kUpstreamBadAnswer,
  kDeadlineExceeded,
  kOverloaded,
  kInternal,
  // Start-up, configuration and the command line.
  kConfiguration,  // the last: api/error_map.cpp counts up to it
};

// One failure. `message` is for the client and must say which input is wrong and what to do; `detail` is for the log.
// Neither may hold a secret.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string detail = {};
};

}  // namespace livecert::base
