#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "x509/issuer_answer.h"
#include "x509/judge.h"
#include "x509/pem.h"

namespace {

using namespace livecert;

std::string_view take_part(std::string_view& text) {
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// Knows the given certificates and offers all of them for every child.
class GivenIssuers final : public x509::IssuerSource {
 public:
  explicit GivenIssuers(std::string_view text) : issuers_(x509::parse_issuer_answer(base::as_bytes(text))) {}
  base::Result<std::vector<x509::Certificate>> issuers_of(const x509::Certificate& /*child*/) override {
    return issuers_;
  }

 private:
  std::vector<x509::Certificate> issuers_;
};

std::optional<x509::RootSet> read_roots(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return x509::RootSet(x509::parse_issuer_answer(base::as_bytes(text)));
}

// An accepted chain is accepted again in the form in which it will be stored, and is the same chain then.
void check_accepted(const x509::AcceptedChain& accepted, const x509::Policy& policy, x509::IssuerSource& issuers) {
  LIVECERT_CHECK(!accepted.certificates.empty());
  std::string certificates;
  for (const x509::Certificate& certificate : accepted.certificates) {
    const auto again = x509::Certificate::parse(certificate.der());
    LIVECERT_CHECK(again && again->sha256() == certificate.sha256());
    certificates += x509::to_pem(certificate);
  }
  const base::WipedBuffer key = x509::to_pem(accepted.key, base::SecretAccess());
  const auto judged = x509::judge(certificates, base::as_text(key), policy, issuers);
  LIVECERT_CHECK(judged && judged->accepted);
  LIVECERT_CHECK(x509::content_digest(judged->accepted->certificates) == x509::content_digest(accepted.certificates));
}

}  // namespace

// The parts have a NUL between them: an upload's two texts, the issuers that a source knows, the roots that are known,
// and those that are demanded. The whole is also read as an issuer's answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = base::as_text({data, size});
  const std::string_view certificates = take_part(text);
  const std::string_view key = take_part(text);
  GivenIssuers issuers(take_part(text));
  const auto known = read_roots(take_part(text));
  const auto required = read_roots(take_part(text));
  x509::Policy policy;
  policy.now = base::from_unix_seconds(1'780'272'000);
  policy.known_roots = known ? &*known : nullptr;
  policy.required_roots = required ? &*required : nullptr;
  const auto judged = x509::judge(certificates, key, policy, issuers);
  LIVECERT_CHECK(judged.has_value());  // the source never fails
  LIVECERT_CHECK(judged->accepted || !judged->report.message().empty());
  if (judged->accepted) check_accepted(*judged->accepted, policy, issuers);

  for (const x509::Certificate& certificate : x509::parse_issuer_answer({data, size})) {
    LIVECERT_CHECK(x509::Certificate::parse(certificate.der()).has_value());
  }
  return 0;
}
