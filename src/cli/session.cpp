#include "cli/session.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

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
  std::string error_json;
};

base::Result<Told> read_answer(const http::Response& answer, bool was_changed) {
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
    const std::string hint = was_changed ? hint_for_changed_request() : hint_for(told.code);
    if (!hint.empty()) told.message += "\n  " + hint;
    told.error_json = json::serialize(json::object{{"Error",
                                                    {{"Code", told.code},
                                                     {"Message", text_of(*error, "Message")},
                                                     {"Status", answer.status},
                                                     {"RequestId", text_of(*metadata, "RequestId")},
                                                     {"Remedy", hint}}}});
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
    TRY_ASSIGN(Told told, read_answer(answer, backend_->was_changed_on_the_way()));
    if (told.code.empty()) return std::move(told.result);
    if (told.code != "FlowLimitExceeded" || attempt == kAttempts) {
      return base::Error{base::ErrorCode::kInvalidInput, std::move(told.message), std::move(told.error_json)};
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

base::Result<std::string> find_chain_id(Session& session, const std::string& word) {
  if (base::ChainId::parse(word)) return word;
  json::value by_digits;
  if (word.size() >= kMinDigits && word.size() <= kIdDigits && is_hexadecimal(word)) {
    JsonWriter json;
    json.text("ChainIDPrefix", word).number("PageNum", 1).number("PageSize", kCandidates);
    TRY_ASSIGN(by_digits, session.call("ListCerts", json.finish()));
    if (const json::array& found = items_of(by_digits, "CertList"); found.size() == 1) {
      return text_of(found.front(), "ChainID");
    }
  }
  TRY_ASSIGN(const std::vector<NamedCertificate> named, find_by_name(session, word, ""));
  if (named.size() == 1) return named.front().chain_id;
  if (named.size() > 1) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       tr("several certificates have the name ", "有多个证书名为 ") + printable(word) +
                           tr(". Give the ChainID of one of them:", "。请改用其中一个的 ChainID：") +
                           to_choices(named)};
  }
  const json::array& found = items_of(by_digits, "CertList");
  if (found.empty()) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       printable(word) + tr(" is no name of a certificate of yours, nor a ChainID or the first four or "
                                            "more digits of one: livecert cert list shows both",
                                            " 既不是您的证书名称，也不是 ChainID 或其前四位或更多位："
                                            "livecert cert list 会列出两者")};
  }
  std::string message = tr("several ChainIDs begin with ", "有多个 ChainID 以此开头：") + word;
  for (const json::value& item : found) {
    message += "\n  " + text_of(item, "ChainID") + "  " + printable(text_of(item, "CertName"));
  }
  return base::Error{base::ErrorCode::kInvalidInput, std::move(message)};
}

base::Result<std::vector<NamedCertificate>> find_by_name(Session& session, const std::string& name,
                                                         const std::string& project) {
  TRY_ASSIGN(const json::value result,
             session.call("ListCerts", JsonWriter().text("CertName", name).text("ProjectName", project).finish()));
  std::vector<NamedCertificate> named;
  for (const json::value& item : items_of(result, "CertList")) {
    if (text_of(item, "CertName") != name) continue;
    named.push_back({text_of(item, "ChainID"), text_of(item, "ProjectName"), text_of(item, "EndsAt"),
                     text_of(item, "CertDomainList")});
  }
  return named;
}

std::string to_choices(const std::vector<NamedCertificate>& certificates) {
  std::string lines;
  for (const NamedCertificate& each : certificates) {
    lines +=
        "\n  " + each.chain_id + "  " + printable(each.project) + "  " + each.ends_at + "  " + printable(each.domains);
  }
  return lines;
}

std::string project_or_default(Session& session, const std::string& given) {
  if (!given.empty()) return given;
  // Credentials that may not ask are not limited to projects by a key, or the call that follows says what is wrong.
  const auto found = session.call("GetSession", JsonWriter().finish());
  if (!found) return {};
  const json::array& projects = items_of(*found, "Projects");
  return projects.size() == 1 && projects.front().is_string() ? std::string(projects.front().get_string())
                                                              : std::string();
}

std::string chain_help() {
  return tr("Name, ChainID, or its first digits", "名称、ChainID，或 ChainID 的前几位");
}

void say_done(const BackendOptions& options, const std::string& what) {
  if (!options.as_json) std::cout << printable(what) << "\n";
}

}  // namespace livecert::cli
