#include "api/notify_actions.h"

#include <utility>
#include <variant>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "notices/channel.h"
#include "outgoing/call.h"
#include "service/notify_channels.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAccounts = 100;
constexpr std::size_t kMaxRecipients = 50;

std::string language_word(base::Language language) {
  return language == base::Language::kChinese ? "zh" : "en";
}

std::string time_text(const std::optional<base::Time>& time) {
  return time ? base::to_rfc3339(*time) : "";
}

notices::Channel bind_channel(const Binder& binder) {
  notices::Channel channel;
  channel.name = binder.required_string("Name");
  const std::string kind = binder.required_string("Kind");
  if (const auto known = notices::parse_channel_kind(kind)) {
    channel.kind = *known;
  } else if (!kind.empty()) {
    binder.unbindable("Kind", "must be one of " + notices::channel_kinds(", "));
  }
  const std::string language = binder.optional_string("Language").value_or("en");
  binder.check_one_of("Language", language, {"en", "zh"});
  if (language == "zh") channel.language = base::Language::kChinese;
  for (const std::string& text : binder.optional_strings("Accounts", {0, kMaxAccounts})) {
    if (const auto account = base::AccountId::parse(text)) {
      channel.accounts.push_back(*account);
    } else {
      binder.unbindable("Accounts", "must be ids of accounts");
    }
  }
  if (const auto quiet = binder.optional_string("QuietHours")) {
    auto hours = notices::QuietHours::parse(*quiet);
    if (hours) {
      channel.quiet = *std::move(hours);
    } else {
      binder.unbindable("QuietHours", "must look like 22:00-07:00+08:00");
    }
  }
  channel.to = binder.optional_strings("To", {0, kMaxRecipients});
  channel.from = binder.optional_string("From").value_or("");
  channel.user = binder.optional_string("User").value_or("");
  return channel;
}

json::array to_array(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

json::object channel_item(const service::ListedChannel& listed) {
  const notices::Channel channel = listed.channel.value_or(notices::Channel());
  json::object object;
  object["Name"] = listed.name;
  object["Kind"] = listed.channel ? notices::to_text(channel.kind) : "";
  object["Host"] = channel.host;
  object["Language"] = language_word(channel.language);
  json::array& accounts = object["Accounts"].emplace_array();
  for (const base::AccountId account : channel.accounts) accounts.emplace_back(account.to_string());
  object["QuietHours"] = channel.quiet ? channel.quiet->to_text() : "";
  object["To"] = to_array(channel.to);
  object["From"] = channel.from;
  object["User"] = channel.user;
  object["Open"] = listed.told;
  object["DeliveredAt"] = time_text(listed.state.delivered_at);
  object["Failures"] = listed.state.failures;
  object["Failure"] = listed.channel ? listed.state.failure : "it was made by another release: add it again";
  object["FailingSince"] = time_text(listed.state.failing_since);
  object["NextTry"] = time_text(listed.state.next_try);
  return object;
}

// The address is left out, because it may be a secret; a signature is none.
json::object preview_item(const service::NoticePreview& preview) {
  json::object object;
  object["Example"] = preview.is_example;
  object["Notices"] = preview.notices;
  object["Host"] = preview.host;
  json::array& headers = object["Headers"].emplace_array();
  if (const auto* const call = std::get_if<outgoing::Call>(&preview.sending)) {
    for (const auto& [name, value] : call->headers) headers.emplace_back(std::string(name).append(": ").append(value));
    object["Body"] = call->body;
  } else {
    object["Body"] = std::get<outgoing::Mail>(preview.sending).message;
  }
  return object;
}

}  // namespace

std::string notify_kinds(std::string_view separator) {
  return notices::channel_kinds(separator);
}

base::Result<Output> create_notify_channel(service::Services& services, const service::Context& context,
                                           const JsonInput& json) {
  const Binder binder(json);
  notices::Channel channel = bind_channel(binder);
  const notices::ChannelSecret secret{std::string(binder.required_text("URL")),
                                      binder.optional_string("Secret").value_or("")};
  TRY(binder.finish());
  TRY_ASSIGN(channel, service::create_notify_channel(services, context, std::move(channel), secret));
  json::object result;
  result["Name"] = channel.name;
  result["Kind"] = notices::to_text(channel.kind);
  result["Host"] = channel.host;
  return Output(std::move(result));
}

base::Result<Output> list_notify_channels(service::Services& services, const service::Context& /*context*/,
                                          const JsonInput& /*json*/) {
  TRY_ASSIGN(const auto channels, service::list_notify_channels(services));
  json::object result;
  json::array& list = result["NotifyChannelList"].emplace_array();
  for (const service::ListedChannel& channel : channels) list.push_back(channel_item(channel));
  return Output(std::move(result));
}

base::Result<Output> delete_notify_channel(service::Services& services, const service::Context& context,
                                           const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("Name");
  TRY(binder.finish());
  TRY(service::delete_notify_channel(services, context, name));
  return Output();
}

base::Result<Output> test_notify_channel(service::Services& services, const service::Context& /*context*/,
                                         const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("Name");
  TRY(binder.finish());
  TRY_ASSIGN(const notices::Verdict verdict, service::test_notify_channel(services, name));
  json::object result;
  result["Delivered"] = verdict.kind == notices::Verdict::Kind::kDelivered;
  result["Failure"] = verdict.why;
  return Output(std::move(result));
}

base::Result<Output> preview_notice(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("Name");
  TRY(binder.finish());
  TRY_ASSIGN(const service::NoticePreview preview, service::preview_notice(services, name, context.at));
  return Output(preview_item(preview));
}

}  // namespace livecert::api
