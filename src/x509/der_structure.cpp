#include "x509/der_structure.h"

#include <openssl/asn1.h>
#include <openssl/err.h>

namespace livecert::x509 {
namespace {

// A certificate nests some eight levels deep; the limit bounds the recursion.
constexpr int kMaxDepth = 32;
constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kBoolean = 0x01;
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kSet = 0x31;

// Of the universal types, only sequences and sets contain other values, and they always do.
bool is_in_its_form(std::uint8_t tag) {
  const bool is_universal = tag < 0x40;
  const bool holds_values = (tag | kConstructed) == kSequence || (tag | kConstructed) == kSet;
  return !is_universal || holds_values == ((tag & kConstructed) != 0);
}

// The same as take_header for a length of more than one byte.
bool take_long_header(base::ByteView& rest, std::size_t& length) {
  if (rest.size() < 2 || (rest[0] & 0x1FU) == 0x1FU) return false;
  const std::size_t count = rest[1] & 0x7FU;
  if (count == 0 || count > sizeof(std::uint32_t) || rest.size() < 2 + count || rest[2] == 0) return false;
  length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8U | rest[2 + i];
  rest = rest.subspan(2 + count);
  return length >= 0x80 && length <= rest.size();
}

// Takes a header from the front, and reads its length. Returns false if the length is not in the fewest bytes or
// reaches beyond the end. Tags of more than one byte occur in no certificate. Nearly all lengths are short.
inline bool take_header(base::ByteView& rest, std::size_t& length) {
  if (rest.size() < 2 || rest[1] >= 0x80 || (rest[0] & 0x1FU) == 0x1FU) return take_long_header(rest, length);
  length = rest[1];
  rest = rest.subspan(2);
  return length <= rest.size();
}

// X.690 §11.1: true has all bits set.
bool is_boolean(base::ByteView content) {
  return content.size() == 1 && (content[0] == 0x00 || content[0] == 0xFF);
}

bool read_shape(base::ByteView rest, int depth, DerShape& shape) {
  constexpr std::size_t kPartsOfConstructed = 4;
  if (depth > kMaxDepth) return false;
  while (!rest.empty()) {
    const std::uint8_t tag = rest[0];
    std::size_t length = 0;
    if (!take_header(rest, length) || !is_in_its_form(tag)) return false;
    if (tag == kBoolean) {
      if (!is_boolean(rest.first(length))) return false;
      shape.has_false = shape.has_false || rest[0] == 0x00;
    }
    ++shape.parts;
    if ((tag & kConstructed) != 0) {
      shape.parts += kPartsOfConstructed - 1;
      if (!read_shape(rest.first(length), depth + 1, shape)) return false;
    }
    rest = rest.subspan(length);
  }
  return true;
}

}  // namespace

bool has_der_structure(base::ByteView bytes) {
  return read_der_shape(bytes).has_value();
}

std::optional<DerShape> read_der_shape(base::ByteView bytes) {
  DerShape shape;
  if (!read_shape(bytes, 0, shape)) return std::nullopt;
  return shape;
}

bool is_sequence_of_numbers(base::ByteView bytes) {
  std::size_t length = 0;
  if (bytes.empty() || bytes[0] != kSequence || !take_header(bytes, length) || length != bytes.size()) return false;
  while (!bytes.empty()) {
    if (bytes[0] != kInteger || !take_header(bytes, length) || length == 0) return false;
    const bool is_negative = bytes[0] > 0x7F;
    const bool is_padded = length > 1 && bytes[0] == 0 && bytes[1] <= 0x7F;
    if (is_negative || is_padded) return false;
    bytes = bytes.subspan(length);
  }
  return true;
}

std::size_t first_der_value_size(base::ByteView der) {
  const unsigned char* position = der.data();
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  if ((ASN1_get_object(&position, &length, &tag, &tag_class, static_cast<long>(der.size())) & 0x80) != 0) {
    ERR_clear_error();
    return 0;
  }
  return static_cast<std::size_t>(position - der.data()) + static_cast<std::size_t>(length);
}

}  // namespace livecert::x509
