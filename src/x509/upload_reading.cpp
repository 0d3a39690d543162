#include "x509/upload_reading.h"

#include <algorithm>
#include <string>

#include "crypto/hash.h"
#include "x509/der_structure.h"
#include "x509/foreign_text.h"
#include "x509/key_reading.h"
#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kExtraBlocks = 20;
constexpr std::size_t kMaxKeyBlocks = 8;

Finding error(std::string id, Part part, int block, std::string message, std::string remedy) {
  return {Severity::kError, std::move(id), part, block, std::move(message), std::move(remedy)};
}

// OpenSSL's own format: a certificate, followed by the purposes for which it is trusted.
bool is_trusted_certificate(const PemBlock& block) {
  return block.label == "TRUSTED CERTIFICATE";
}
bool is_certificate(const PemBlock& block) {
  return block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE" || is_trusted_certificate(block);
}
bool is_private_key(const PemBlock& block) {
  return block.label.ends_with("PRIVATE KEY");
}
bool is_curve_name(const PemBlock& block) {
  return block.label == "EC PARAMETERS";
}

using Blocks = std::vector<PemBlock>;

bool holds_certificate(const Blocks& blocks) {
  return std::ranges::any_of(blocks, is_certificate);
}
bool holds_private_key(const Blocks& blocks) {
  return std::ranges::any_of(blocks, is_private_key);
}

// If only the BEGIN line is damaged, the label of the END line counts.
Blocks scan_upload(std::string_view text, std::size_t max_blocks) {
  const auto is_known = [](const PemBlock& block) { return is_certificate(block) || is_private_key(block); };
  Blocks blocks = scan_pem(text, max_blocks);
  for (PemBlock& block : blocks) {
    PemBlock other{block.end_label, PemState::kUnbegun, {}, {}};
    if (!is_known(block) && is_known(other)) block = std::move(other);
  }
  return blocks;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Returns false, with a finding, when the text is too long to be scanned.
bool check_size(std::string_view text, Part part, const Policy& policy, ValidationReport& report) {
  if (text.size() <= policy.max_pem_bytes) return true;
  report.add(error("too-large", part, 0,
                   "the text has " + std::to_string(text.size()) + " bytes, more than the " +
                       std::to_string(policy.max_pem_bytes) + " allowed",
                   "Upload one certificate chain and its key, nothing else"));
  return false;
}

// Returns false, with a finding, when the block is not whole PEM.
bool check_pem(const PemBlock& block, Part part, int number, ValidationReport& report) {
  if (block.state == PemState::kUnterminated) {
    report.add(error("pem-truncated", part, number, "the block has no line -----END " + block.label + "-----",
                     "Copy the whole block, from its BEGIN line to its END line"));
  } else if (block.state == PemState::kUnbegun) {
    report.add(error("pem-begin-damaged", part, number,
                     "the block ends with -----END " + block.label + "----- and has no whole BEGIN line",
                     "Copy the whole block, with all five dashes before and behind BEGIN " + block.label));
  } else if (block.state != PemState::kDecoded) {
    report.add(error("base64-damaged", part, number, "the text between the BEGIN and END lines is not base64",
                     "Copy the block again, unchanged"));
  }
  return block.state == PemState::kDecoded;
}

// Takes the parts of the certificate from `parts_left` unless the cache holds it; if it has more parts, parts_left
// becomes 0.
std::optional<Certificate> parse_certificate(const PemBlock& block, int number, const Policy& policy,
                                             std::size_t& parts_left, ValidationReport& report) {
  if (!check_pem(block, Part::kCertificates, number, report)) return std::nullopt;
  base::ByteView der = block.der;
  if (is_trusted_certificate(block)) {
    der = der.first(std::max<std::size_t>(1, std::min(first_der_value_size(der), der.size())));
    report.add({Severity::kWarning, "trust-settings-dropped", Part::kCertificates, number,
                "the block is OpenSSL's TRUSTED CERTIFICATE; what it says about trust is left out",
                "Nothing needs to be done; openssl x509 writes the plain form"});
  }
  if (policy.issuer_cache != nullptr && number > 1) {
    if (auto known = policy.issuer_cache->find(crypto::sha256(der))) return known;
  }
  auto certificate = Certificate::parse(der, parts_left);
  if (certificate) {
    parts_left -= certificate->parts();
    return *std::move(certificate);
  }
  if (certificate.error().code == base::ErrorCode::kOutOfRange) {
    parts_left = 0;
    report.add(error("too-costly-to-judge", Part::kCertificates, number,
                     "up to this one, the certificates are made of more values (names, policies, constraints and so "
                     "on) than one upload may have",
                     "Have certificates issued that name less"));
    return std::nullopt;
  }
  const std::size_t size = first_der_value_size(der);
  const bool trails = size > 0 && size < der.size();
  report.add(error(trails ? "der-trailing-bytes" : "der-damaged", Part::kCertificates, number,
                   certificate.error().message, "Copy the certificate again from where it was issued"));
  return std::nullopt;
}

void report_foreign_block(const PemBlock& block, int number, ValidationReport& report) {
  if (is_private_key(block)) {
    report.add(error("key-among-certificates", Part::kCertificates, number,
                     "there is a private key among the certificates", "Send the private key in its own member only"));
  } else if (auto known = recognise_label(block.label)) {
    report.add(error("unexpected-block", Part::kCertificates, number, "this is " + known->what, known->remedy));
  } else {
    report.add(error("unexpected-block", Part::kCertificates, number,
                     "there is a block " + block.label + " among the certificates",
                     "Leave only CERTIFICATE blocks, the leaf first"));
  }
}

// Reports that the text has no such block, and says what it has instead if that is known.
void report_missing(std::string_view text, Part part, std::string id, const std::string& kind, std::string remedy,
                    ValidationReport& report) {
  std::string message = is_blank(text) ? "the text is empty" : "there is no " + kind + " block in the text";
  if (auto known = recognise_text(text, part)) {
    message = "the text is " + known->what;
    remedy = std::move(known->remedy);
  }
  report.add(error(std::move(id), part, 0, std::move(message), std::move(remedy)));
}

// Whether each text holds what belongs in the other. That is one cause for all other faults of both.
bool are_swapped(const Blocks& certificates, const Blocks& key) {
  return holds_private_key(certificates) && !holds_certificate(certificates) && holds_certificate(key) &&
         !holds_private_key(key);
}

void read_certificates(std::string_view text, const Blocks& blocks, const Policy& policy, ValidationReport& report,
                       Upload& upload) {
  if (holds_private_key(blocks) && !holds_certificate(blocks)) {
    report.add(error("certificates-missing", Part::kCertificates, 0, "the text holds a private key and no certificate",
                     "Upload the chain as PEM, the leaf first, and send the private key in its own member only"));
    return;
  }
  const auto limit = static_cast<std::size_t>(policy.max_certificates);
  const auto count = static_cast<std::size_t>(std::count_if(blocks.begin(), blocks.end(), is_certificate));
  const bool says_why =
      std::ranges::any_of(blocks, [](const PemBlock& block) { return recognise_label(block.label).has_value(); });
  if (count == 0 && !says_why) {
    report_missing(text, Part::kCertificates, "certificates-missing", "CERTIFICATE",
                   "Upload the chain as PEM, the leaf first: -----BEGIN CERTIFICATE----- and so on", report);
  }
  std::size_t seen = 0;
  std::size_t parts_left = Certificate::kMaxParts;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    if (!is_certificate(blocks[i])) {
      report_foreign_block(blocks[i], number, report);
      continue;
    }
    if (++seen > limit || parts_left == 0) break;
    auto certificate = parse_certificate(blocks[i], number, policy, parts_left, report);
    if (seen == 1) upload.has_first_certificate = certificate.has_value();
    if (certificate) upload.certificates.push_back({*std::move(certificate), number});
  }
  if (count > limit) {
    report.add(error("too-many-certificates", Part::kCertificates, 0,
                     "there are more than " + std::to_string(limit) + " certificates",
                     "Upload the leaf with the intermediates of its own chain only"));
  }
  upload.has_all_certificates = upload.certificates.size() == count;
}

std::optional<PrivateKey> parse_key(const PemBlock& block, int number, ValidationReport& report) {
  if (block.state == PemState::kEncrypted || block.label == "ENCRYPTED PRIVATE KEY") {
    report.add(error("key-encrypted", Part::kPrivateKey, number, "the private key is protected with a password",
                     "Remove the password first, for example: openssl pkey -in key.pem -out plain.pem"));
    return std::nullopt;
  }
  if (!check_pem(block, Part::kPrivateKey, number, report)) return std::nullopt;
  const auto encoding = key_encoding_of(block.label);
  if (!encoding) {
    report.add(error("key-kind-unsupported", Part::kPrivateKey, number,
                     "a key in a block of the kind " + block.label + " is not supported",
                     "Convert it to PKCS#8 (-----BEGIN PRIVATE KEY-----); RSA and ECDSA keys are accepted"));
    return std::nullopt;
  }
  KeyReading reading = read_relabelled_key(*encoding, block.der);
  if (auto* fault = std::get_if<KeyFault>(&reading)) {
    report.add(error(fault->id, Part::kPrivateKey, number, fault->message, fault->remedy));
    return std::nullopt;
  }
  return std::get<PrivateKey>(std::move(reading));
}

void read_key(std::string_view text, const Blocks& blocks, ValidationReport& report, Upload& upload) {
  if (holds_certificate(blocks) && !holds_private_key(blocks)) {
    report.add(error("private-key-missing", Part::kPrivateKey, 0, "the text holds a certificate and no private key",
                     "Upload the leaf's private key as PEM, without a password"));
    return;
  }
  int keys = 0;
  bool says_why = false;  // a finding says what is there instead of a key
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const PemBlock& block = blocks[i];
    const int number = static_cast<int>(i) + 1;
    if (is_private_key(block)) {
      ++keys;
      if (keys == 1) upload.key = parse_key(block, number, report);
      if (keys == 2) {
        report.add(error("key-more-than-one", Part::kPrivateKey, number, "there is more than one private key",
                         "Upload only the key that belongs to the leaf"));
      }
    } else if (is_certificate(block)) {
      report.add(error("certificate-among-keys", Part::kPrivateKey, number,
                       "there is a certificate in the text of the private key",
                       "Send certificates in their own member only"));
    } else if (!is_curve_name(block)) {
      says_why = true;
      const auto known = recognise_label(block.label);
      report.add(error("unexpected-block", Part::kPrivateKey, number,
                       known ? "this is " + known->what + " and no private key"
                             : "a block of the kind " + block.label + " is no private key",
                       "Leave only the PRIVATE KEY block: the leaf's private key, without a password"));
    }
  }
  if (keys == 0 && !says_why) {
    report_missing(text, Part::kPrivateKey, "private-key-missing", "PRIVATE KEY",
                   "Upload the leaf's private key as PEM, without a password", report);
  }
}

}  // namespace

Upload read_upload(std::string_view certificates_pem, std::string_view private_key_pem, const Policy& policy,
                   ValidationReport& report) {
  Upload upload;
  Blocks certificates;
  Blocks keys;
  const bool has_certificates = check_size(certificates_pem, Part::kCertificates, policy, report);
  const bool has_keys = check_size(private_key_pem, Part::kPrivateKey, policy, report);
  if (has_certificates) {
    certificates = scan_upload(certificates_pem, static_cast<std::size_t>(policy.max_certificates) + kExtraBlocks);
  }
  if (has_keys) keys = scan_upload(private_key_pem, kMaxKeyBlocks);
  if (are_swapped(certificates, keys)) {
    report.add(error("texts-swapped", Part::kUpload, 0,
                     "the certificates are in the private key's member, and the private key is in theirs",
                     "Exchange the two texts"));
    return upload;
  }
  if (has_certificates) read_certificates(certificates_pem, certificates, policy, report, upload);
  if (has_keys) read_key(private_key_pem, keys, report, upload);
  return upload;
}

}  // namespace livecert::x509
