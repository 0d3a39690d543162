#include <algorithm>
#include <array>
#include <optional>

#include "bundle/reader.h"
#include "x509/der_structure.h"
#include "x509/pem_scanner.h"

namespace livecert::bundle {
namespace {

constexpr std::size_t kMaxBlocks = 2000;
constexpr std::size_t kMinBase64 = 100;  // less is a password or a word

bool is_certificate(std::string_view label) {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE" || label == "TRUSTED CERTIFICATE";
}
bool is_key(std::string_view label) {
  return label.ends_with("PRIVATE KEY");
}

struct OtherLabel {
  std::string_view label;
  base::Bilingual what;
  base::Bilingual remedy;
};
constexpr std::array kOtherLabels{
    OtherLabel{"CERTIFICATE REQUEST",
               {"holds a certificate request (CSR)", "中有证书签名请求（CSR）"},
               {"Name the certificate that the authority issued for it", "请给出 CA 据此签发的证书"}},
    OtherLabel{"NEW CERTIFICATE REQUEST",
               {"holds a certificate request (CSR)", "中有证书签名请求（CSR）"},
               {"Name the certificate that the authority issued for it", "请给出 CA 据此签发的证书"}},
    OtherLabel{
        "OPENSSH PRIVATE KEY",
        {"holds a private key in OpenSSH's own form", "中有 OpenSSH 格式的私钥"},
        {"Convert a copy of it: ssh-keygen -p -N '' -m PEM -f {}", "请转换其副本：ssh-keygen -p -N '' -m PEM -f {}"}},
    OtherLabel{"PUBLIC KEY",
               {"holds a public key and not the private one", "中只有公钥，没有私钥"},
               {"Name the file of the private key", "请给出私钥文件"}},
};

// "DEK-Info: AES-256-CBC,2F…" of the block that begins with this text; empty without one.
std::string cipher_of(std::string_view block) {
  constexpr std::string_view kName = "DEK-Info:";
  const std::size_t at = block.find(kName);
  if (at == std::string_view::npos) return {};
  std::string_view value = block.substr(at + kName.size());
  value = value.substr(0, value.find_first_of("\r\n"));
  const std::size_t begin = value.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  value.remove_prefix(begin);
  return std::string(value.substr(0, value.find_last_not_of(" \t") + 1));
}

// The base64 behind the headers of an encrypted block (RFC 1421 §4.6), decoded.
base::WipedBuffer ciphertext_of(std::string_view block) {
  const std::size_t info = block.find("DEK-Info:");
  const std::size_t line_end = block.find('\n', info);
  const std::size_t end = block.find("-----END ");
  if (info == std::string_view::npos || line_end == std::string_view::npos || end == std::string_view::npos ||
      end < line_end) {
    return {};
  }
  return from_base64(block.substr(line_end, end - line_end));
}

// The blocks with the headers of OpenSSL's old protection. The scanner only says that they are there.
void add_encrypted_blocks(Reader& reader, std::string_view origin, std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos;) {
    const std::size_t next = text.find(kBegin, at + kBegin.size());
    const std::string_view block = text.substr(at, next == std::string_view::npos ? next : next - at);
    const std::string_view label = block.substr(kBegin.size(), block.find("-----", kBegin.size()) - kBegin.size());
    const auto encoding = x509::key_encoding_of(label);
    std::string cipher = cipher_of(block);
    if (encoding && !cipher.empty()) {
      reader.add_locked({LockForm::kPemKey, std::string(origin), ciphertext_of(block), std::move(cipher), *encoding});
    }
    at = next;
  }
}

// Says what is wrong with a block that is not whole, in the words of docs/findings.
void add_damage(Reader& reader, std::string_view origin, const x509::PemBlock& block, std::string_view label) {
  const About about = is_key(label) ? About::kKey : About::kCertificate;
  if (block.state == x509::PemState::kUnterminated) {
    reader.add_finding(about, origin,
                       {"pem-truncated", "the block has no line -----END " + block.label + "-----",
                        "Copy the whole block, from its BEGIN line to its END line"});
  } else if (block.state == x509::PemState::kUnbegun) {
    reader.add_finding(
        about, origin,
        {"pem-begin-damaged", "the block ends with -----END " + block.label + "----- and has no whole BEGIN line",
         "Copy the whole block, with all five dashes before and behind BEGIN " + block.label});
  } else {
    reader.add_finding(about, origin,
                       {"base64-damaged", "the text between the BEGIN and END lines is not base64",
                        "Copy the block again, unchanged"});
  }
}

void add_other(Reader& reader, std::string_view origin, std::string_view label) {
  const auto* row = std::ranges::find(kOtherLabels, label, &OtherLabel::label);
  if (row != kOtherLabels.end()) reader.add_fault(About::kOther, origin, row->what, row->remedy);
}

void add_block(Reader& reader, std::string_view origin, const x509::PemBlock& block) {
  // If only the BEGIN line is damaged, the label of the END line counts.
  const bool is_known = is_certificate(block.label) || is_key(block.label);
  const std::string& label = is_known || block.end_label.empty() ? block.label : block.end_label;
  if (block.state == x509::PemState::kEncrypted) return;
  if (block.state != x509::PemState::kDecoded) {
    if (is_certificate(label) || is_key(label)) add_damage(reader, origin, block, label);
  } else if (is_certificate(label)) {
    base::ByteView der = block.der;
    if (label == "TRUSTED CERTIFICATE") der = der.first(x509::first_der_value_size(der));
    reader.add_certificate(origin, der);
  } else if (label == "ENCRYPTED PRIVATE KEY") {
    reader.add_locked({LockForm::kPkcs8Key, std::string(origin), block.der});
  } else if (const auto encoding = x509::key_encoding_of(label)) {
    reader.add_key(origin, *encoding, block.der);
  } else if (label == "PKCS7" || label == "PKCS #7 SIGNED DATA" || label == "CMS") {
    if (!read_pkcs7(reader, origin, block.der)) {
      reader.add_finding(
          About::kCertificate, origin,
          {"der-damaged", "the PKCS#7 bundle cannot be read", "Get the bundle again from its authority"});
    }
  } else if (is_key(label) && label != "OPENSSH PRIVATE KEY") {
    reader.add_finding(About::kKey, origin,
                       {"key-kind-unsupported", "a key in a block of the kind " + label + " is not supported",
                        "Convert it to PKCS#8 (-----BEGIN PRIVATE KEY-----); RSA and ECDSA keys are accepted"});
  } else {
    add_other(reader, origin, label);
  }
}

void append_utf8(base::WipedBuffer& to, std::uint32_t unit) {
  const auto push = [&](std::uint32_t byte) { to.push_back(static_cast<std::uint8_t>(byte)); };
  if (unit < 0x80) {
    push(unit);
  } else if (unit < 0x800) {
    push(0xC0U | unit >> 6U);
    push(0x80U | (unit & 0x3FU));
  } else if (unit >= 0xD800 && unit < 0xE000) {
    push('?');  // half of a pair: no certificate, key or password needs it
  } else {
    push(0xE0U | unit >> 12U);
    push(0x80U | (unit >> 6U & 0x3FU));
    push(0x80U | (unit & 0x3FU));
  }
}

// Which byte of each pair is the high one, by the mark or by the zeros; nullopt when it is not UTF-16.
std::optional<std::size_t> high_byte_of(base::ByteView bytes) {
  if (bytes.size() < 4) return std::nullopt;
  if (bytes[0] == 0xFE && bytes[1] == 0xFF) return 0;
  if (bytes[0] == 0xFF && bytes[1] == 0xFE) return 1;
  const auto is_plain = [&](std::size_t i) { return bytes[i] >= 0x20 && bytes[i] < 0x7F; };
  if (bytes[0] == 0 && bytes[2] == 0 && is_plain(1) && is_plain(3)) return 0;
  if (bytes[1] == 0 && bytes[3] == 0 && is_plain(0) && is_plain(2)) return 1;
  return std::nullopt;
}

}  // namespace

void read_pem_text(Reader& reader, std::string_view origin, std::string_view text) {
  const std::vector<x509::PemBlock> blocks = x509::scan_pem(text, kMaxBlocks);
  for (const x509::PemBlock& block : blocks) add_block(reader, origin, block);
  const auto is_encrypted = [](const auto& block) { return block.state == x509::PemState::kEncrypted; };
  if (std::ranges::any_of(blocks, is_encrypted)) add_encrypted_blocks(reader, origin, text);
}

base::WipedBuffer from_utf16(base::ByteView bytes) {
  const auto high = high_byte_of(bytes);
  base::WipedBuffer text;
  if (!high) return text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const std::uint32_t unit = std::uint32_t{bytes[i + *high]} << 8U | bytes[i + 1 - *high];
    if (unit != 0xFEFF) append_utf8(text, unit);
  }
  return text;
}

base::WipedBuffer from_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\t ";
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  if (text.size() < kMinBase64 || text.find_first_not_of(kDigits) != std::string_view::npos) return {};
  base::WipedBuffer block;
  const auto append = [&](std::string_view part) { block.insert(block.end(), part.begin(), part.end()); };
  block.reserve(text.size() + 40);
  append("-----BEGIN X-----\n");
  append(text);
  append("\n-----END X-----\n");
  auto scanned = x509::scan_pem(base::as_text(block), 1);
  return scanned.empty() ? base::WipedBuffer() : std::move(scanned.front().der);
}

}  // namespace livecert::bundle
