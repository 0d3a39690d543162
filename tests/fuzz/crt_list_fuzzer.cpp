#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "edge/drivers/crt_list.h"

// A crt-list as found in a folder: only lines that we write are read, and they are written again with the same files
// and domains. The lines of a running HAProxy may be anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  const std::filesystem::path folder = "/etc/haproxy/livecert";
  const std::string_view text = base::as_text({data, size});
  const edge::CrtList list = edge::parse_crt_list(folder, text);
  const std::string written = edge::to_text(folder, list);
  LIVECERT_CHECK(edge::parse_crt_list(folder, written).by_file() == list.by_file());
  for (const auto& [name, domains] : list.by_file()) {
    const auto file = edge::parse_crt_list_file(name);
    LIVECERT_CHECK(file && file->name == name);
    LIVECERT_CHECK(name.find('/') == std::string::npos && !name.starts_with('.'));
    LIVECERT_CHECK(list.uses_of(name) == domains.size());
    LIVECERT_CHECK(file->only_domain.empty() || (domains.size() == 1 && domains.front() == file->only_domain));
    for (const std::string& domain : domains) {
      LIVECERT_CHECK(domain::DomainName::parse(domain).value() == domain && *list.file_of(domain) == name);
    }
  }
  if (const auto lines = edge::parse_running_lines(folder, text)) {
    for (const edge::RunningLine& line : *lines) {
      LIVECERT_CHECK(line.number > 0 && line.file.find('\n') == std::string::npos);
    }
  }
  // The file of an order has a name that gives the switches of the order again.
  const std::uint8_t choice = size == 0 ? std::uint8_t{0} : data[0];
  edge::Order order;
  order.version = base::CertId(1 + choice);
  order.tls.min_version = domain::kTlsVersions.at(choice % 4U).value;
  if ((choice & 4U) != 0) order.tls.max_version = domain::kTlsVersions.at(choice / 8U % 4U).value;
  order.tls.http2 = size % 2 == 0;
  const edge::CrtListFile file = edge::make_crt_list_file(order);
  LIVECERT_CHECK(edge::parse_crt_list_file(file.name) == file);
  return 0;
}
