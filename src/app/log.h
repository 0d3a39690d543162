#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "api/access_record.h"

// The log: lines on standard error, `time level text`. A thread that logs never waits for the reader (app/log_queue.h).
// Text from outside is escaped and cut, so that a client can neither forge nor flood a line.
namespace livecert::app {

// `level`: debug, info, warning or error. Starts a thread.
void start_log(const std::string& level);
// Sets another level from the next line on.
void set_log_level(const std::string& level);

void log_info(const std::string& text);
void log_warning(const std::string& text);
void log_error(const std::string& text);

// One line per request: `access request_id=… peer=… user=… action=… status=… code=… ms=… [message=… detail=…]`.
void log_access(const api::AccessRecord& record);

// The number of lines that were lost since the start, because they could not be written in time.
[[nodiscard]] std::uint64_t dropped_log_lines();

// Waits until everything logged so far is written, or for that long.
void flush_log(std::chrono::milliseconds at_most);

}  // namespace livecert::app
