#pragma once

#include <optional>
#include <string>

#include "audit/verifier.h"
#include "base/result.h"
#include "cli/session.h"

namespace livecert::cli {

// Verifies the records of a session's store, or those of a file that audit export --checkpoints wrote. `kept_file`: a
// checkpoint that was kept elsewhere; empty: none. kInvalidInput for a file that cannot be read.
[[nodiscard]] base::Result<audit::Report> verify_audit(Session& session, const std::string& kept_file);
[[nodiscard]] base::Result<audit::Report> verify_audit_file(const std::string& file, const std::string& kept_file);

// A sentence for people.
[[nodiscard]] std::string to_sentence(const audit::Finding& finding);

// Prints the report; the exit status of audit verify: 0, or 1 with findings.
[[nodiscard]] int show_report(const audit::Report& report, bool as_json);

}  // namespace livecert::cli
