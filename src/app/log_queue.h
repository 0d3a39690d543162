#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace livecert::app {

// Shortens a text to about that many bytes: keeps its beginning, and says how much is missing. Never cuts a character
// of UTF-8.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t bytes);

// Lines on their way to a descriptor that others read. A thread writes them, so that a thread that logs never waits:
// not for a pipe that nobody reads, a terminal that was stopped, or a disk that is full. Memory is bounded. Lines that
// do not fit, or cannot be written, are dropped and counted, and one line tells how many once lines can be written
// again. The other lines keep their order.
class LogQueue {
 public:
  // Ordinary lines leave a quarter of the memory to important ones.
  enum class Rank : std::uint8_t { kOrdinary, kImportant };

  struct Options {
    std::size_t bytes = 2UL * 1024 * 1024;  // for lines that wait; as many again may be on their way
    std::size_t line_bytes = 32UL * 1024;   // longer lines are cut, and say so
    // After a write, the next lines are collected for this long, so that one system call writes many.
    std::chrono::milliseconds pause{5};
    // When the descriptor took nothing, the queue tries again after this time.
    std::chrono::milliseconds retry_pause{1000};
    // Makes the line, with its end, that tells how many lines were dropped. Called from the queue's thread.
    std::function<std::string(std::uint64_t dropped)> tell_dropped;
  };

  // Writes to a duplicate of the descriptor.
  LogQueue(int descriptor, Options options);
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;
  // Waits a moment for the pushed lines. Lines that are not written then are lost. A thread that hangs in a write is
  // left behind and ends with the process.
  ~LogQueue();

  // Takes a line from any thread, in microseconds, whatever the descriptor does. The line must end in a line feed.
  void push(std::string_view line, Rank rank);
  // Waits until all lines pushed before are written or given up. False when the time was too short.
  bool flush(std::chrono::milliseconds at_most);
  // The number of lines that were dropped since the beginning.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct State;
  static void run(State& state);

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace livecert::app
