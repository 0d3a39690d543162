#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "base/check.h"
#include "net/proxy_header.h"

namespace {

using namespace livecert;
using net::ProxyHeader;
using net::ProxyHeaderIncomplete;
using net::ProxyHeaderMalformed;

bool is_mapped(const base::Bytes& address) {
  if (address.size() != 16) return false;
  const bool has_zeros =
      std::all_of(address.begin(), address.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
  return has_zeros && address[10] == 0xff && address[11] == 0xff;
}

bool is_same(const ProxyHeader& a, const ProxyHeader& b) {
  return a.length == b.length && a.source == b.source && a.passed_on == b.passed_on;
}

}  // namespace

// The header of a balancer, whole and piece by piece: it says the same however it arrives, and its end does not depend
// on the bytes after it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView bytes(data, size);
  const auto whole = net::parse_proxy_header(bytes);
  const auto* const header = std::get_if<ProxyHeader>(&whole);
  for (std::size_t length = 0; length < std::min<std::size_t>(size, net::kMaxProxyHeader); ++length) {
    const auto part = net::parse_proxy_header(bytes.first(length));
    if (const auto* early = std::get_if<ProxyHeader>(&part)) {
      LIVECERT_CHECK(header != nullptr && length >= header->length && is_same(*early, *header));
    } else if (std::holds_alternative<ProxyHeaderMalformed>(part)) {
      LIVECERT_CHECK(std::holds_alternative<ProxyHeaderMalformed>(whole));
    } else {
      LIVECERT_CHECK(header == nullptr || length < header->length);
    }
  }
  if (const auto* malformed = std::get_if<ProxyHeaderMalformed>(&whole)) LIVECERT_CHECK(!malformed->why.empty());
  if (std::holds_alternative<ProxyHeaderIncomplete>(whole)) LIVECERT_CHECK(size < net::kMaxProxyHeader);
  if (header == nullptr) return 0;
  LIVECERT_CHECK(header->length > 0 && header->length <= size && header->length <= net::kMaxProxyHeader);
  if (!header->source) return 0;
  LIVECERT_CHECK(header->passed_on && (header->source->size() == 4 || header->source->size() == 16));
  LIVECERT_CHECK(!is_mapped(*header->source));
  return 0;
}
