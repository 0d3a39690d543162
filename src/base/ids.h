#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace livecert::base {

// An account id: ten decimal digits, like the vendor's.
class AccountId {
 public:
  constexpr AccountId() = default;
  explicit constexpr AccountId(std::int64_t number) : number_(number) {}
  [[nodiscard]] static std::optional<AccountId> parse(std::string_view text);
  [[nodiscard]] constexpr std::int64_t number() const { return number_; }
  [[nodiscard]] std::string to_string() const;
  auto operator<=>(const AccountId&) const = default;

 private:
  std::int64_t number_ = 0;
};

// The durable name of a chain: 128 bits, of which 80 are random and none come from the certificate, so that only a
// caller who was told an id knows it. 32 lower-case hexadecimal digits on the wire.
class ChainId {
 public:
  constexpr ChainId() = default;
  explicit constexpr ChainId(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}
  // Accepts upper-case digits too; nullopt for any other shape.
  [[nodiscard]] static std::optional<ChainId> parse(std::string_view text);
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  [[nodiscard]] std::string to_string() const { return to_hex(bytes_); }
  auto operator<=>(const ChainId&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// One uploaded version of a chain: a positive 63-bit number that grows with time, decimal on the wire.
class CertId {
 public:
  constexpr CertId() = default;
  explicit constexpr CertId(std::int64_t number) : number_(number) {}
  [[nodiscard]] static std::optional<CertId> parse(std::string_view text);
  [[nodiscard]] constexpr std::int64_t number() const { return number_; }
  [[nodiscard]] std::string to_string() const { return std::to_string(number_); }
  auto operator<=>(const CertId&) const = default;

 private:
  std::int64_t number_ = 0;
};

}  // namespace livecert::base
