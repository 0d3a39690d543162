#include <cstddef>
#include <cstdint>
#include <string>

#include "signature/sts2.h"
#include "signature/verify.h"

// Reads the input as lines: method, target, then headers. Whatever it claims, nothing may be accepted without a secret.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto take_line = [&text] {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
  };
  http::Request request;
  request.method = take_line();
  request.target = take_line();
  while (!text.empty()) {
    const std::string_view line = take_line();
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      request.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
    }
  }
  const base::Time now = base::from_unix_seconds(1718781186);
  const auto claim = signature::parse_claim(request, now, {});
  if (!claim) return 0;
  const base::SecretBytes secret = base::SecretBytes::copy_of("a secret that no input can know");
  if (claim->session_token) {
    if (const auto token = signature::parse_sts2(*claim->session_token)) {
      if (signature::open_sts2(*token, claim->access_key_id, secret, now)) __builtin_trap();
    }
  }
  if (signature::verify(request, *claim, secret)) __builtin_trap();
  return 0;
}
