#include "api/exchange.h"

#include "api/request_id.h"

namespace livecert::api {

ExchangePtr begin_exchange(const service::Services& services, const std::string& peer_address,
                           base::SteadyTime received) {
  auto exchange = std::make_shared<Exchange>();
  exchange->context.at = services.clock.now();
  exchange->context.peer_address = peer_address;
  exchange->context.request_id = make_request_id(exchange->context.at, services.random);
  exchange->request.received = received;
  return exchange;
}

void note_caller(Exchange& exchange, const ProvenCaller& caller) {
  const domain::Caller& who = caller.who();
  exchange.context.caller = who;
  if (caller.account_status() == domain::AccountStatus::kActive) exchange.account = who.account;
  exchange.user = who.account.to_string() + "/" + who.access_key_id;
}

}  // namespace livecert::api
