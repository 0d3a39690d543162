#include "vault/master_key.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/file_access.h"
#include "base/owned_descriptor.h"
#include "crypto/hkdf.h"
#include "vault/envelope.h"

namespace livecert::vault {
namespace {

constexpr std::size_t kDigits = kKeySize * 2;

base::Error file_error(const std::filesystem::path& file, const std::string& what) {
  return {base::ErrorCode::kConfiguration, "master key file " + file.string() + " " + what};
}

base::Error system_error(const std::filesystem::path& file, const std::string& what) {
  const int error = errno;
  return file_error(file, what + ": " + std::strerror(error));
}

int digit_value(std::uint8_t digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

constexpr std::size_t kLongestFile = 64UL * 1024;

// The digits are decoded here and not by base::parse_hex, whose result is not wiped.
std::optional<base::SecretBytes> parse_key(base::ByteView line) {
  if (line.size() != kDigits) return std::nullopt;
  base::WipedBuffer key(kKeySize);
  for (std::size_t i = 0; i < kKeySize; ++i) {
    const int high = digit_value(line[2 * i]);
    const int low = digit_value(line[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return base::SecretBytes(std::move(key));
}

bool is_end_of_line(std::uint8_t byte) {
  return byte == '\n' || byte == '\r';
}

// Empty lines do not count. nullopt: there is no key, or a line that is none.
std::optional<MasterKeys> parse_keys(base::ByteView text) {
  MasterKeys keys;
  while (!text.empty()) {
    const auto end = std::ranges::find_if(text, is_end_of_line);
    const base::ByteView line = text.first(static_cast<std::size_t>(end - text.begin()));
    text = text.subspan(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    auto key = parse_key(line);
    if (!key) return std::nullopt;
    const auto is_it = [&](const base::SecretBytes& other) { return master_key_id(other) == master_key_id(*key); };
    if (std::ranges::none_of(keys, is_it)) keys.push_back(*std::move(key));
  }
  if (keys.empty()) return std::nullopt;
  return keys;
}

void append_digits(base::WipedBuffer& text, base::ByteView key) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const std::uint8_t byte : key) {
    text.push_back(static_cast<std::uint8_t>(kHex[byte >> 4U]));
    text.push_back(static_cast<std::uint8_t>(kHex[byte & 0x0FU]));
  }
  text.push_back('\n');
}

base::Result<void> sync_directory(const std::filesystem::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!base::sync_directory(parent)) return system_error(file, "cannot be made durable");
  return {};
}

std::string unfinished_name(const std::filesystem::path& file) {
  return file.string() + ".new";
}

// Writes the file under another name first: a start that is killed must not leave half a key, because every later start
// would then fail. A link never replaces a file, as a rename would.
base::Result<void> create_whole(const std::filesystem::path& file, base::ByteView text) {
  const std::string unfinished = unfinished_name(file);
  ::unlink(unfinished.c_str());  // left by a start that was killed
  const base::OwnedDescriptor target(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!target.is_open()) return system_error(file, "cannot be created");
  base::Result<void> result;
  if (::write(target.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(target.get()) != 0) {
    result = system_error(file, "cannot be written");
  } else if (::link(unfinished.c_str(), file.c_str()) != 0) {
    result = system_error(file, "cannot be created");
  }
  ::unlink(unfinished.c_str());
  return result;
}

}  // namespace

std::string master_key_id(const base::SecretBytes& key) {
  const base::SecretBytes id = crypto::hkdf_sha256(key.reveal(base::SecretAccess()), {},
                                                   base::as_bytes("livecert master key id"), kMasterKeyIdSize);
  return base::to_hex(id.reveal(base::SecretAccess()));
}

MasterKeys copy_of(const MasterKeys& keys, base::SecretAccess access) {
  MasterKeys copy;
  copy.reserve(keys.size());
  for (const base::SecretBytes& key : keys) copy.push_back(key.clone(access));
  return copy;
}

base::WipedBuffer master_keys_text(const MasterKeys& keys) {
  base::WipedBuffer text;
  text.reserve((kDigits + 1) * keys.size());
  for (const base::SecretBytes& key : keys) append_digits(text, key.reveal(base::SecretAccess()));
  return text;
}

base::Result<MasterKeys> parse_master_keys(base::ByteView text) {
  auto keys = parse_keys(text);
  if (!keys) {
    return base::Error{base::ErrorCode::kConfiguration, "a master key is one line of 64 hexadecimal digits"};
  }
  return *std::move(keys);
}

base::Result<MasterKeys> read_master_keys(const std::filesystem::path& file) {
  const base::OwnedDescriptor source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) return system_error(file, "cannot be read");
  struct stat status {};
  if (::fstat(source.get(), &status) != 0) return system_error(file, "cannot be read");
  if (base::is_open_to_others(status.st_mode, base::MayBeCredential::kYes)) {
    return file_error(file, "is accessible to others than its owner; run: chmod 600 " + file.string());
  }
  base::WipedBuffer text(kLongestFile);
  const ssize_t length = ::read(source.get(), text.data(), text.size());
  if (length < 0) return system_error(file, "cannot be read");
  auto keys = parse_keys(base::ByteView(text).first(static_cast<std::size_t>(length)));
  if (!keys) return file_error(file, "must hold one line of 64 hexadecimal digits for each key");
  return *std::move(keys);
}

base::Result<void> settle_master_key(const std::filesystem::path& file) {
  ::unlink(unfinished_name(file).c_str());
  return sync_directory(file);
}

base::SecretBytes make_master_key(crypto::Random& random) {
  base::WipedBuffer key(kKeySize);
  random.fill(key);
  return base::SecretBytes(std::move(key));
}

base::Result<MasterKeys> create_master_key(const std::filesystem::path& file, crypto::Random& random) {
  MasterKeys keys;
  keys.push_back(make_master_key(random));
  const base::WipedBuffer text = master_keys_text(keys);
  TRY(create_whole(file, text));
  TRY(sync_directory(file));
  return keys;
}

}  // namespace livecert::vault
