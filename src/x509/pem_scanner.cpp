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
  constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    values[static_cast<std::uint8_t>(kBase64[i])] = static_cast<std::int16_t>(i);
  }
  return values;
}();

// The characters that web pages and office programs put in place of a blank, in UTF-8: no-break and zero-width spaces,
// the byte order mark.
constexpr std::array<std::string_view, 4> kInvisible{"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\xAF", "\xEF\xBB\xBF"};

// Returns how many bytes of blank are at `position`: one for white space, two for an escape pasted from JSON, the
// length of an invisible character, or 0.
std::size_t blank_at(std::string_view text, std::size_t position) {
  const char c = text[position];
  if (c == '\n' || c == '\r' || c == ' ' || c == '\t') return 1;
  for (const std::string_view invisible : kInvisible) {
    if (text.substr(position).starts_with(invisible)) return invisible.size();
  }
  if (c != '\\' || position + 1 == text.size()) return 0;
  const char escaped = text[position + 1];
  return escaped == 'n' || escaped == 'r' || escaped == 't' ? 2 : 0;
}

// Decodes the groups of four digits at the beginning of the text, up to the first group that holds anything else. Moves
// `out` behind the bytes that it wrote, and returns how many characters it decoded.
std::size_t decode_digits(std::string_view text, std::uint8_t*& out) {
  const auto value_of = [](char c) { return std::int32_t{kBase64Values[static_cast<std::uint8_t>(c)]}; };
  std::size_t done = 0;
  for (; text.size() - done >= 4; done += 4) {
    const std::int32_t first = value_of(text[done]);
    const std::int32_t second = value_of(text[done + 1]);
    const std::int32_t third = value_of(text[done + 2]);
    const std::int32_t fourth = value_of(text[done + 3]);
    if ((first | second | third | fourth) < 0) break;
    const auto bits = static_cast<std::uint32_t>(first << 18 | second << 12 | third << 6 | fourth);
    *out++ = static_cast<std::uint8_t>(bits >> 16U);
    *out++ = static_cast<std::uint8_t>(bits >> 8U);
    *out++ = static_cast<std::uint8_t>(bits);
  }
  return done;
}

// Four characters that encode up to three bytes.
struct Group {
  std::uint32_t bits = 0;
  int digits = 0;
  int padding = 0;
};

// Takes the next group from the text, with the blanks before and inside it. The group has no digits when only blanks
// are left. Returns false when it is not a group.
bool take_group(std::string_view& text, Group& group) {
  while (!text.empty() && group.digits + group.padding < 4) {
    const int value = kBase64Values[static_cast<std::uint8_t>(text.front())];
    std::size_t taken = 1;
    if (value >= 0 && group.padding == 0) {
      group.bits = group.bits << 6U | static_cast<std::uint32_t>(value);
      ++group.digits;
    } else if (text.front() == '=' && group.digits >= 2) {
      group.bits <<= 6U;
      ++group.padding;
    } else if (taken = blank_at(text, 0); taken == 0) {
      return false;
    }
    text.remove_prefix(taken);
  }
  // Bits that the padding cuts off must be zero.
  const std::uint32_t cut_off = (1U << (8U * static_cast<std::uint32_t>(group.padding))) - 1;
  return group.digits == 0 || (group.digits + group.padding == 4 && (group.bits & cut_off) == 0);
}

// Decodes the body directly into memory that is wiped. Returns false when it is not padded base64.
bool decode_body(std::string_view body, base::WipedBuffer& der) {
  der.resize(body.size() / 4 * 3 + 3);
  std::uint8_t* out = der.data();
  for (bool ended = false; !body.empty();) {
    // Nearly all of the text is digits; only the text between the lines is read one by one.
    if (!ended) body.remove_prefix(decode_digits(body, out));
    Group group;
    if (!take_group(body, group) || (ended && group.digits > 0)) return false;
    const int bytes = group.digits == 0 ? 0 : 3 - group.padding;
    for (int byte = 0; byte < bytes; ++byte) *out++ = static_cast<std::uint8_t>(group.bits >> (16 - 8 * byte));
    ended = ended || group.padding > 0;
  }
  der.resize(static_cast<std::size_t>(out - der.data()));
  return true;
}

// Returns the label of "-----BEGIN <label>-----" at `position`, or of the same line with END; nullopt when it is not
// such a line.
std::optional<std::string_view> label_at(std::string_view text, std::size_t position, std::string_view opening) {
  const std::size_t start = position + opening.size();
  const std::size_t end = text.substr(start, kMaxLabel + kDashes.size()).find(kDashes);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view label = text.substr(start, end);
  for (const char c : label) {
    if (c < ' ' || c > '~') return std::nullopt;
  }
  return label;
}

bool has_encryption_header(std::string_view body) {
  if (body.find(':') == std::string_view::npos) return false;  // base64 never has one, but often has a P
  const std::size_t header = body.find("Proc-Type:");
  return header != std::string_view::npos && body.substr(header, 64).find("ENCRYPTED") != std::string_view::npos;
}

// Adds the blocks that end in the text without a beginning.
void add_unbegun(std::string_view text, std::size_t max_blocks, std::vector<PemBlock>& blocks) {
  for (std::size_t end = 0; blocks.size() < max_blocks && (end = text.find(kEnd, end)) != std::string_view::npos;
       end += kEnd.size()) {
    const auto label = label_at(text, end, kEnd);
    if (label) blocks.push_back({std::string(*label), PemState::kUnbegun, {}, {}});
  }
}

}  // namespace

std::vector<PemBlock> scan_pem(std::string_view text, std::size_t max_blocks) {
  std::vector<PemBlock> blocks;
  std::size_t position = text.find(kBegin);
  add_unbegun(text.substr(0, position), max_blocks, blocks);
  while (position != std::string_view::npos && blocks.size() < max_blocks) {
    const auto label = label_at(text, position, kBegin);
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
        if (end != std::string_view::npos) block.end_label = label_at(rest, end, kEnd).value_or("");
      } else if (has_encryption_header(body)) {
        block.state = PemState::kEncrypted;
      } else if (!decode_body(body, block.der) || block.der.empty()) {
        block.state = PemState::kBadBase64;
        block.der.clear();
      }
      if (end != std::string_view::npos) add_unbegun(rest.substr(end + kEnd.size()), max_blocks, blocks);
    } else {
      add_unbegun(text.substr(body_start, next_begin - body_start), max_blocks, blocks);
    }
    position = next_begin;
  }
  return blocks;
}

}  // namespace livecert::x509
