#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "bundle/contents.h"
#include "x509/key_reading.h"

// How the forms find each other: the inner interface of this layer.
namespace livecert::bundle {

// A password, or that there is none, which PKCS#12 knows as something else than an empty one.
using Password = const base::SecretBytes*;

enum class Opening : std::uint8_t { kOpened, kWrongPassword, kUnsupported };

enum class LockForm : std::uint8_t { kPkcs12, kPkcs8Key, kPemKey, kKeystoreKey };

// Something that only a password opens.
struct Locked {
  LockForm form;
  std::string origin;
  base::WipedBuffer content;        // kPemKey: the ciphertext
  std::string cipher = {};          // kPemKey: the value of DEK-Info, "AES-256-CBC,2F1E…"
  x509::KeyEncoding encoding = {};  // kPemKey: what is inside
};

// Gathers what the forms hold. Not safe to use from several threads at once.
class Reader {
 public:
  explicit Reader(Bounds bounds) : takes_archives_(bounds.takes_archives), rounds_left_(bounds.rounds) {}

  // Reads a file, a member of an archive, or what was decoded from one, in whatever form it is. `depth`: in how many
  // others it is.
  void read(std::string_view origin, base::ByteView content, int depth);

  // One certificate in DER; a fault if it cannot be read.
  void add_certificate(std::string_view origin, base::ByteView der, bool only_if_related = false);
  // One private key in DER; a fault if it is damaged or of a kind that is not supported.
  void add_key(std::string_view origin, x509::KeyEncoding encoding, base::ByteView der);
  void add_locked(Locked locked) { locked_.push_back(std::move(locked)); }
  void add_password(base::ByteView password);
  void add_fault(About about, std::string_view origin, base::Bilingual what, base::Bilingual remedy);
  void add_finding(About about, std::string_view origin, const x509::KeyFault& finding);

  // Tries a password; takes what comes out.
  [[nodiscard]] Opening open(const Locked& locked, Password password);

  // Takes that many bytes and one member from what all archives together may hold; false, with a fault, if that is
  // too much.
  [[nodiscard]] bool take_member(std::string_view origin, std::size_t bytes);
  // Takes that many rounds of making a key of a password from what is affordable; false if that is too much.
  [[nodiscard]] bool take_rounds(std::int64_t rounds);

  [[nodiscard]] Contents& contents() { return contents_; }
  [[nodiscard]] std::vector<Locked>& locked() { return locked_; }
  [[nodiscard]] std::span<const base::SecretBytes> passwords() const { return passwords_; }

 private:
  void read_text(std::string_view origin, std::string_view text, int depth);

  const bool takes_archives_;
  Contents contents_;
  std::vector<Locked> locked_;
  std::vector<base::SecretBytes> passwords_;
  std::size_t bytes_left_ = kMaxUnpackedBytes;
  std::size_t members_left_ = kMaxMembers;
  std::int64_t rounds_left_;
};

// The forms. Each takes what it can read and adds faults for the rest.

// pem_text.cpp. The text has a BEGIN or END line.
void read_pem_text(Reader& reader, std::string_view origin, std::string_view text);
// UTF-16 of either order as UTF-8, in memory that is wiped; empty when the bytes are not that.
[[nodiscard]] base::WipedBuffer from_utf16(base::ByteView bytes);
// What base64 without BEGIN and END lines holds; empty when the text is not that.
[[nodiscard]] base::WipedBuffer from_base64(std::string_view text);

// der.cpp: a certificate, a key, PKCS#7, PKCS#12, or a protected key. False when it is none of them.
[[nodiscard]] bool read_der(Reader& reader, std::string_view origin, base::ByteView der);
// Takes the certificates of a PKCS#7 bundle; false when it is none.
[[nodiscard]] bool read_pkcs7(Reader& reader, std::string_view origin, base::ByteView der);

// jks.cpp: a Java keystore of version 1 or 2.
void read_keystore(Reader& reader, std::string_view origin, base::ByteView bytes);
[[nodiscard]] Opening open_keystore_key(Reader& reader, const Locked& locked, Password password);

// zip.cpp
void read_zip(Reader& reader, std::string_view origin, base::ByteView bytes, int depth);

// pkcs12.cpp
[[nodiscard]] Opening open_pkcs12(Reader& reader, const Locked& locked, Password password);

// encrypted_key.cpp
[[nodiscard]] Opening open_pkcs8_key(Reader& reader, const Locked& locked, Password password);
[[nodiscard]] Opening open_pem_key(Reader& reader, const Locked& locked, Password password);

// forms.cpp: names other things by their first bytes. False when it knows nothing about them.
[[nodiscard]] bool name_foreign(Reader& reader, std::string_view origin, base::ByteView bytes);
// Whether a member of this name may hold passwords, and takes them.
void read_password_file(Reader& reader, std::string_view origin, std::string_view text);
// The fault of a thing that stays closed.
void add_locked_fault(Reader& reader, const Locked& locked, Opening why);

}  // namespace livecert::bundle
