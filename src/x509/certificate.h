#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "x509/key_type.h"

namespace livecert::x509 {

struct CertificateState;

// One X.509 certificate: facts without judgement. Immutable; copies share their state; any thread may read.
class Certificate {
 public:
  // The most parts (x509/der_structure.h) that a certificate of an upload or of a server may have: enough for ten
  // thousand names of each kind that domains have, and for everything else. Without a limit, a few hundred KB cost some
  // 50 ms.
  static constexpr std::size_t kMaxParts = 30'000;

  // kInvalidInput unless the bytes are exactly one certificate in DER whose names, times and key can be read;
  // kOutOfRange when it has more than `max_parts`. An unreadable extension is not an error: the facts list it. The
  // message says what is wrong, ready for a client.
  [[nodiscard]] static base::Result<Certificate> parse(base::ByteView der, std::size_t max_parts = SIZE_MAX);

  [[nodiscard]] base::ByteView der() const;
  [[nodiscard]] std::size_t parts() const;  // as above
  [[nodiscard]] const std::array<std::uint8_t, 32>& sha256() const;
  [[nodiscard]] int version() const;  // 1 to 3
  // Begins with a "-" if it is negative, which RFC 5280 §4.1.2.2 forbids but some issuers used.
  [[nodiscard]] std::string serial_hex() const;

  // Names are compared as encoded: RFC 5280 §4.1.2.6 tells issuers to copy their subject's encoding, and clients rely
  // on it.
  [[nodiscard]] base::ByteView subject_der() const;
  [[nodiscard]] base::ByteView issuer_der() const;
  // "C=US, O=Example, CN=R3" on one line, UTF-8, control characters escaped, at most about 200 bytes.
  [[nodiscard]] std::string subject_text() const;
  [[nodiscard]] std::string issuer_text() const;
  [[nodiscard]] std::string common_name() const;  // the last one, control characters escaped; empty without one

  [[nodiscard]] base::Time not_before() const;
  [[nodiscard]] base::Time not_after() const;
  [[nodiscard]] const std::vector<std::string>& dns_names() const;       // of the SAN, as written there
  [[nodiscard]] const std::vector<std::string>& ip_addresses() const;    // of the SAN, as text
  [[nodiscard]] const std::vector<std::string>& ca_issuer_urls() const;  // AIA caIssuers; http and https only

  // The bits of subjectPublicKey, without the algorithm. Key identifiers are made of them (RFC 5280 §4.2.1.2).
  [[nodiscard]] base::ByteView public_key_bits() const;
  [[nodiscard]] KeyKind key_kind() const;
  [[nodiscard]] int key_bits() const;
  [[nodiscard]] std::string key_text() const;        // "RSA 2048", or the name of an unsupported kind
  [[nodiscard]] std::string signature_text() const;  // "ecdsa-with-SHA256"

  [[nodiscard]] bool is_ca() const;  // according to basic constraints
  [[nodiscard]] bool is_self_issued() const;
  [[nodiscard]] bool has_same_key_as(const Certificate& other) const;
  // Whether both have the same bytes.
  [[nodiscard]] bool operator==(const Certificate& other) const;

  // For the other files of this layer.
  [[nodiscard]] const CertificateState& state() const { return *state_; }

 private:
  explicit Certificate(std::shared_ptr<const CertificateState> state) : state_(std::move(state)) {}
  std::shared_ptr<const CertificateState> state_;
};

// The parts of all these certificates.
[[nodiscard]] std::size_t count_parts(const std::vector<Certificate>& certificates);

// Identifies the content of an upload, to find the same chain again: SHA-256 over the certificates, each preceded by
// its length (eight bytes, big-endian). A self-issued certificate after the first is a root and does not count.
[[nodiscard]] std::array<std::uint8_t, 32> content_digest(const std::vector<Certificate>& chain);

}  // namespace livecert::x509
