#include "cli/session.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <utility>
#include <variant>

#include <boost/json/parse.hpp>

#include "api/action.h"
#include "base/ids.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/hints.h"
#include "cli/language.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr int kAttempts = 4;
constexpr auto kPause = std::chrono::milliseconds(1100);  // longer than the second that a rate limit counts
constexpr std::size_t kMinDigits = 4;
constexpr std::size_t kIdDigits = 32;
constexpr std::int64_t kCandidates = 5;

// The content of an answer: a result, or an error with its code.
struct Told {
  json::value result;
  std::string code;  // empty: no error
  std::string message;
};

base::Result<Told> read_answer(const http::Response& answer) {
  const auto* body = std::get_if<std::string>(&answer.body);
  json::error_code failure;
  json::value document = body == nullptr ? json::value() : json::parse(*body, failure);
  const json::value* metadata = document.is_object() ? document.get_object().if_contains("ResponseMetadata") : nullptr;
  if (failure || metadata == nullptr || !metadata->is_object()) {
    return base::Error{
        base::ErrorCode::kUpstreamBadAnswer,
        tr("the endpoint answered with status ", "该地址返回的状态为 ") + std::to_string(answer.status) +
            tr(" and something that is not this API's; is it livecert?", "，内容不是本接口的应答；它是 livecert 吗？")};
  }
  Told told;
  if (const json::value* error = metadata->get_object().if_contains("Error"); error != nullptr && error->is_object()) {
    told.code = text_of(*error, "Code");
    told.message = told.code + ": " + text_of(*error, "Message") + "\n  (HTTP " + std::to_string(answer.status) +
                   ", RequestId " + text_of(*metadata, "RequestId") + ")";
    const std::string hint = hint_for(told.code);
    if (!hint.empty()) told.message += "\n  " + hint;
    return told;
  }
  if (const json::value* result = document.get_object().if_contains("Result")) told.result = *result;
  return told;
}

const api::Action* find_by_name(std::string_view name) {
  const auto found = std::ranges::find(api::actions(), name, &api::Action::name);
  return found == api::actions().end() ? nullptr : &*found;
}

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

base::Result<Session> Session::open(const BackendOptions& options) {
  TRY_ASSIGN(auto backend, options.open());
  return Session(std::move(backend));
}

base::Result<json::value> Session::call(std::string_view action, base::ByteView json_body) {
  for (int attempt = 1;; ++attempt) {
    TRY_ASSIGN(const http::Response answer, backend_->call(action, version_of(action), json_body));
    TRY_ASSIGN(Told told, read_answer(answer));
    if (told.code.empty()) return std::move(told.result);
    if (told.code != "FlowLimitExceeded" || attempt == kAttempts) {
      return base::Error{base::ErrorCode::kInvalidInput, std::move(told.message)};
    }
    std::this_thread::sleep_for(kPause);
  }
}

std::string_view version_of(std::string_view action) {
  const api::Action* found = find_by_name(action);
  return found == nullptr ? api::kLiveVersion : found->version;
}

std::string_view service_of(std::string_view action) {
  const api::Action* found = find_by_name(action);
  return found == nullptr ? "live" : found->service;
}

base::Result<std::string> find_chain_id(Session& session, const std::string& digits) {
  if (base::ChainId::parse(digits)) return digits;
  if (digits.size() < kMinDigits || digits.size() > kIdDigits || !is_hexadecimal(digits)) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       digits + tr(" is no ChainID, nor the first four or more digits of one",
                                   " 不是 ChainID，也不是其前四位或更多位")};
  }
  JsonWriter json;
  json.text("ChainIDPrefix", digits).number("PageNum", 1).number("PageSize", kCandidates);
  TRY_ASSIGN(const json::value result, session.call("ListCerts", json.finish()));
  const json::array& found = items_of(result, "CertList");
  if (found.size() == 1) return text_of(found.front(), "ChainID");
  std::string message =
      found.empty()
          ? tr("no certificate of yours has a ChainID that begins with ", "您没有 ChainID 以此开头的证书：") + digits
          : tr("several ChainIDs begin with ", "有多个 ChainID 以此开头：") + digits;
  for (const json::value& item : found)
    message += "\n  " + text_of(item, "ChainID") + "  " + printable(text_of(item, "CertName"));
  return base::Error{base::ErrorCode::kInvalidInput, std::move(message)};
}

void say_done(const BackendOptions& options, const std::string& what) {
  if (!options.as_json) std::cout << printable(what) << "\n";
}

}  // namespace livecert::cli
