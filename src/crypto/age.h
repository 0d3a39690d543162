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
// rage also read and write: sealed to X25519 public keys, or to one pass phrase. They are read and written as a stream,
// in constant memory.
namespace livecert::crypto {

struct AgeRecipient {
  std::array<std::uint8_t, 32> public_key{};

  // "age1…", as age-keygen prints it. kInvalidInput.
  [[nodiscard]] static base::Result<AgeRecipient> parse(std::string_view text);
};

// Opens a file that was sealed to its recipient: 32 bytes.
struct AgeIdentity {
  base::SecretBytes private_key;

  // Reads the lines of an age-keygen file: empty lines, comments, and "AGE-SECRET-KEY-1…". kInvalidInput, without the
  // text.
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
  // Processes the next chunk; `is_last` is authenticated. Sealing adds 16 bytes, opening removes them. False: the chunk
  // does not open.
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

  // Writes the header. Fails with the sink's errors, or with kInternal when OpenSSL fails or a public key is invalid.
  [[nodiscard]] static base::Result<std::unique_ptr<AgeWriter>> begin(Sink sink, const Sealed& to, Random& random);
  [[nodiscard]] base::Result<void> write(base::ByteView bytes);
  // Writes the last chunk. A file without it does not open.
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
  // Fills the buffer; returns less only at the end.
  using Source = std::function<base::Result<std::size_t>(std::span<std::uint8_t>)>;
  using Opener = std::variant<std::vector<AgeIdentity>, AgePassphrase>;  // the file holds its work factor

  // Reads the header. kInvalidInput with one sentence: the file is not in the format of age, is damaged, is not sealed
  // to any of these, has another pass phrase, or a work factor above 22.
  [[nodiscard]] static base::Result<std::unique_ptr<AgeReader>> open(Source source, const Opener& opener);
  // Returns the next bytes, at most one chunk; empty at the end. kInvalidInput when the file was changed or cut: the
  // earlier bytes are genuine, but the file as a whole is not.
  [[nodiscard]] base::Result<base::ByteView> read();

 private:
  AgeReader(Source source, base::SecretBytes payload_key);
  [[nodiscard]] base::Result<void> fill();

  Source source_;
  AgeCipher cipher_;
  base::Bytes sealed_;  // the next chunk, and one more byte if another one follows
  std::size_t available_ = 0;
  bool is_over_ = false;
  base::WipedBuffer chunk_;
};

}  // namespace livecert::crypto
