#include "api/request_id.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace livecert::api {

std::string make_request_id(base::Time now, crypto::Random& random) {
  constexpr auto kBeijing = std::chrono::hours(8);
  std::string id = base::to_basic_time(now + kBeijing);
  std::erase_if(id, [](char c) { return c == 'T' || c == 'Z'; });
  std::array<std::uint8_t, 10> bytes{};
  random.fill(bytes);
  std::string digits = base::to_hex(bytes);
  std::ranges::transform(digits, digits.begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return id + digits;
}

}  // namespace livecert::api
