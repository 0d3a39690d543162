#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include <boost/asio/ip/address.hpp>

#include "base/ids.h"

// Includes Asio: only for source files of this folder.
namespace livecert::net {

// One of the parties that share the server: an account that has proved itself, or an address. For IPv6 it is the /64,
// whose holder has all its addresses.
struct Principal {
  enum class Kind : std::uint8_t { kIpv4, kIpv6, kAccount };
  Kind kind = Kind::kIpv4;
  std::uint64_t number = 0;

  [[nodiscard]] static Principal of(const boost::asio::ip::address& address);
  [[nodiscard]] static Principal of(base::AccountId account);
  auto operator<=>(const Principal&) const = default;
};

}  // namespace livecert::net
