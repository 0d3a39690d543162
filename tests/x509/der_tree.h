#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace livecert::x509 {

// One value of a DER text, for tests that take it apart and put it together wrongly. Written without OpenSSL, because
// the tests compare OpenSSL's parsers with it. Octet and bit strings whose content is itself DER, as of an extension or
// a wrapped key, are taken apart too.
struct DerNode {
  std::uint8_t tag = 0;
  std::uint8_t unused_bits = 0;  // of a bit string that was taken apart
  base::Bytes content;           // of a value without children
  std::vector<DerNode> children;
  std::optional<base::Bytes> length;  // written in place of the right one
  base::Bytes trailer;                // written behind the content and not counted by the length

  [[nodiscard]] bool is_constructed() const { return (tag & 0x20U) != 0; }
};

inline constexpr std::uint8_t kDerBoolean = 0x01;
inline constexpr std::uint8_t kDerInteger = 0x02;
inline constexpr std::uint8_t kDerBitString = 0x03;
inline constexpr std::uint8_t kDerOctetString = 0x04;
inline constexpr std::uint8_t kDerNull = 0x05;
inline constexpr std::uint8_t kDerObject = 0x06;
inline constexpr std::uint8_t kDerSequence = 0x30;
inline constexpr std::uint8_t kDerSet = 0x31;
inline constexpr std::uint8_t kDerUtcTime = 0x17;
inline constexpr std::uint8_t kDerGeneralizedTime = 0x18;

// nullopt unless the bytes are exactly one value with definite, minimal lengths and one-byte tags at every level, and
// with values inside others only where they belong.
[[nodiscard]] std::optional<DerNode> parse_der(base::ByteView der);
// True for a non-negative integer in the fewest bytes, and for a value that is not an integer.
[[nodiscard]] bool is_minimal_number(const DerNode& node);
[[nodiscard]] base::Bytes to_der(const DerNode& node);
// Encodes a length in the fewest bytes.
[[nodiscard]] base::Bytes make_der_length(std::size_t size);
// The node and all below it, outer ones first. The pointers are good until a node's children change.
[[nodiscard]] std::vector<DerNode*> all_nodes(DerNode& root);

}  // namespace livecert::x509
