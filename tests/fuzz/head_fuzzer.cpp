#include <cstddef>
#include <cstdint>
#include <variant>

#include "base/bytes.h"
#include "http/uri.h"
#include "net/request_head.h"

// The head of a request; an accepted one must not be ambiguous.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  const std::string_view text = base::as_text({data, size});
  const net::HeadEnd end = net::find_head_end(text, 0);
  if (end.state != net::HeadEnd::State::kComplete) return 0;
  const auto parsed = net::parse_head(text.substr(0, end.length), 100);
  const auto* head = std::get_if<net::RequestHead>(&parsed);
  if (head == nullptr) return 0;
  if (head->headers.count("Host") > 1 || (head->chunked && head->headers.count("Content-Length") > 0)) __builtin_trap();
  static_cast<void>(http::parse_target(head->target));
  return 0;
}
