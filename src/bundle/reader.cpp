#include "bundle/reader.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "bundle/arrange.h"
#include "bundle/read.h"

namespace livecert::bundle {
namespace {

constexpr int kAttempts = 3;
constexpr std::size_t kMaxPasswords = 32;
constexpr std::size_t kMaxFaults = 50;

bool begins_with(base::ByteView bytes, std::string_view magic) {
  return base::as_text(bytes).starts_with(magic);
}

bool is_zip(base::ByteView bytes) {
  return begins_with(bytes, "PK\x03\x04") || begins_with(bytes, "PK\x05\x06");
}

// Tries all passwords that are known; the last one that failed decides what is told.
Opening open_with_known(Reader& reader, const Locked& locked, const std::vector<base::SecretBytes>& known) {
  const base::SecretBytes empty;
  std::vector<Password> passwords{nullptr, &empty};
  for (const base::SecretBytes& each : known) passwords.push_back(&each);
  for (const base::SecretBytes& each : reader.passwords()) passwords.push_back(&each);
  Opening opening = Opening::kWrongPassword;
  for (const Password password : passwords) {
    opening = reader.open(locked, password);
    if (opening != Opening::kWrongPassword) break;
  }
  return opening;
}

Opening open_by_asking(Reader& reader, const Locked& locked, const Passwords& passwords,
                       std::vector<base::SecretBytes>& told) {
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    auto answer = passwords.ask(locked.origin, attempt);
    if (!answer) break;
    const Opening opening = reader.open(locked, &*answer);
    if (opening == Opening::kOpened) told.push_back(std::move(*answer));
    if (opening != Opening::kWrongPassword) return opening;
  }
  return Opening::kWrongPassword;
}

// Opens what it can, and asks only while no certificate has its key.
void open_all(Reader& reader, const Passwords& passwords) {
  const std::vector<Locked> all = std::exchange(reader.locked(), {});
  std::vector<const Locked*> closed;
  for (const Locked& each : all) {
    const Opening opening = open_with_known(reader, each, passwords.known);
    if (opening == Opening::kUnsupported) add_locked_fault(reader, each, opening);
    if (opening == Opening::kWrongPassword) closed.push_back(&each);
  }
  std::vector<base::SecretBytes> told;
  for (const Locked* each : closed) {
    Opening opening = told.empty() ? Opening::kWrongPassword : open_with_known(reader, *each, told);
    if (opening == Opening::kWrongPassword && passwords.ask && !is_complete(reader.contents())) {
      opening = open_by_asking(reader, *each, passwords, told);
    }
    if (opening != Opening::kOpened) add_locked_fault(reader, *each, opening);
  }
}

}  // namespace

void Reader::read(std::string_view origin, base::ByteView content, int depth) {
  if (depth > kMaxDepth) {
    add_fault(About::kLimit, origin, {"is packed in too many others", "嵌套层数过多"},
              {"Unpack it, and name the files", "请先解包，再给出其中的文件"});
  } else if (content.size() > kMaxSourceBytes) {
    add_fault(About::kLimit, origin, {"holds more than 2 MiB", "超过 2 MiB"},
              {"Name the files of the certificate and its key alone", "请只给出证书与私钥的文件"});
  } else if (is_zip(content) && !takes_archives_) {
    add_fault(About::kOther, origin, {"is a zip archive, which is not unpacked here", "是 zip 压缩包，此处不会解包"},
              {"Unpack it, and give the files in it", "请先解包，再给出其中的文件"});
  } else if (is_zip(content)) {
    read_zip(*this, origin, content, depth);
  } else if (begins_with(content, "\xFE\xED\xFE\xED")) {
    read_keystore(*this, origin, content);
  } else if (begins_with(content, "0") && read_der(*this, origin, content)) {
    return;
  } else if (const base::WipedBuffer text = from_utf16(content); !text.empty()) {
    read_text(origin, base::as_text(text), depth);
  } else if (!name_foreign(*this, origin, content)) {
    read_text(origin, base::as_text(content), depth);
  }
}

void Reader::read_text(std::string_view origin, std::string_view text, int depth) {
  if (text.find("-----BEGIN ") != std::string_view::npos || text.find("-----END ") != std::string_view::npos) {
    read_pem_text(*this, origin, text);
  } else if (const base::WipedBuffer decoded = from_base64(text); !decoded.empty()) {
    read(origin, decoded, depth + 1);
  } else {
    read_password_file(*this, origin, text);
  }
}

void Reader::add_certificate(std::string_view origin, base::ByteView der, bool only_if_related) {
  auto read = x509::Certificate::parse(der, x509::Certificate::kMaxParts);
  if (!read) {
    add_finding(About::kCertificate, origin,
                {"der-damaged", read.error().message, "Copy the certificate again from where it was issued"});
    return;
  }
  const auto same = std::ranges::find(contents_.certificates, *read, &FoundCertificate::certificate);
  if (same != contents_.certificates.end()) {
    same->only_if_related = same->only_if_related && only_if_related;
  } else if (contents_.certificates.size() < kMaxCertificates) {
    contents_.certificates.push_back({*std::move(read), std::string(origin), only_if_related});
  } else {
    add_fault(About::kLimit, origin, {"holds more certificates than one set of files may", "中的证书过多"},
              {"Name the files of fewer certificates", "请减少证书数量"});
  }
}

void Reader::add_key(std::string_view origin, x509::KeyEncoding encoding, base::ByteView der) {
  x509::KeyReading reading = x509::read_relabelled_key(encoding, der);
  if (const auto* fault = std::get_if<x509::KeyFault>(&reading)) {
    add_finding(About::kKey, origin, *fault);
    return;
  }
  auto& key = std::get<x509::PrivateKey>(reading);
  const bool is_there = std::ranges::any_of(contents_.keys, [&](const FoundKey& each) { return each.key == key; });
  if (is_there) return;
  if (contents_.keys.size() < kMaxKeys) {
    contents_.keys.push_back({std::move(key), std::string(origin)});
  } else {
    add_fault(About::kLimit, origin, {"holds more private keys than one set of files may", "中的私钥过多"},
              {"Name the files of fewer certificates", "请减少证书数量"});
  }
}

void Reader::add_password(base::ByteView password) {
  if (passwords_.size() < kMaxPasswords) passwords_.push_back(base::SecretBytes::copy_of(password));
}

void Reader::add_fault(About about, std::string_view origin, base::Bilingual what, base::Bilingual remedy) {
  const bool is_there = std::ranges::any_of(
      contents_.faults, [&](const Fault& each) { return each.origin == origin && each.what.english == what.english; });
  if (is_there || contents_.faults.size() == kMaxFaults) return;
  contents_.faults.push_back({about, std::string(origin), what, remedy});
}

void Reader::add_finding(About about, std::string_view origin, const x509::KeyFault& finding) {
  const bool is_certificate = about == About::kCertificate;
  Fault fault{about,
              std::string(origin),
              is_certificate ? base::Bilingual{"holds a certificate that cannot be read", "中有无法读取的证书"}
                             : base::Bilingual{"holds a private key that cannot be used", "中有无法使用的私钥"},
              {},
              "[" + finding.id + "] " + finding.message + ". " + finding.remedy};
  const bool is_there = std::ranges::any_of(
      contents_.faults, [&](const Fault& each) { return each.origin == origin && each.detail == fault.detail; });
  if (!is_there && contents_.faults.size() < kMaxFaults) contents_.faults.push_back(std::move(fault));
}

Opening Reader::open(const Locked& locked, Password password) {
  switch (locked.form) {
    case LockForm::kPkcs12:
      return open_pkcs12(*this, locked, password);
    case LockForm::kPkcs8Key:
      return open_pkcs8_key(*this, locked, password);
    case LockForm::kPemKey:
      return open_pem_key(*this, locked, password);
    case LockForm::kKeystoreKey:
      return open_keystore_key(*this, locked, password);
  }
  return Opening::kUnsupported;
}

bool Reader::take_member(std::string_view origin, std::size_t bytes) {
  if (members_left_ > 0 && bytes <= bytes_left_) {
    --members_left_;
    bytes_left_ -= bytes;
    return true;
  }
  members_left_ = 0;
  add_fault(About::kLimit, origin,
            {"holds more than 1000 files or 16 MiB when it is unpacked", "解包后超过 1000 个文件或 16 MiB"},
            {"Unpack it, and name the files of the certificate and its key", "请先解包，再给出证书与私钥的文件"});
  return false;
}

bool Reader::take_rounds(std::int64_t rounds) {
  if (rounds < 0 || rounds > rounds_left_) return false;
  rounds_left_ -= rounds;
  return true;
}

Contents read(const std::vector<Source>& sources, const Passwords& passwords, Bounds bounds) {
  Reader reader(bounds);
  for (const Source& source : sources) reader.read(source.name, source.content, 0);
  open_all(reader, passwords);
  return std::move(reader.contents());
}

}  // namespace livecert::bundle
