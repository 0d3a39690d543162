#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "api/action.h"
#include "api/error_map.h"
#include "api/proven_caller.h"
#include "http/message.h"
#include "service/context.h"

namespace livecert::api {

// The store gives up this long before an answer is due, so that the client gets the reason.
inline constexpr auto kAnswerReserve = std::chrono::milliseconds(200);

// One call in progress. It holds, once each, the facts that the use case, the answer and the access log need, as they
// become known. One thread at a time uses it.
struct Exchange {
  http::Request request;
  std::optional<http::QueryParameters> input_in_query;  // instead of the body
  service::Context context;
  Stage stage = Stage::kGateway;
  const Action* action = nullptr;          // once it is identified
  std::string asked_for = "-";             // the action's name as it was sent, for the log
  std::string subject = {};                // what the input names, once it is read, for the audit
  std::string user = "-";                  // account and access key, once verified, for the log
  std::chrono::seconds retry_after{0};     // 0: not sent
  std::optional<base::AccountId> account;  // the account of the signature, if it is active
};

using ExchangePtr = std::shared_ptr<Exchange>;

// A call that has just arrived from that address.
[[nodiscard]] ExchangePtr begin_exchange(const service::Services& services, const std::string& peer_address,
                                         base::SteadyTime received);
// Records the proven caller.
void note_caller(Exchange& exchange, const ProvenCaller& caller);

}  // namespace livecert::api
