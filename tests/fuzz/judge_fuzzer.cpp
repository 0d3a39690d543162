#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "x509/issuer_answer.h"
#include "x509/judge.h"

namespace {

class NoIssuers final : public livecert::x509::IssuerSource {
 public:
  livecert::base::Result<std::vector<livecert::x509::Certificate>> issuers_of(
      const livecert::x509::Certificate& /*child*/) override {
    return std::vector<livecert::x509::Certificate>();
  }
};

}  // namespace

// An upload, its two texts divided by a NUL byte, and the same bytes as an issuer's answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  const base::ByteView bytes(data, size);
  const std::string_view text = base::as_text(bytes);
  const std::size_t middle = std::min(text.find('\0'), text.size());
  NoIssuers issuers;
  x509::Policy policy;
  policy.now = base::from_unix_seconds(1'780'000'000);
  static_cast<void>(
      x509::judge(text.substr(0, middle), text.substr(std::min(middle + 1, text.size())), policy, issuers));
  static_cast<void>(x509::parse_issuer_answer(bytes));
  return 0;
}
