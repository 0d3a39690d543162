#include "x509/pem_scanner.h"

#include <array>
#include <optional>

namespace livecert::x509 {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kMaxLabel = 64;

constexpr std::array<std::int16_t, 256> kBase64Values = [] {
  std::array<std::int16_t, 256> values{};
  values.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::int16_t>(i);
  }
  return values;
}();

// How many characters at `position` are blank: one for white space, two for an escape pasted from JSON, else none.
std::size_t blank_at(std::string_view text, std::size_t position) {
  const char c = text[position];
  if (c == '\n' || c == '\r' || c == ' ' || c == '\t') return 1;
  if (c != '\\' || position + 1 == text.size()) return 0;
  const char escaped = text[position + 1];
  return escaped == 'n' || escaped == 'r' || escaped == 't' ? 2 : 0;
}

// Decodes the body straight into memory that is wiped. False when it is not base64 with its padding.
bool decode_body(std::string_view body, base::WipedBuffer& der) {
  der.reserve(body.size() / 4 * 3 + 3);
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (std::size_t i = 0; i < body.size();) {
    const int value = kBase64Values[static_cast<std::uint8_t>(body[i])];
    if (value >= 0) {
      if (padding > 0) return false;
      group = group << 6U | static_cast<std::uint32_t>(value);
      ++i;
    } else if (const std::size_t blank = blank_at(body, i); blank > 0) {
      i += blank;
      continue;
    } else if (body[i] == '=' && digits + padding < 4 && digits >= 2) {
      group <<= 6U;
      ++padding;
      ++i;
    } else {
      return false;
    }
    if (value >= 0) ++digits;
    if (digits + padding < 4) continue;
    for (int byte = 0; byte < 3 - padding; ++byte) der.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * byte)));
    if (padding > 0) {
      // Bits that the padding cuts off must be zero. Digits stay: nothing but blanks may follow.
      if ((group & (padding == 1 ? 0xFFU : 0xFFFFU)) != 0) return false;
    } else {
      group = 0;
      digits = 0;
    }
  }
  return digits + padding == 0 || digits + padding == 4;
}

// "-----BEGIN <label>-----" at `position`; the label, or nullopt when it is not such a line.
std::optional<std::string_view> label_at(std::string_view text, std::size_t position) {
  const std::size_t start = position + kBegin.size();
  const std::size_t end = text.substr(start, kMaxLabel + kDashes.size()).find(kDashes);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view label = text.substr(start, end);
  for (const char c : label) {
    if (c < ' ' || c > '~') return std::nullopt;
  }
  return label;
}

bool has_encryption_header(std::string_view body) {
  const std::size_t header = body.find("Proc-Type:");
  return header != std::string_view::npos && body.substr(header, 64).find("ENCRYPTED") != std::string_view::npos;
}

}  // namespace

std::vector<PemBlock> scan_pem(std::string_view text, std::size_t max_blocks) {
  std::vector<PemBlock> blocks;
  std::size_t position = text.find(kBegin);
  while (position != std::string_view::npos && blocks.size() < max_blocks) {
    const auto label = label_at(text, position);
    const std::size_t body_start = position + kBegin.size() + (label ? label->size() + kDashes.size() : 0);
    const std::size_t next_begin = text.find(kBegin, body_start);
    if (label) {
      PemBlock& block = blocks.emplace_back();
      block.label = *label;
      const std::string_view rest = text.substr(body_start, next_begin - body_start);
      const std::size_t end = rest.find(kEnd);
      const std::string_view body = rest.substr(0, end);
      if (end == std::string_view::npos || !rest.substr(end + kEnd.size()).starts_with(block.label + "-----")) {
        block.state = PemState::kUnterminated;
      } else if (has_encryption_header(body)) {
        block.state = PemState::kEncrypted;
      } else if (!decode_body(body, block.der) || block.der.empty()) {
        block.state = PemState::kBadBase64;
      }
    }
    position = next_begin;
  }
  return blocks;
}

}  // namespace livecert::x509
