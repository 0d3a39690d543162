#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/secret.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

// What files hold: certificates and private keys, with the place that each came from. The files of an upload are
// certificates as people have them: PEM, DER, PKCS#7, PKCS#12, Java keystores, archives of authorities.
namespace livecert::bundle {

// A file as it was read. The name is used in messages only.
struct Source {
  std::string name;
  base::WipedBuffer content;
};

// Bounds on what one set of files may hold, so that no file costs more than a few seconds and some 50 MB.
inline constexpr std::size_t kMaxSourceBytes = 2UL * 1024 * 1024;     // of a file, or of a member of an archive
inline constexpr std::size_t kMaxUnpackedBytes = 16UL * 1024 * 1024;  // of all members of all archives
inline constexpr std::size_t kMaxMembers = 1000;                      // of all archives
inline constexpr std::size_t kMaxCertificates = 1000;
inline constexpr std::size_t kMaxKeys = 100;
inline constexpr int kMaxDepth = 3;  // an archive within an archive, base64 of a file, and so on

// What one call of read() may do beyond that. The defaults are for a command, which reads for one person.
struct Bounds {
  bool takes_archives = true;       // false: a zip archive is a fault, and no library for archives is loaded
  std::int64_t rounds = 6'000'000;  // of making keys from passwords: some five seconds
};

struct FoundCertificate {
  x509::Certificate certificate;
  std::string origin;            // "bundle.zip: nginx/cert.pem"
  bool only_if_related = false;  // of a list of trusted authorities: no part of an upload unless an issuer in it
};

struct FoundKey {
  x509::PrivateKey key;
  std::string origin;
};

// What a fault is about, which decides whether an upload can go on without it.
enum class About : std::uint8_t {
  kCertificate,  // a certificate that cannot be read
  kKey,          // a private key that cannot be read
  kProtected,    // what only a password that is not known opens
  kOther,        // something else that was recognised, such as a certificate request
  kLimit,        // more than the bounds allow
};

// One thing that cannot be read. It holds nothing of a key.
struct Fault {
  About about;
  std::string origin;
  base::Bilingual what;     // "is a PKCS#12 file whose password is not known": fits after the origin
  base::Bilingual remedy;   // a sentence without its full stop; `{}` stands for the file's name, ready for a shell
  std::string detail = {};  // of a finding in docs/findings: its id in brackets and its message; else empty
};

struct Contents {
  std::vector<FoundCertificate> certificates;  // each once, however it is written
  std::vector<FoundKey> keys;                  // each once
  std::vector<Fault> faults;
};

// The remedy in this language, with the file's name in it, quoted for a shell.
[[nodiscard]] std::string remedy_text(const Fault& fault, base::Language language);

}  // namespace livecert::bundle
