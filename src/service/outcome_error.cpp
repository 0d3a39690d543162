#include "service/outcome_error.h"

#include "base/check.h"

namespace livecert::service {

using base::Error;
using base::ErrorCode;
using store::OutcomeKind;

Error to_error(const store::Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kAbsent:
      return {ErrorCode::kNotFound, outcome.subject + " does not exist"};
    case OutcomeKind::kExists:
      return {ErrorCode::kInvalidInput, outcome.subject + " exists already"};
    case OutcomeKind::kForeign:
      return {ErrorCode::kForeignResource, outcome.subject};
    case OutcomeKind::kForbidden:
      return {ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
    case OutcomeKind::kInactive:
      return {ErrorCode::kAccountInactive, ""};
    case OutcomeKind::kConflict:
      return {ErrorCode::kConflict, "another write got in the way; repeat the call", outcome.subject};
    case OutcomeKind::kUnavailable:
      return {ErrorCode::kStoreFailure, "nothing was stored", outcome.subject};
    case OutcomeKind::kDeadlineExceeded:
      return {ErrorCode::kDeadlineExceeded, "nothing was stored; repeat the call"};
    case OutcomeKind::kUnknown:
      return {ErrorCode::kOutcomeUnknown, "whether it was stored is not known; repeat the call, which does no harm",
              outcome.subject};
    case OutcomeKind::kDone:
    case OutcomeKind::kConverged:
      break;
  }
  LIVECERT_CHECK(false);
}

}  // namespace livecert::service
