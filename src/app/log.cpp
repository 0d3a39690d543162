#include "app/log.h"

#include <memory>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "app/log_queue.h"

namespace livecert::app {
namespace {

// The longest message to a client, and the longest detail, that a line shows.
constexpr std::size_t kLongestText = 8UL * 1024;

// Control characters as \xNN; within double quotes also a backslash before quotes and backslashes.
enum class Quoting : std::uint8_t { kBare, kWithinQuotes };
std::string escaped(std::string_view text, Quoting quoting) {
  std::string out;
  out.reserve(text.size() + 2);
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      continue;
    }
    if (quoting == Quoting::kWithinQuotes && (c == '"' || c == '\\')) out += '\\';
    out += c;
  }
  return out;
}

std::string quoted(const std::string& text) {
  return '"' + escaped(shortened(text, kLongestText), Quoting::kWithinQuotes) + '"';
}

std::unique_ptr<spdlog::formatter> make_formatter() {
  return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
}

// Called from one thread.
std::string tell_dropped(std::uint64_t count) {
  const std::string text =
      std::to_string(count) + (count == 1 ? " line" : " lines") +
      " of the log were dropped: the reader of standard error was too slow, or they could not be written";
  spdlog::memory_buf_t line;
  make_formatter()->format(spdlog::details::log_msg("livecert", spdlog::level::warn, text), line);
  return fmt::to_string(line);
}

class QueueSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  [[nodiscard]] std::uint64_t dropped() const { return queue_.dropped(); }
  void write_out(std::chrono::milliseconds at_most) { queue_.flush(at_most); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const bool is_important = message.level >= spdlog::level::warn;
    queue_.push({line.data(), line.size()}, is_important ? LogQueue::Rank::kImportant : LogQueue::Rank::kOrdinary);
  }
  void flush_() override {}

 private:
  LogQueue queue_{STDERR_FILENO, {.tell_dropped = tell_dropped}};
};

}  // namespace

void start_log(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("livecert", std::make_shared<QueueSink>());
  logger->set_formatter(make_formatter());
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(const std::string& level) {
  spdlog::default_logger()->set_level(spdlog::level::from_str(level));
}

void log_info(const std::string& text) {
  spdlog::info(escaped(text, Quoting::kBare));
}
void log_warning(const std::string& text) {
  spdlog::warn(escaped(text, Quoting::kBare));
}
void log_error(const std::string& text) {
  spdlog::error(escaped(text, Quoting::kBare));
}

void log_access(const api::AccessRecord& record) {
  std::string line = fmt::format("access request_id={} peer={} user={} action={} status={} code={} ms={:.3f}",
                                 record.request_id, record.peer_address, record.user, record.action, record.status,
                                 record.code, static_cast<double>(record.duration.count()) / 1000.0);
  if (!record.message.empty()) line += " message=" + quoted(record.message);
  if (!record.detail.empty()) line += " detail=" + quoted(record.detail);
  spdlog::log(record.status >= 500 ? spdlog::level::err : spdlog::level::info, line);
}

std::uint64_t dropped_log_lines() {
  std::uint64_t lines = 0;
  for (const auto& sink : spdlog::default_logger()->sinks()) {
    if (const auto* const queue = dynamic_cast<const QueueSink*>(sink.get())) lines += queue->dropped();
  }
  return lines;
}

void flush_log(std::chrono::milliseconds at_most) {
  for (const auto& sink : spdlog::default_logger()->sinks()) {
    if (auto* const queue = dynamic_cast<QueueSink*>(sink.get())) queue->write_out(at_most);
  }
}

}  // namespace livecert::app
