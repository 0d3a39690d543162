#include "api/refusal_record.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "api/error_map.h"
#include "audit/record.h"
#include "base/ids.h"
#include "base/shown.h"
#include "domain/account.h"
#include "domain/domain_name.h"
#include "service/audit_book.h"

namespace livecert::api {
namespace {

namespace json = boost::json;
using base::ErrorCode;

constexpr std::array kRightsErrors{
    ErrorCode::kInvalidSecurityToken, ErrorCode::kInvalidAccessKey, ErrorCode::kSignatureMismatch,
    ErrorCode::kActionDenied,         ErrorCode::kProjectForbidden, ErrorCode::kForeignResource,
    ErrorCode::kAccountInactive,
};

bool has_number_form(std::string_view text) {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
bool has_chain_form(std::string_view text) {
  return base::ChainId::parse(text).has_value();
}
bool has_domain_form(std::string_view text) {
  return domain::DomainName::parse(text).has_value();
}
// Secrets have another beginning.
bool has_access_key_form(std::string_view text) {
  return text.starts_with("AK") && text.size() <= 64 && base::shown(text) == text;
}
bool has_name_form(std::string_view text) {
  return domain::parse_name("Name", text).has_value();
}

// The members that name what a call is about, the narrowest first, and their form: anything else in their place may be
// a secret, and is not recorded.
struct SubjectRow {
  std::string_view member;
  bool (*has_form)(std::string_view);
};
constexpr std::array kSubjects{
    SubjectRow{"CertID", has_number_form},
    SubjectRow{"ChainID", has_chain_form},
    SubjectRow{"Domain", has_domain_form},
    SubjectRow{"Domains", has_domain_form},
    SubjectRow{"Edge", has_name_form},
    SubjectRow{"Name", has_name_form},
    SubjectRow{"AccessKeyId", has_access_key_form},
    SubjectRow{"AccountId", has_number_form},
    SubjectRow{"ProjectName", has_name_form},
};

bool equal_but_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string subject_text(const json::value& value, const SubjectRow& row) {
  if (const std::int64_t* number = value.if_int64()) return *number < 0 ? std::string() : std::to_string(*number);
  const json::array* const list = value.if_array();
  if (list != nullptr && list->size() == 1) return subject_text(list->front(), row);
  const json::string* const text = value.if_string();
  return text != nullptr && row.has_form({text->data(), text->size()}) ? std::string(text->data(), text->size())
                                                                       : std::string();
}

std::string subject_of_body(const Exchange& exchange) {
  const auto input = exchange.input_in_query ? JsonInput::from_query(*exchange.input_in_query)
                                             : JsonInput::parse(exchange.request.body);
  return input ? subject_of(*input) : std::string();
}

}  // namespace

std::string subject_of(const JsonInput& input) {
  std::size_t best = kSubjects.size();
  std::string subject;
  for (const auto& member : input.object()) {
    const std::string_view name(member.key().data(), member.key().size());
    for (std::size_t i = 0; i < best; ++i) {
      if (name.size() != kSubjects[i].member.size() || !equal_but_case(name, kSubjects[i].member)) continue;
      std::string text = subject_text(member.value(), kSubjects[i]);
      if (text.empty()) continue;
      best = i;
      subject = std::move(text);
    }
  }
  return subject;
}

void note_refusal(service::Services& services, Exchange& exchange, const base::Error& error) {
  if (services.audit == nullptr || std::ranges::find(kRightsErrors, error.code) == kRightsErrors.end()) return;
  const WireError wire = to_wire(error, exchange.stage);
  const domain::Caller& who = exchange.context.caller;
  audit::Record record;
  record.at = exchange.context.at;
  record.account = who.account;
  record.access_key_id = who.access_key_id;
  if (exchange.action != nullptr) record.action = exchange.action->name;
  record.request_id = exchange.context.request_id;
  record.peer_address = exchange.context.peer_address;
  record.detail = std::string(wire.code);
  // An access key that nobody has may be a secret in the wrong place, and what strangers send is theirs to choose.
  if (!who.access_key_id.empty()) record.detail += ": " + (error.detail.empty() ? wire.message : error.detail);
  services.audit->note_refusal(who.access_key_id, wire.code, std::move(record), [&] {
    if (!exchange.subject.empty() || who.access_key_id.empty()) return exchange.subject;
    return subject_of_body(exchange);
  });
}

}  // namespace livecert::api
