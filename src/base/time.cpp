#include "base/time.h"

#include <cstdio>

namespace livecert::base {
namespace {

struct Fields {
  int year;
  unsigned month;
  unsigned day;
  int hour;
  int minute;
  int second;
};

Fields to_fields(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(seconds - days);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

// The number that `text` spells in decimal digits alone, or nullopt.
std::optional<int> parse_digits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::string format(const char* pattern, Time time) {
  const Fields f = to_fields(time);
  char text[64];
  const int length = std::snprintf(text, sizeof text, pattern, f.year, f.month, f.day, f.hour, f.minute, f.second);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

Time SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady_now() const {
  return std::chrono::steady_clock::now();
}

std::string to_rfc3339(Time time) {
  return format("%04d-%02u-%02uT%02d:%02d:%02dZ", time);
}

std::string to_basic_time(Time time) {
  return format("%04d%02u%02uT%02d%02d%02dZ", time);
}

std::optional<Time> parse_basic_time(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(4, 2));
  const auto day = parse_digits(text.substr(6, 2));
  const auto hour = parse_digits(text.substr(9, 2));
  const auto minute = parse_digits(text.substr(11, 2));
  const auto second = parse_digits(text.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::int64_t to_unix_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
Time from_unix_seconds(std::int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}
std::int64_t to_unix_micros(Time time) {
  return time.time_since_epoch().count();
}
Time from_unix_micros(std::int64_t micros) {
  return Time(std::chrono::microseconds(micros));
}

}  // namespace livecert::base
