#include <cstddef>
#include <cstdint>

#include "api/binder.h"
#include "api/session_policy.h"

// A body, bound as CreateCert and ListCertV2 bind it, and the policy of a temporary credential.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  const base::ByteView bytes(data, size);
  static_cast<void>(api::session_policy_allows(base::as_text(bytes), "live:CreateCert"));
  const auto input = api::JsonInput::parse(bytes);
  if (!input) return 0;
  const api::Binder binder(*input);
  static_cast<void>(binder.optional_string("CertName"));
  static_cast<void>(binder.optional_bool("Available"));
  static_cast<void>(binder.optional_integer("PageNum", 1, 1000));
  static_cast<void>(binder.optional_strings("Projects"));
  static_cast<void>(binder.required_object("Rsa").required_text("Pubkey"));
  static_cast<void>(binder.finish());
  return 0;
}
