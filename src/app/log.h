#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "api/access_record.h"
#include "base/result.h"

// The log: lines on standard error, `time level text` or one JSON object each. A thread that logs never waits for the
// reader (app/log_queue.h). Text from outside is escaped and cut, so that a client can neither forge nor flood a line.
namespace livecert::app {

struct LogOptions {
  std::string level = "info";         // debug, info, warning or error
  bool is_json = false;               // a JSON object instead of `time level text`
  std::filesystem::path access_file;  // gets the lines of requests; empty: they are in the log
};

// Starts the threads that write. kConfiguration when the file of requests cannot be opened.
[[nodiscard]] base::Result<void> start_log(const LogOptions& options);
// The same for commands, which have no requests.
void start_log(const std::string& level);
// Continues with other options from the next line on, and opens the file of requests again, which may have been moved
// meanwhile. kConfiguration when it cannot be opened; then the former file stays in use. After start_log(); one thread
// at a time.
[[nodiscard]] base::Result<void> change_log(const LogOptions& options);
// Whether change_log() could write to this file; makes none. An empty name is fine. kConfiguration.
[[nodiscard]] base::Result<void> check_access_file(const std::filesystem::path& file);

void log_info(const std::string& text);
void log_warning(const std::string& text);
void log_error(const std::string& text);

// One line for each request: `access request_id=… peer=… user=… action=… status=… code=… ms=… [message=… detail=…]`, or
// a JSON object with these members. In a file of its own every request has a line, whatever the level; those with
// status 500 and above are in the log too.
void log_access(const api::AccessRecord& record);

// The number of lines that were lost since the start, because they could not be written in time.
[[nodiscard]] std::uint64_t dropped_log_lines();

// Waits until everything logged so far is written, or for that long.
void flush_log(std::chrono::milliseconds at_most);

}  // namespace livecert::app
