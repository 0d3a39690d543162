#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace livecert::x509 {

enum class PemState : std::uint8_t {
  kDecoded,
  kEncrypted,     // carries the headers of OpenSSL's old password protection; `der` is empty
  kUnterminated,  // no END line, or one of another kind; `der` is empty
  kUnbegun,       // an END line of that label whose BEGIN line is missing or damaged; `der` is empty
  kBadBase64,     // `der` is empty
};

// One block of a PEM text. `der` is wiped on destruction, whatever the block is.
struct PemBlock {
  std::string label;  // "CERTIFICATE"; printable ASCII, at most 64 characters
  PemState state = PemState::kDecoded;
  base::WipedBuffer der;
  std::string end_label = {};  // of kUnterminated: the label of the END line; empty without one
};

// Finds the blocks of a PEM text (RFC 7468), at most `max_blocks` of them. Tolerates what copying does to such texts:
// CRLF, blank lines, indentation, no-break spaces and byte order marks, other text between the blocks in any encoding,
// blocks without a line break between them, and line breaks that became the two characters "\n" in JSON. Never copies
// the text.
[[nodiscard]] std::vector<PemBlock> scan_pem(std::string_view text, std::size_t max_blocks);

}  // namespace livecert::x509
