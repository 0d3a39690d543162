#include "client/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string_view>
#include <strings.h>
#include <sys/socket.h>

#include "http/uri.h"

namespace livecert::client {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

bool is_loopback(const in_addr& address) {
  return ntohl(address.s_addr) >> 24U == IN_LOOPBACKNET;
}

bool is_loopback(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == IN_LOOPBACKNET;
  return IN6_IS_ADDR_LOOPBACK(&address);
}

bool names_loopback(const std::string& host) {
  if (::strcasecmp(host.c_str(), "localhost") == 0) return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return is_loopback(v4);
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) == 1 && is_loopback(v6);
}

}  // namespace

base::Result<Origin> parse_endpoint(const std::string& url) {
  Origin origin;
  origin.url = url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
  origin.is_https = origin.url.starts_with(kHttps);
  const std::string authority = origin.is_https                 ? origin.url.substr(kHttps.size())
                                : origin.url.starts_with(kHttp) ? origin.url.substr(kHttp.size())
                                                                : std::string();
  if (authority.empty() || authority.find_first_of("/?#@ \t\r\n") != std::string::npos) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "The endpoint \"" + url + "\" must be a URL without a path, such as http://127.0.0.1:8080."};
  }
  const http::HostAndPort parts = http::split_host(authority);
  const bool is_default_port = parts.port == (origin.is_https ? "443" : "80");
  origin.host = is_default_port ? std::string(parts.host) : authority;
  origin.names_loopback = names_loopback(std::string(parts.host));
  return origin;
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) return is_loopback(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  if (address.sa_family == AF_INET6) return is_loopback(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  return false;
}

base::Error plain_http_refused(const std::string& url) {
  return {base::ErrorCode::kConfiguration,
          "The endpoint " + url +
              " is plain HTTP to another machine: private keys and secrets would cross the network in the clear. "
              "Nothing was sent. Use https://, or allow it with --insecure-http or LIVECERT_INSECURE_HTTP=true."};
}

}  // namespace livecert::client
