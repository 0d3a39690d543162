#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace livecert::cli {

// Tells on standard error how far long work has come: how many of how many, how many a second, and how long it still
// takes. On a terminal it is one line that changes; elsewhere it is a line every ten seconds, so that the log of a job
// shows that it lives. Work that takes less than a second tells nothing. Used by one thread.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // `what` is what was done so far: "uploaded", "copied".
  explicit Progress(std::string what, bool is_quiet = false);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // Removes the line of a terminal.
  ~Progress();

  // `total` is 0 when nobody knows it.
  void show(std::int64_t done, std::int64_t total);

 private:
  const std::string what_;
  const bool is_quiet_;
  const bool is_watched_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point next_;
  bool has_line_ = false;
};

// "uploaded 120 of 400, 35 a second, about 8 s left"; without a rate before a second has passed.
[[nodiscard]] std::string progress_text(const std::string& what, std::int64_t done, std::int64_t total,
                                        std::chrono::milliseconds elapsed);

}  // namespace livecert::cli
