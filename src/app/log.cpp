#include "app/log.h"

#include <memory>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace livecert::app {
namespace {

// In double quotes; control characters, quotes and backslashes as \xNN or with a backslash.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

void start_log(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("livecert", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void log_info(const std::string& text) {
  spdlog::info(text);
}
void log_warning(const std::string& text) {
  spdlog::warn(text);
}
void log_error(const std::string& text) {
  spdlog::error(text);
}

void log_access(const api::AccessRecord& record) {
  std::string line = fmt::format("access request_id={} peer={} user={} action={} status={} code={} ms={:.3f}",
                                 record.request_id, record.peer_address, record.user, record.action, record.status,
                                 record.code, static_cast<double>(record.duration.count()) / 1000.0);
  if (!record.message.empty()) line += " message=" + quoted(record.message);
  if (!record.detail.empty()) line += " detail=" + quoted(record.detail);
  spdlog::log(record.status >= 500 ? spdlog::level::err : spdlog::level::info, line);
}

void flush_log() {
  spdlog::default_logger()->flush();
}

}  // namespace livecert::app
