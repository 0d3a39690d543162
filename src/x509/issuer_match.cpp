#include "x509/issuer_match.h"

#include <algorithm>

#include "x509/certificate_state.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kShownId = 20;  // bytes of a key identifier in a message: a SHA-1 digest

// OpenSSL computes the comparable form of an empty name at each comparison and stores it, which two threads must not do
// at the same time. Empty names are compared by their bytes alone.
bool is_equivalent(const X509_NAME* a, const X509_NAME* b) {
  return X509_NAME_entry_count(a) > 0 && X509_NAME_entry_count(b) > 0 && X509_NAME_cmp(a, b) == 0;
}

bool is_issuer_name_of(const X509_NAME* name, const Certificate& certificate) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) != 1) return false;
  return std::ranges::equal(base::ByteView(der, size), certificate.issuer_der()) ||
         is_equivalent(name, certificate.state().issuer_name.get());
}

std::string to_id_text(const base::Bytes& id) {
  const std::string hex = base::to_hex(base::ByteView(id).first(std::min(id.size(), kShownId)));
  return id.size() > kShownId ? hex + "..." : hex;
}

}  // namespace

NameMatch match_names(const Certificate& child, const Certificate& candidate) {
  if (std::ranges::equal(child.issuer_der(), candidate.subject_der())) return NameMatch::kExact;
  return is_equivalent(child.state().issuer_name.get(), candidate.state().subject_name.get()) ? NameMatch::kEquivalent
                                                                                              : NameMatch::kNone;
}

bool claims_own_signature(const Certificate& certificate) {
  const Extensions& extensions = certificate.state().extensions;
  return certificate.is_self_issued() &&
         (extensions.authority_key_id.empty() || extensions.authority_key_id == extensions.subject_key_id);
}

std::optional<std::string> authority_key_id_conflict(const Certificate& child, const Certificate& issuer) {
  const Extensions& named = child.state().extensions;
  const base::Bytes& key_id = issuer.state().extensions.subject_key_id;
  if (!named.authority_key_id.empty() && !key_id.empty() && named.authority_key_id != key_id) {
    return "names the key " + to_id_text(named.authority_key_id) + " as its issuer's, and that certificate's key is " +
           to_id_text(key_id);
  }
  if (!named.authority_serial.empty() && named.authority_serial != issuer.serial_hex()) {
    return "names the serial number " + named.authority_serial.substr(0, 2 * kShownId) +
           " as its issuer's, and that certificate has " + issuer.serial_hex().substr(0, 2 * kShownId);
  }
  if (named.authority_issuer && !is_issuer_name_of(named.authority_issuer.get(), issuer)) {
    return "names an issuer that was itself issued by another authority than that certificate was";
  }
  return std::nullopt;
}

}  // namespace livecert::x509
