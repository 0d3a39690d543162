#include "net/principal.h"

namespace livecert::net {

Principal Principal::of(const boost::asio::ip::address& address) {
  if (address.is_v4()) return {Kind::kIpv4, address.to_v4().to_uint()};
  if (address.to_v6().is_v4_mapped()) {
    return of(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()));
  }
  std::uint64_t network = 0;
  const auto bytes = address.to_v6().to_bytes();
  for (std::size_t i = 0; i < sizeof network; ++i) network = network << 8U | bytes[i];
  return {Kind::kIpv6, network};
}

Principal Principal::of(base::AccountId account) {
  return {Kind::kAccount, static_cast<std::uint64_t>(account.number())};
}

}  // namespace livecert::net
