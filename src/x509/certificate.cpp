#include "x509/certificate.h"

#include <algorithm>
#include <ctime>

#include <openssl/bio.h>
#include <openssl/err.h>

#include "base/control_character.h"
#include "crypto/hash.h"
#include "x509/certificate_state.h"
#include "x509/der_structure.h"
#include "x509/name_text.h"

namespace livecert::x509 {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t kMaxNameText = 200;
constexpr std::size_t kUtcTimeSize = std::string_view("YYMMDDHHMMSSZ").size();
constexpr std::size_t kGeneralizedTimeSize = std::string_view("YYYYMMDDHHMMSSZ").size();

Error damaged(std::string what) {
  return {ErrorCode::kInvalidInput, std::move(what)};
}

// RFC 5280 §4.1.2.5: in UTC, to the second. OpenSSL reads other forms too, but trusts no certificate that has them.
Result<base::Time> read_time(const ASN1_TIME* time) {
  const std::size_t whole = time->type == V_ASN1_UTCTIME ? kUtcTimeSize : kGeneralizedTimeSize;
  std::tm fields{};
  if (as_bytes(time).size() != whole || ASN1_TIME_to_tm(time, &fields) != 1) {
    ERR_clear_error();
    return damaged("the validity holds a time that cannot be read");
  }
  return base::from_unix_seconds(timegm(&fields));
}

Result<OwnedName> read_name(const ASN1_STRING* encoded) {
  const base::ByteView der = as_bytes(encoded);
  const unsigned char* position = der.data();
  OwnedName name(d2i_X509_NAME(nullptr, &position, static_cast<long>(der.size())));
  if (!name || position != der.data() + der.size()) {
    ERR_clear_error();
    return damaged("the subject or issuer name cannot be read");
  }
  return name;
}

std::string read_common_name(const X509_NAME* name) {
  const int last = last_attribute(name, NID_commonName);
  return last < 0 ? std::string() : attribute_text(name, last);
}

std::string shorten(const std::string& text) {
  return text.size() <= kMaxNameText ? text : cut_utf8(text, kMaxNameText) + "...";
}

// Keeps the first `size` bytes of a value, or fewer so that no character is cut.
void cut_value(ASN1_STRING& value, int size) {
  if (ASN1_STRING_length(&value) <= size) return;
  const unsigned char* text = ASN1_STRING_get0_data(&value);
  while (ASN1_STRING_type(&value) == V_ASN1_UTF8STRING && size > 0 && (text[size] & 0xC0U) == 0x80U) --size;
  value.length = size;
}

// Returns as much of a long name as can be shown: at least kMaxNameText bytes of text. Printing 9 KB would take half a
// millisecond.
OwnedName to_shown_part(const X509_NAME* name) {
  constexpr int kMaxEntries = 64;
  constexpr int kMaxValue = 1024;  // bytes; whole characters in the types that have two or four for each
  OwnedName part(X509_NAME_new());
  for (int i = 0; part && i < std::min(X509_NAME_entry_count(name), kMaxEntries); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const int last = i == 0 ? -1 : X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i - 1));
    if (X509_NAME_add_entry(part.get(), entry, -1, X509_NAME_ENTRY_set(entry) == last ? -1 : 0) != 1) return nullptr;
    cut_value(*X509_NAME_ENTRY_get_data(X509_NAME_get_entry(part.get(), i)), kMaxValue);
  }
  return part;
}

std::string to_name_text(const X509_NAME* whole, std::size_t encoded_size) {
  constexpr std::size_t kPrintedWhole = 1024;
  const OwnedName part = encoded_size > kPrintedWhole ? to_shown_part(whole) : nullptr;
  const X509_NAME* name = part ? part.get() : whole;
  const Owned<BIO, BIO_free> output(BIO_new(BIO_s_mem()));
  constexpr unsigned long kFlags = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN | ASN1_STRFLGS_ESC_2253 |
                                   ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN;
  X509_NAME_print_ex(output.get(), name, 0, kFlags);
  ERR_clear_error();
  const char* text = nullptr;
  const long size = BIO_ctrl(output.get(), BIO_CTRL_INFO, 0, static_cast<void*>(&text));
  // OpenSSL escapes only the control characters of ASCII.
  return shorten(text == nullptr ? std::string() : base::escape_controls({text, static_cast<std::size_t>(size)}));
}

Result<int> read_version(const ASN1_INTEGER* version) {
  const long number = version == nullptr ? 0 : ASN1_INTEGER_get(version);
  if (number < 0 || number > 2) return damaged("certificates have no such version");
  return static_cast<int>(number) + 1;
}

// RFC 5280 §4.1.1.2: the algorithm inside what is signed and the one outside must be the same.
Result<void> check_outer_parts(const CertificateAsn1& outer, const TbsCertificateAsn1& tbs) {
  if (X509_ALGOR_cmp(outer.algorithm, tbs.signature) != 0) {
    return damaged("the signature algorithm differs between the signed part and the certificate");
  }
  if ((outer.signature->flags & 0x07) != 0) return damaged("the signature is not a whole number of bytes");
  return {};
}

}  // namespace

Result<Certificate> Certificate::parse(base::ByteView der, std::size_t max_parts) {
  const auto too_many = [&] {
    return Error{ErrorCode::kOutOfRange,
                 "the certificate is made of more than " + std::to_string(max_parts) + " values, such as names"};
  };
  auto state = std::make_shared<CertificateState>();
  state->der = base::to_bytes(der);
  std::size_t end = 0;
  state->asn1 = decode_certificate(state->der, &end);
  if (!state->asn1) return damaged("these bytes are no X.509 certificate");
  if (end != der.size()) {
    return damaged(std::to_string(der.size() - end) + " bytes follow the end of the certificate");
  }
  const auto shape = read_der_shape(state->der);
  if (!shape) return damaged("the certificate is not encoded in DER");
  if (shape->parts > max_parts) return too_many();
  state->tbs = decode_tbs_certificate(as_bytes(state->asn1->tbs));
  if (!state->tbs) return damaged("the signed part of the certificate cannot be read");
  const TbsCertificateAsn1& tbs = *state->tbs;
  TRY(check_outer_parts(*state->asn1, tbs));
  TRY_ASSIGN(state->version, read_version(tbs.version));
  TRY_ASSIGN(state->not_before, read_time(tbs.validity->notBefore));
  TRY_ASSIGN(state->not_after, read_time(tbs.validity->notAfter));
  TRY_ASSIGN(state->subject_name, read_name(tbs.subject));
  TRY_ASSIGN(state->issuer_name, read_name(tbs.issuer));
  state->common_name = read_common_name(state->subject_name.get());
  state->key = read_public_key(*tbs.key);
  state->signature = read_signature_algorithm(*state->asn1->algorithm);
  state->extensions = read_extensions(tbs.extensions, max_parts - shape->parts);
  if (state->extensions.has_too_many_parts) return too_many();
  state->parts = shape->parts + state->extensions.parts;
  state->spells_out_not_critical = shape->has_false;
  state->sha256 = crypto::sha256(state->der);
  return Certificate(std::move(state));
}

EVP_PKEY* CertificateState::verifying_key() const {
  std::call_once(verifying_key_made_, [this] { verifying_key_ = make_verifying_key(key); });
  return verifying_key_.get();
}

const std::string& CertificateState::subject_text() const {
  std::call_once(subject_text_made_,
                 [this] { subject_text_ = to_name_text(subject_name.get(), as_bytes(tbs->subject).size()); });
  return subject_text_;
}

const std::string& CertificateState::issuer_text() const {
  std::call_once(issuer_text_made_,
                 [this] { issuer_text_ = to_name_text(issuer_name.get(), as_bytes(tbs->issuer).size()); });
  return issuer_text_;
}

base::ByteView Certificate::der() const {
  return state_->der;
}
std::size_t Certificate::parts() const {
  return state_->parts;
}
const std::array<std::uint8_t, 32>& Certificate::sha256() const {
  return state_->sha256;
}
int Certificate::version() const {
  return state_->version;
}
std::string Certificate::serial_hex() const {
  return to_serial_hex(state_->tbs->serial);
}
base::ByteView Certificate::subject_der() const {
  return as_bytes(state_->tbs->subject);
}
base::ByteView Certificate::issuer_der() const {
  return as_bytes(state_->tbs->issuer);
}
std::string Certificate::subject_text() const {
  return state_->subject_text();
}
std::string Certificate::issuer_text() const {
  return state_->issuer_text();
}
std::string Certificate::common_name() const {
  return state_->common_name;
}
base::Time Certificate::not_before() const {
  return state_->not_before;
}
base::Time Certificate::not_after() const {
  return state_->not_after;
}
const std::vector<std::string>& Certificate::dns_names() const {
  return state_->extensions.dns_names;
}
const std::vector<std::string>& Certificate::ip_addresses() const {
  return state_->extensions.ip_addresses;
}
const std::vector<std::string>& Certificate::ca_issuer_urls() const {
  return state_->extensions.ca_issuer_urls;
}
KeyKind Certificate::key_kind() const {
  return state_->key.kind;
}
int Certificate::key_bits() const {
  return state_->key.bits;
}
std::string Certificate::key_text() const {
  return state_->key.text;
}
std::string Certificate::signature_text() const {
  return state_->signature.text;
}
bool Certificate::is_ca() const {
  return state_->extensions.is_ca;
}

bool Certificate::is_self_issued() const {
  return std::ranges::equal(subject_der(), issuer_der());
}

base::ByteView Certificate::public_key_bits() const {
  return as_bytes(state_->tbs->key->key);
}

bool Certificate::has_same_key_as(const Certificate& other) const {
  const PublicKeyInfoAsn1& mine = *state_->tbs->key;
  const PublicKeyInfoAsn1& theirs = *other.state_->tbs->key;
  return X509_ALGOR_cmp(mine.algorithm, theirs.algorithm) == 0 &&
         std::ranges::equal(as_bytes(mine.key), as_bytes(theirs.key));
}

bool Certificate::operator==(const Certificate& other) const {
  return state_ == other.state_ || (sha256() == other.sha256() && std::ranges::equal(der(), other.der()));
}

std::size_t count_parts(const std::vector<Certificate>& certificates) {
  std::size_t parts = 0;
  for (const Certificate& each : certificates) parts += each.parts();
  return parts;
}

std::array<std::uint8_t, 32> content_digest(const std::vector<Certificate>& chain) {
  crypto::Sha256 digest;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (i > 0 && chain[i].is_self_issued()) continue;
    const base::ByteView der = chain[i].der();
    std::array<std::uint8_t, 8> length{};
    for (std::size_t j = 0; j < length.size(); ++j) length[j] = static_cast<std::uint8_t>(der.size() >> (56 - 8 * j));
    digest.update(length).update(der);
  }
  return digest.finish();
}

}  // namespace livecert::x509
