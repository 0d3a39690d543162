#include "edge/proof/shown_chain.h"

#include <algorithm>

#include "base/time.h"

namespace livecert::edge {
namespace {

using x509::Certificate;

std::string to_fingerprint(const Certificate& certificate) {
  return base::to_hex(base::ByteView(certificate.sha256()).first(8)) + "…";
}

std::string describe(const base::Bytes& der) {
  const auto certificate = Certificate::parse(der);
  if (!certificate) return "one that cannot be read (" + certificate.error().message + ")";
  return to_fingerprint(*certificate) + " (" + certificate->subject_text() + ", expires " +
         base::to_rfc3339(certificate->not_after()).substr(0, 10) + ")";
}

bool is_root(const base::Bytes& der) {
  const auto certificate = Certificate::parse(der);
  return certificate && certificate->is_self_issued();
}

// Whether the longer of the two only has one root more. Their common part must be equal.
bool differ_by_root(const std::vector<base::Bytes>& shown, const std::vector<Certificate>& expected) {
  if (shown.size() == expected.size() + 1) return is_root(shown.back());
  return expected.size() == shown.size() + 1 && expected.back().is_self_issued();
}

}  // namespace

std::optional<std::string> find_difference(const std::vector<base::Bytes>& shown,
                                           const std::vector<Certificate>& expected) {
  const std::size_t common = std::min(shown.size(), expected.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (std::ranges::equal(shown[i], expected[i].der())) continue;
    const std::string place = i == 0 ? "the leaf" : "the right leaf, but as certificate " + std::to_string(i + 1);
    return place + " " + describe(shown[i]) + ", not " + to_fingerprint(expected[i]);
  }
  if (shown.size() == expected.size() || (common > 0 && differ_by_root(shown, expected))) return std::nullopt;
  return "the right leaf, but the chain has " + std::to_string(shown.size()) +
         (shown.size() == 1 ? " certificate" : " certificates") + ", expected " + std::to_string(expected.size());
}

}  // namespace livecert::edge
