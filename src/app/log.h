#pragma once

#include <string>

#include "api/access_record.h"

// The log: lines on standard error, `time level text`.
namespace livecert::app {

// `level`: debug, info, warning or error.
void start_log(const std::string& level);

void log_info(const std::string& text);
void log_warning(const std::string& text);
void log_error(const std::string& text);

// One line per request: `access request_id=… peer=… user=… action=… status=… code=… ms=… [message=… detail=…]`. Text
// that came from outside is escaped, so that nobody can forge a line.
void log_access(const api::AccessRecord& record);

// Waits until everything logged so far is written.
void flush_log();

}  // namespace livecert::app
