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

// The store gives up this long before an answer is due, so that the client hears why.
inline constexpr auto kAnswerReserve = std::chrono::milliseconds(200);

// One call on its way. What the use case, the answer and the access log need is kept here, each fact once, as it is
// learnt. Touched by one thread at a time.
struct Exchange {
  http::Request request;
  std::optional<http::QueryParameters> input_in_query;  // in place of the body
  service::Context context;
  Stage stage = Stage::kGateway;
  const Action* action = nullptr;          // once it is identified
  std::string asked_for = "-";             // the action's name as it was sent, for the log
  std::string user = "-";                  // account and access key, once verified, for the log
  std::chrono::seconds retry_after{0};     // 0: not told
  std::optional<base::AccountId> account;  // that the signature proved, if it is active
};

using ExchangePtr = std::shared_ptr<Exchange>;

// A call that has just come from there.
[[nodiscard]] ExchangePtr begin_exchange(const service::Services& services, const std::string& peer_address,
                                         base::SteadyTime received);
// Whose call it is has been proved.
void note_caller(Exchange& exchange, const ProvenCaller& caller);

}  // namespace livecert::api
