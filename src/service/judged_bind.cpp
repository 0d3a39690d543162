#include "service/judged_bind.h"

#include <utility>

#include "service/access.h"
#include "service/leaf.h"

namespace livecert::service {
namespace {

constexpr int kAttempts = 5;

}  // namespace

base::Result<JudgedBind> make_bind(Services& services, const domain::Caller& caller, const std::string& chain_id,
                                   const domain::DomainName& domain, const domain::TlsSwitches& tls) {
  TRY_ASSIGN(domain::ChainDetail chain, find_own_chain_alone(services, caller, chain_id));
  TRY_ASSIGN(x509::Certificate leaf, read_leaf(chain.certificates.front()));
  store::Bind command;
  command.domain = domain;
  command.chain = chain.summary.id;
  command.judged = chain.summary.current;
  command.dns_names = leaf.dns_names();
  command.tls = tls;
  command.register_domain = services.settings.register_domains;
  return JudgedBind{std::move(command), chain.summary.account, std::move(leaf), std::move(chain.certificates),
                    chain.summary.ends_at};
}

base::Result<void> check_tls_versions(const domain::TlsSwitches& tls) {
  if (!tls.max_version || *tls.max_version >= tls.min_version) return {};
  return base::Error{base::ErrorCode::kInvalidInput,
                     "MaxTLSVersion " + std::string(to_text(tls.max_version)) + " is below MinTLSVersion " +
                         std::string(to_text(tls.min_version)) + " (by default TLSv1.2)"};
}

base::Result<store::Outcome> submit_judged(Services& services, const Context& context,
                                           const std::function<base::Result<store::Command>()>& make_command) {
  store::Outcome outcome;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    TRY_ASSIGN(store::Command command, make_command());
    outcome = services.store.submit(context, std::move(command)).wait();
    const bool is_late = services.clock.steady_now() >= context.deadline;
    if (outcome.reason() != domain::Reason::kStale || is_late) break;
  }
  return outcome;
}

}  // namespace livecert::service
