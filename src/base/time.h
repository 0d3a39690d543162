#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace livecert::base {

// Wall-clock time in UTC, and the monotonic time of deadlines.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Seconds = std::chrono::seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

// The only source of time; tests pass their own. Callable from every thread.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
  [[nodiscard]] virtual SteadyTime steady_now() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override;
  [[nodiscard]] SteadyTime steady_now() const override;
};

// RFC 3339 in UTC with seconds, as the API shows times: 2024-08-18T07:19:00Z.
[[nodiscard]] std::string to_rfc3339(Time time);
// The basic format of the X-Date header: 20240619T071306Z; nullopt for anything else, impossible dates included.
[[nodiscard]] std::optional<Time> parse_basic_time(std::string_view text);
[[nodiscard]] std::string to_basic_time(Time time);

[[nodiscard]] std::int64_t to_unix_seconds(Time time);
[[nodiscard]] Time from_unix_seconds(std::int64_t seconds);
[[nodiscard]] std::int64_t to_unix_micros(Time time);
[[nodiscard]] Time from_unix_micros(std::int64_t micros);

}  // namespace livecert::base
