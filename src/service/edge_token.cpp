#include "service/edge_token.h"

#include <utility>

#include "service/follow_master_key.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr std::size_t kTokenBytes = 16;
constexpr std::string_view kDigits = "0123456789abcdef";

base::SecretBytes make_token(crypto::Random& random) {
  base::WipedBuffer bytes(kTokenBytes);
  random.fill(bytes);
  base::WipedBuffer digits;
  for (const std::uint8_t byte : bytes) {
    digits.push_back(static_cast<std::uint8_t>(kDigits[byte / 16]));
    digits.push_back(static_cast<std::uint8_t>(kDigits[byte % 16]));
  }
  return base::SecretBytes(std::move(digits));
}

}  // namespace

base::Result<base::SecretBytes> edge_token(Services& services, const std::string& edge) {
  const std::string name = std::string(kEdgeTokenSetting) + edge;
  TRY_ASSIGN(auto kept, services.store.ask(&store::Snapshot::find_setting, name));
  if (kept) {
    auto opened = services.vault.open_own(name, {*std::move(kept)});
    if (opened) return opened;
    return base::Error{base::ErrorCode::kConfiguration,
                       "its token in the store is damaged: restore the store from a backup", opened.error().detail};
  }
  base::SecretBytes token = make_token(services.random);
  TRY(follow_master_key(services));
  TRY_ASSIGN(base::SealedBytes sealed, services.vault.seal_own(name, token));
  TRY(submit(services, own_context(services, "MakeEdgeToken"), store::PutSetting{name, std::move(sealed.bytes)}));
  return token;
}

}  // namespace livecert::service
