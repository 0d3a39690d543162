#include "cli/command_input.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <openssl/ui.h>

#include "base/owned_descriptor.h"

namespace livecert::cli {
namespace {

constexpr std::size_t kMaxInput = 2UL * 1024 * 1024;

base::Error unreadable(const std::filesystem::path& file, const std::string& why) {
  return {base::ErrorCode::kConfiguration, file.string() + " cannot be read: " + why};
}

base::Result<base::WipedBuffer> read_descriptor(int descriptor, const std::filesystem::path& file) {
  base::WipedBuffer content;
  std::array<std::uint8_t, 16384> piece{};
  while (true) {
    const ssize_t length = ::read(descriptor, piece.data(), piece.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return unreadable(file, std::strerror(errno));
    content.insert(content.end(), piece.begin(), piece.begin() + length);
    base::wipe(piece.data(), piece.size());
    if (length == 0) return content;
    if (content.size() > kMaxInput) return unreadable(file, "it holds more than 2 MiB");
  }
}

}  // namespace

base::Result<base::WipedBuffer> read_input_file(const std::filesystem::path& file) {
  if (file == "-") return read_descriptor(STDIN_FILENO, "standard input");
  const base::OwnedDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.is_open()) return unreadable(file, std::strerror(errno));
  return read_descriptor(descriptor.get(), file);
}

void JsonWriter::append(std::string_view raw) {
  json_.insert(json_.end(), raw.begin(), raw.end());
}

void JsonWriter::append_quoted(std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  append("\"");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      append("\\");
      append({&c, 1});
    } else if (c == '\n') {
      append("\\n");
    } else if (byte < 0x20) {
      append("\\u00");
      append({&kHex[byte >> 4U], 1});
      append({&kHex[byte & 0x0FU], 1});
    } else {
      append({&c, 1});
    }
  }
  append("\"");
}

void JsonWriter::append_name(std::string_view name) {
  if (!first_) append(",");
  first_ = false;
  append_quoted(name);
  append(":");
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  append_name(name);
  append_quoted(value);
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::int64_t value) {
  append_name(name);
  append(std::to_string(value));
  return *this;
}

JsonWriter& JsonWriter::strings(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return *this;
  append_name(name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    append(i == 0 ? "[" : ",");
    append_quoted(values[i]);
  }
  append("]");
  return *this;
}

JsonWriter& JsonWriter::flag(std::string_view name, bool value) {
  append_name(name);
  append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::objects(std::string_view name, const std::vector<base::WipedBuffer>& finished) {
  if (finished.empty()) return *this;
  append_name(name);
  for (std::size_t i = 0; i < finished.size(); ++i) {
    append(i == 0 ? "[" : ",");
    append(base::as_text(finished[i]));
  }
  append("]");
  return *this;
}

JsonWriter& JsonWriter::begin_object(std::string_view name) {
  append_name(name);
  append("{");
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  append("}");
  first_ = false;
  return *this;
}

base::WipedBuffer JsonWriter::finish() {
  append("}");
  return std::move(json_);
}

std::optional<base::SecretBytes> ask_secret(const std::string& prompt) {
  constexpr std::size_t kLongest = 1024;
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return std::nullopt;
  std::array<char, kLongest> line{};
  const int failed = ::UI_UTIL_read_pw_string(line.data(), static_cast<int>(line.size()), prompt.c_str(), 0);
  std::optional<base::SecretBytes> secret;
  if (failed == 0) secret = base::SecretBytes::copy_of(std::string_view(line.data()));
  base::wipe(line.data(), line.size());
  return secret;
}

}  // namespace livecert::cli
