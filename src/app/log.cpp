#include "app/log.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <string_view>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "app/configuration_error.h"
#include "app/log_queue.h"
#include "base/owned_descriptor.h"
#include "base/utf8.h"

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

// Bytes that are no UTF-8 become \xNN, because JSON cannot hold them.
std::string with_utf8_only(std::string text) {
  if (base::is_utf8(base::as_bytes(text))) return text;
  std::string printable;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    printable += byte < 0x80 ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return printable;
}

// A JSON string with its quotation marks. Escapes can make a text six times as long. The queue must not cut a line,
// because half an object is none, so the text is cut here: three such strings fit into a line.
std::string in_json(std::string_view text) {
  constexpr std::size_t kLongestString = 9UL * 1024;
  const auto quote = [&](std::size_t bytes) {
    return boost::json::serialize(boost::json::string(with_utf8_only(shortened(text, bytes))));
  };
  std::string string = quote(kLongestText);
  return string.size() <= kLongestString ? string : quote(kLongestString / 6 - 64);
}

// Text: `time level text`. JSON: the payload is the rest of the object after its first two members.
std::unique_ptr<spdlog::formatter> make_formatter(bool is_json) {
  const char* const pattern =
      is_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc);
}

// The form of lines from now on.
std::atomic<bool> g_is_json = false;

std::string payload_of(const std::string& text, bool is_json) {
  return is_json ? "\"message\":" + in_json(text) : escaped(text, Quoting::kBare);
}

// Called from the thread of one queue.
std::string tell_dropped(std::uint64_t count, std::string_view where) {
  const std::string text = std::to_string(count) + (count == 1 ? " line" : " lines") +
                           " of the log were dropped: the reader of " + std::string(where) +
                           " was too slow, or they could not be written";
  const bool is_json = g_is_json;
  spdlog::memory_buf_t line;
  make_formatter(is_json)->format(spdlog::details::log_msg("livecert", spdlog::level::warn, payload_of(text, is_json)),
                                  line);
  return fmt::to_string(line);
}

std::shared_ptr<LogQueue> make_queue(int descriptor, std::string_view where) {
  LogQueue::Options options;
  options.tell_dropped = [where](std::uint64_t count) { return tell_dropped(count, where); };
  return std::make_shared<LogQueue>(descriptor, std::move(options));
}

class QueueSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  QueueSink(std::shared_ptr<LogQueue> queue, bool is_json)
      : base_sink(make_formatter(is_json)), queue_(std::move(queue)) {}

  void exchange(std::shared_ptr<LogQueue> queue) {
    const std::lock_guard lock(mutex_);
    queue_.swap(queue);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const bool is_important = message.level >= spdlog::level::warn;
    queue_->push({line.data(), line.size()}, is_important ? LogQueue::Rank::kImportant : LogQueue::Rank::kOrdinary);
  }
  void flush_() override {}

 private:
  std::shared_ptr<LogQueue> queue_;
};

// One way out in both forms. A line is made for one of them, so each has a sink of its own.
class Channel {
 public:
  explicit Channel(std::shared_ptr<LogQueue> queue) : queue_(std::move(queue)) {
    for (const bool is_json : {false, true}) {
      auto& sink = is_json ? json_sink_ : text_sink_;
      sink = std::make_shared<QueueSink>(queue_, is_json);
      (is_json ? json_ : text_) = std::make_unique<spdlog::logger>("livecert", sink);
    }
  }

  void set_level(const std::string& level) {
    for (spdlog::logger* logger : {text_.get(), json_.get()}) logger->set_level(spdlog::level::from_str(level));
  }
  // The former queue writes what it has, or gives up after a moment.
  void exchange(std::shared_ptr<LogQueue> queue) {
    const std::lock_guard lock(mutex_);
    former_dropped_ += queue_->dropped();
    for (const auto& sink : {text_sink_, json_sink_}) sink->exchange(queue);
    queue_ = std::move(queue);
  }
  [[nodiscard]] spdlog::logger& logger(bool is_json) { return is_json ? *json_ : *text_; }
  [[nodiscard]] std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return former_dropped_ + queue_->dropped();
  }
  void write_out(std::chrono::milliseconds at_most) {
    const std::lock_guard lock(mutex_);
    queue_->flush(at_most);
  }

 private:
  mutable std::mutex mutex_;  // for the queue and its count; the sinks have their own
  std::shared_ptr<LogQueue> queue_;
  std::shared_ptr<QueueSink> text_sink_;
  std::shared_ptr<QueueSink> json_sink_;
  std::unique_ptr<spdlog::logger> text_;
  std::unique_ptr<spdlog::logger> json_;
  std::uint64_t former_dropped_ = 0;
};

// Threads may log until the process ends, so a channel is never destroyed once it is in use.
Channel* g_log = nullptr;
std::atomic<Channel*> g_access = nullptr;

void log_line(spdlog::level::level_enum level, const std::string& text) {
  if (g_log == nullptr) return;
  const bool is_json = g_is_json;
  g_log->logger(is_json).log(level, payload_of(text, is_json));
}

std::string access_text(const api::AccessRecord& record) {
  std::string line = fmt::format("access request_id={} peer={} user={} action={} status={} code={} ms={:.3f}",
                                 record.request_id, record.peer_address, record.user, record.action, record.status,
                                 record.code, static_cast<double>(record.duration.count()) / 1000.0);
  if (!record.message.empty()) line += " message=" + quoted(record.message);
  if (!record.detail.empty()) line += " detail=" + quoted(record.detail);
  return line;
}

std::string access_json(const api::AccessRecord& record) {
  std::string line = fmt::format(
      R"("message":"access","request_id":{},"peer":{},"user":{},"action":{},"status":{},"code":{},"ms":{:.3f})",
      in_json(record.request_id), in_json(record.peer_address), in_json(record.user), in_json(record.action),
      record.status, in_json(record.code), static_cast<double>(record.duration.count()) / 1000.0);
  if (!record.message.empty()) line += ",\"answer\":" + in_json(record.message);
  if (!record.detail.empty()) line += ",\"detail\":" + in_json(record.detail);
  return line;
}

// Does not wait for the reader of a pipe, without which it fails.
base::Result<base::OwnedDescriptor> open_for_lines(const std::filesystem::path& file, int more_flags) {
  constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP;
  base::OwnedDescriptor descriptor(
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | more_flags, kMode));
  if (descriptor.is_open()) return descriptor;
  return configuration_error("access_log: " + file.string() + " cannot be opened: " + std::strerror(errno));
}

base::Result<std::shared_ptr<LogQueue>> open_access_file(const std::filesystem::path& file) {
  TRY_ASSIGN(const base::OwnedDescriptor descriptor, open_for_lines(file, O_CREAT));
  ::fcntl(descriptor.get(), F_SETFL, O_APPEND);  // writes wait, on a thread of their own
  return make_queue(descriptor.get(), "access_log");
}

base::Result<void> direct_accesses(const std::filesystem::path& file) {
  static Channel* opened = nullptr;  // kept while the setting is empty
  if (file.empty()) {
    g_access = nullptr;
    return {};
  }
  TRY_ASSIGN(auto queue, open_access_file(file));
  if (opened == nullptr) {
    opened = new Channel(std::move(queue));
    opened->set_level("trace");
  } else {
    opened->exchange(std::move(queue));
  }
  g_access = opened;
  return {};
}

}  // namespace

base::Result<void> start_log(const LogOptions& options) {
  if (g_log == nullptr) g_log = new Channel(make_queue(STDERR_FILENO, "standard error"));
  return change_log(options);
}

void start_log(const std::string& level) {
  static_cast<void>(start_log(LogOptions{level, false, {}}));
}

base::Result<void> change_log(const LogOptions& options) {
  TRY(direct_accesses(options.access_file));
  g_is_json = options.is_json;
  g_log->set_level(options.level);
  return {};
}

base::Result<void> check_access_file(const std::filesystem::path& file) {
  if (file.empty()) return {};
  std::error_code failure;
  if (std::filesystem::exists(file, failure)) {
    TRY(open_for_lines(file, 0));
    return {};
  }
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return configuration_error("access_log: " + file.string() + " cannot be made: " + std::strerror(errno));
}

void log_info(const std::string& text) {
  log_line(spdlog::level::info, text);
}
void log_warning(const std::string& text) {
  log_line(spdlog::level::warn, text);
}
void log_error(const std::string& text) {
  log_line(spdlog::level::err, text);
}

void log_access(const api::AccessRecord& record) {
  if (g_log == nullptr) return;
  const bool is_json = g_is_json;
  const bool is_failure = record.status >= 500;
  const auto level = is_failure ? spdlog::level::err : spdlog::level::info;
  Channel* const apart = g_access;
  spdlog::logger& log = g_log->logger(is_json);
  const bool is_in_log = (apart == nullptr || is_failure) && log.should_log(level);
  if (apart == nullptr && !is_in_log) return;
  const std::string line = is_json ? access_json(record) : access_text(record);
  if (apart != nullptr) apart->logger(is_json).log(level, line);
  if (is_in_log) log.log(level, line);
}

std::uint64_t dropped_log_lines() {
  Channel* const apart = g_access;
  return (g_log == nullptr ? 0 : g_log->dropped()) + (apart == nullptr ? 0 : apart->dropped());
}

void flush_log(std::chrono::milliseconds at_most) {
  if (g_log != nullptr) g_log->write_out(at_most);
  if (Channel* const apart = g_access; apart != nullptr) apart->write_out(at_most);
}

}  // namespace livecert::app
