#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

struct evp_cipher_ctx_st;  // OpenSSL's EVP_CIPHER_CTX

// Files in the format age-encryption.org/v1 (https://github.com/C2SP/C2SP/blob/main/age.md), which the programs age and
// rage read and write too: sealed to X25519 public keys, or to one pass phrase. They are written and read as a stream;
// memory does not grow with them.
namespace livecert::crypto {

struct AgeRecipient {
  std::array<std::uint8_t, 32> public_key{};

  // "age1…", as age-keygen prints it. kInvalidInput.
  [[nodiscard]] static base::Result<AgeRecipient> parse(std::string_view text);
};

// What opens a file that was sealed to a recipient: 32 bytes.
struct AgeIdentity {
  base::SecretBytes private_key;

  // Lines of an age-keygen file: empty ones and comments, and "AGE-SECRET-KEY-1…". kInvalidInput, without the text.
  [[nodiscard]] static base::Result<std::vector<AgeIdentity>> parse_file(base::ByteView text);
  [[nodiscard]] static AgeIdentity make(Random& random);
  [[nodiscard]] AgeRecipient recipient() const;
};

// scrypt takes 2^work_factor KiB of memory: 18 means 256 MiB and about a second.
struct AgePassphrase {
  base::SecretBytes text;
  int work_factor = 18;
};

inline constexpr std::size_t kAgeChunk = 64UL * 1024;

// The payload in pieces, with AEAD over each (the specification's "STREAM").
class AgeCipher {
 public:
  AgeCipher(bool seals, base::SecretBytes key);
  // Of the next chunk; `is_last` is authenticated. Sealing adds 16 bytes, opening takes them away. False: it does not
  // open.
  [[nodiscard]] bool transform(base::ByteView input, bool is_last, base::WipedBuffer& output);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  bool seals_;
  base::SecretBytes key_;
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
  std::uint64_t counter_ = 0;
};

class AgeWriter {
 public:
  using Sink = std::function<base::Result<void>(base::ByteView)>;
  using Sealed = std::variant<std::vector<AgeRecipient>, AgePassphrase>;

  // Writes the header. Errors: those of the sink; kInternal when OpenSSL fails, or a public key is not one.
  [[nodiscard]] static base::Result<std::unique_ptr<AgeWriter>> begin(Sink sink, const Sealed& to, Random& random);
  [[nodiscard]] base::Result<void> write(base::ByteView bytes);
  // Writes the last chunk. What was not finished does not open.
  [[nodiscard]] base::Result<void> finish();

 private:
  AgeWriter(Sink sink, base::SecretBytes payload_key);
  [[nodiscard]] base::Result<void> flush(bool is_last);

  Sink sink_;
  AgeCipher cipher_;
  base::WipedBuffer pending_;
  base::WipedBuffer sealed_;
};

class AgeReader {
 public:
  // Fills as much as there is; less only at the end.
  using Source = std::function<base::Result<std::size_t>(std::span<std::uint8_t>)>;
  using Opener = std::variant<std::vector<AgeIdentity>, AgePassphrase>;  // the work factor is the file's own

  // Reads the header. kInvalidInput with one sentence: no age file, damaged, not sealed to any of these, another pass
  // phrase, a work factor above 22.
  [[nodiscard]] static base::Result<std::unique_ptr<AgeReader>> open(Source source, const Opener& opener);
  // The next bytes, at most one chunk; empty at the end. kInvalidInput when the file was changed or cut: bytes that
  // were given before are genuine, and the file as a whole is not.
  [[nodiscard]] base::Result<base::ByteView> read();

 private:
  AgeReader(Source source, base::SecretBytes payload_key);
  [[nodiscard]] base::Result<void> fill();

  Source source_;
  AgeCipher cipher_;
  base::Bytes sealed_;  // the next chunk, and one byte more when there is another
  std::size_t available_ = 0;
  bool is_over_ = false;
  base::WipedBuffer chunk_;
};

}  // namespace livecert::crypto
