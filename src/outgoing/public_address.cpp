#include "outgoing/public_address.h"

#include <algorithm>
#include <array>

#include "base/address_block.h"

namespace livecert::outgoing {
namespace {

struct Block {
  std::array<std::uint8_t, 4> prefix;  // the first bytes of the address
  unsigned bits;
};

constexpr std::array kSpecialIpv4{
    Block{{0, 0, 0, 0}, 8},        // this network
    Block{{10, 0, 0, 0}, 8},       // private
    Block{{100, 64, 0, 0}, 10},    // shared by carriers
    Block{{127, 0, 0, 0}, 8},      // loopback
    Block{{169, 254, 0, 0}, 16},   // link-local, cloud metadata
    Block{{172, 16, 0, 0}, 12},    // private
    Block{{192, 0, 0, 0}, 24},     // IETF protocols
    Block{{192, 0, 2, 0}, 24},     // documentation
    Block{{192, 88, 99, 0}, 24},   // 6to4 relays
    Block{{192, 168, 0, 0}, 16},   // private
    Block{{198, 18, 0, 0}, 15},    // benchmarks
    Block{{198, 51, 100, 0}, 24},  // documentation
    Block{{203, 0, 113, 0}, 24},   // documentation
    Block{{224, 0, 0, 0}, 4},      // multicast
    Block{{240, 0, 0, 0}, 4},      // reserved, broadcast
};

// All IPv6 unicast addresses that were assigned so far; the rest is loopback, mapped, NAT64, local, multicast or
// unassigned.
constexpr Block kGlobalIpv6{{0x20, 0, 0, 0}, 3};

constexpr std::array kSpecialIpv6{
    Block{{0x20, 0x01, 0x00, 0x00}, 23},  // IETF protocols, Teredo among them
    Block{{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    Block{{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4
    Block{{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
};

bool contains(const Block& block, base::ByteView address) {
  return base::agree(block.prefix, address, block.bits);
}

template <std::size_t kCount>
bool any_contains(const std::array<Block, kCount>& blocks, base::ByteView address) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) { return contains(block, address); });
}

}  // namespace

bool is_public_address(base::ByteView address) {
  if (address.size() == 4) return !any_contains(kSpecialIpv4, address);
  return address.size() == 16 && contains(kGlobalIpv6, address) && !any_contains(kSpecialIpv6, address);
}

}  // namespace livecert::outgoing
