#include "net/endpoint.h"

#include <charconv>

#include <boost/asio/ip/address.hpp>

namespace livecert::net {
namespace {

namespace ip = boost::asio::ip;

base::Error not_an_endpoint(std::string_view text) {
  return {base::ErrorCode::kConfiguration,
          "\"" + std::string(text) + "\" is not a numeric address with a port, such as 127.0.0.1:8080 or [::1]:8080"};
}

}  // namespace

base::Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return not_an_endpoint(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);

  boost::system::error_code failure;
  const ip::address address = ip::make_address(std::string(host), failure);
  // Without brackets, the last group of an IPv6 address could have been read as the port.
  if (failure || address.is_v6() != bracketed) return not_an_endpoint(text);

  Endpoint endpoint{address.to_string(), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size()) return not_an_endpoint(text);
  return endpoint;
}

std::string Endpoint::to_string() const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

bool Endpoint::is_loopback() const {
  boost::system::error_code failure;
  const ip::address parsed = ip::make_address(address, failure);
  if (failure) return false;
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, parsed.to_v6()).is_loopback();
  }
  return parsed.is_loopback();
}

}  // namespace livecert::net
