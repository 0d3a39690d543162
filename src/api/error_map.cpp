#include "api/error_map.h"

#include <algorithm>
#include <array>
#include <span>

namespace livecert::api {
namespace {

using base::ErrorCode;

struct Row {
  ErrorCode error;
  int status;
  std::string_view code;
  std::int64_t code_number;
  std::string_view sentence;  // documented; a sentence with placeholders comes with the failure
};

constexpr std::string_view kCallAdministrator = "an internal error occurred, please contact the administrator.";

// Public error codes (documentation page 6469/1126806 and the gateway's longer lists) and those of the certificate
// pages (6469/1126817), which carry no number.
constexpr std::array kRows{
    Row{ErrorCode::kMalformedRequest, 400, "InvalidParam", 0, ""},
    Row{ErrorCode::kRequestTooLarge, 413, "InvalidParam", 0, ""},
    Row{ErrorCode::kMethodNotAllowed, 405, "MethodNotAllowed", 100020, ""},
    Row{ErrorCode::kPathNotFound, 404, "ResourceNotFound", 0, ""},
    Row{ErrorCode::kMissingParameter, 400, "MissingParameter", 100002, ""},
    Row{ErrorCode::kMissingAuthentication, 401, "MissingAuthenticationToken", 100003,
        "Request is missing Authentication Token"},
    Row{ErrorCode::kMissingRequestInfo, 400, "MissingRequestInfo", 100004, ""},
    Row{ErrorCode::kMissingSignature, 401, "MissingSignature", 100005, "The request is missing signature."},
    Row{ErrorCode::kInvalidTimestamp, 400, "InvalidTimestamp", 100006, "The Signature of the request is expired."},
    Row{ErrorCode::kUnknownService, 404, "ServiceNotFound", 100007, ""},
    Row{ErrorCode::kUnknownAction, 404, "InvalidActionOrVersion", 100008, ""},
    Row{ErrorCode::kInvalidAccessKey, 401, "InvalidAccessKey", 100009, ""},
    Row{ErrorCode::kSignatureMismatch, 401, "SignatureDoesNotMatch", 100010,
        "The request signature we calculated does not match the signature you provided. Check your Secret Access Key "
        "and signing method. Consult the service documentation for details."},
    Row{ErrorCode::kActionDenied, 403, "AccessDenied", 100013, ""},
    Row{ErrorCode::kRateLimited, 429, "FlowLimitExceeded", 100018,
        "Request was rejected because the request speed of this openAPI is beyond the current flow control limit."},
    Row{ErrorCode::kOverloaded, 503, "ServiceUnavailableTemp", 100019, "The service is temporarily unavailable."},
    Row{ErrorCode::kInvalidAuthorization, 400, "InvalidAuthorization", 100024,
        "Invalid 'Authorization' header, Pls check your authorization header."},
    Row{ErrorCode::kInvalidCredential, 400, "InvalidCredential", 100025,
        "Invalid credential in 'Authorization', Pls check your authorization header."},
    Row{ErrorCode::kInvalidSecurityToken, 401, "InvalidSecretToken", 100026, ""},
    Row{ErrorCode::kUnbindableInput, 400, "InvalidParam.BindError", 0,
        "Request parameter error, please check input data"},
    Row{ErrorCode::kOutOfRange, 400, "InvalidParam.OutOfRange", 0, ""},
    Row{ErrorCode::kInvalidInput, 400, "InvalidParam", 0, ""},
    Row{ErrorCode::kProjectForbidden, 403, "RequestForbidden", 0, ""},
    Row{ErrorCode::kForeignResource, 403, "RequestForbidden.AccountIDNotAllow", 0,
        "this AccountID does not have permission to access the corresponding resource, please check the request "
        "parameters"},
    Row{ErrorCode::kAccountInactive, 403, "RequestForbidden.BillingStatus", 0,
        "Billing status is not available for the AccountID, please activate the service or recharge."},
    Row{ErrorCode::kNotFound, 404, "ResourceNotFound", 0, ""},
    // Go's SDK takes an error with status 200 for a success unless it has a number.
    Row{ErrorCode::kConflict, 200, "CommonErr", 200001, ""},
    Row{ErrorCode::kStoreFailure, 500, "InternalError.DB", 0,
        "an internal error related to database occurred, please contact the administrator."},
    Row{ErrorCode::kOutcomeUnknown, 500, "InternalError.DB", 0,
        "an internal error related to database occurred, please contact the administrator."},
    Row{ErrorCode::kUpstreamFailure, 502, "InternalServiceError", 0, kCallAdministrator},
    Row{ErrorCode::kUpstreamBadAnswer, 502, "InternalServiceError.BadResponse", 0, kCallAdministrator},
    Row{ErrorCode::kDeadlineExceeded, 504, "InternalServiceTimeout", 0,
        "Internal Service is timeout. please contact the administrator."},
    Row{ErrorCode::kInternal, 500, "InternalError", 0, kCallAdministrator},
    Row{ErrorCode::kConfiguration, 500, "InternalError", 0, kCallAdministrator},
};

// A code without a row would end the service with the first such answer. kConfiguration is the last of the codes.
constexpr bool has_a_row_for_every_code() {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kConfiguration); ++code) {
    if (std::ranges::find(kRows, static_cast<ErrorCode>(code), &Row::error) == kRows.end()) return false;
  }
  return true;
}
static_assert(has_a_row_for_every_code());

constexpr std::string_view kGatewayInternal = "Service has some internal Error. Pls Contact With Admin.";

// The rows that differ in the gateway, before it knows the action.
constexpr std::array kGatewayRows{
    Row{ErrorCode::kStoreFailure, 500, "InternalError", 100014, kGatewayInternal},
    Row{ErrorCode::kOutcomeUnknown, 500, "InternalError", 100014, kGatewayInternal},
    Row{ErrorCode::kInternal, 500, "InternalError", 100014, kGatewayInternal},
    Row{ErrorCode::kDeadlineExceeded, 504, "InternalServiceTimeout", 100016,
        "Internal Service is timeout. Pls Contact With Admin."},
};

const Row* find_row(std::span<const Row> rows, ErrorCode error) {
  const auto row = std::ranges::find(rows, error, &Row::error);
  return row == rows.end() ? nullptr : &*row;
}

const Row& row_for(ErrorCode error, Stage stage) {
  if (stage == Stage::kGateway) {
    if (const Row* row = find_row(kGatewayRows, error)) return *row;
  }
  return *find_row(kRows, error);
}

// After a sentence that ends with a full stop, the particulars are one more sentence; otherwise they follow a colon.
std::string compose(std::string_view sentence, std::string_view particulars) {
  if (particulars.empty()) return std::string(sentence);
  if (particulars.starts_with(sentence)) return std::string(particulars);
  if (!sentence.ends_with('.')) return std::string(sentence) + ": " + std::string(particulars);
  std::string next(particulars);
  if (next.front() >= 'a' && next.front() <= 'z') next.front() = static_cast<char>(next.front() - 'a' + 'A');
  if (!next.ends_with('.')) next += '.';
  return std::string(sentence) + ' ' + next;
}

}  // namespace

WireError to_wire(const base::Error& error, Stage stage) {
  const Row& row = row_for(error.code, stage);
  return {row.status, row.code, row.code_number, compose(row.sentence, error.message)};
}

}  // namespace livecert::api
