#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "edge/drivers/crt_list.h"

// A crt-list as found in a folder: only lines that we write are read, and they are written again unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  const std::filesystem::path folder = "/etc/haproxy/livecert";
  const edge::CrtList list = edge::parse_crt_list(folder, base::as_text({data, size}));
  const std::string written = edge::to_text(folder, list);
  LIVECERT_CHECK(edge::parse_crt_list(folder, written) == list);
  std::set<std::string> files;
  for (const auto& [domain, entry] : list) {
    LIVECERT_CHECK(domain == entry.domain && domain::DomainName::parse(domain).value() == domain);
    LIVECERT_CHECK(edge::parse_crt_list_file(entry.file) == entry);
    LIVECERT_CHECK(entry.file.find('/') == std::string::npos && !entry.file.starts_with('.'));
    files.insert(entry.file);
  }
  for (const auto& [domain, entry] : list) {
    const auto entries = edge::entries_of(files, domain);
    LIVECERT_CHECK(entries.size() == 1 && entries.front() == entry);
  }
  // The file of an order has a name that gives the entry of the order again.
  const std::uint8_t choice = size == 0 ? std::uint8_t{0} : data[0];
  edge::Order order;
  order.domain = "live.example.net";
  order.tls.min_version = domain::kTlsVersions.at(choice % 4U).value;
  if ((choice & 4U) != 0) order.tls.max_version = domain::kTlsVersions.at(choice / 8U % 4U).value;
  order.tls.http2 = size % 2 == 0;
  const edge::CrtListEntry entry = edge::make_crt_list_entry(order);
  LIVECERT_CHECK(edge::parse_crt_list_file(entry.file) == entry);
  return 0;
}
