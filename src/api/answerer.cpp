#include "api/answerer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "translation/translate.h"

namespace livecert::api {
namespace {

// Returns the warnings about an upload, for the log.
std::string warnings_of(const Output& output) {
  const auto* result = std::get_if<boost::json::object>(&output);
  const boost::json::value* warnings = result == nullptr ? nullptr : result->if_contains("Warnings");
  return warnings == nullptr ? "" : boost::json::serialize(*warnings);
}

// English, unless the header Accept-Language prefers Chinese.
base::Language reader_language(const http::Request& request) {
  return translation::language_of(request.headers.find("Accept-Language").value_or(""));
}

// The members of results whose text, or each of whose texts, is a sentence of ours.
constexpr std::array<std::string_view, 6> kSentences{"Detail", "Failure", "Message", "Remedy", "Trouble", "Warnings"};

void translate_text(boost::json::value& value) {
  if (!value.is_string()) return;
  const boost::json::string& text = value.get_string();
  if (auto chinese = translation::find_chinese({text.data(), text.size()})) value = *chinese;
}

// Puts the sentences of a result into Chinese. The nesting is that of our own encoders.
void translate_sentences(boost::json::value& value) {
  if (value.is_array()) {
    for (boost::json::value& item : value.get_array()) translate_sentences(item);
  }
  if (!value.is_object()) return;
  for (boost::json::key_value_pair& member : value.get_object()) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(kSentences, name) == kSentences.end()) {
      translate_sentences(member.value());
    } else if (member.value().is_array()) {
      for (boost::json::value& item : member.value().get_array()) translate_text(item);
    } else {
      translate_text(member.value());
    }
  }
}

// What the log says stays in English.
void translate_for_reader(Output& output, const http::Request& request) {
  auto* const result = std::get_if<boost::json::object>(&output);
  if (result == nullptr || reader_language(request) == base::Language::kEnglish) return;
  boost::json::value value(std::move(*result));
  translate_sentences(value);
  *result = std::move(value.get_object());
}

}  // namespace

Answerer::Answerer(const base::Clock& clock, std::string region, AccessLog access_log)
    : clock_(clock), region_(std::move(region)), access_log_(std::move(access_log)) {}

http::Response Answerer::finish(const Exchange& exchange, base::Result<Output> output) const {
  if (!output) return fail(exchange, output.error());
  AccessRecord record;
  record.code = "OK";
  record.detail = warnings_of(*output);
  translate_for_reader(*output, exchange.request);
  auto response = success_response(metadata_of(exchange), *std::move(output));
  if (!response) return fail(exchange, response.error());
  record.status = response->status;
  log(exchange, std::move(record));
  return *std::move(response);
}

http::Response Answerer::fail(const Exchange& exchange, const base::Error& error, std::optional<int> status) const {
  WireError wire = to_wire(error, exchange.stage);
  wire.status = status.value_or(wire.status);
  WireError told = wire;
  if (reader_language(exchange.request) == base::Language::kChinese) {
    told.message = translation::translated(wire.message, base::Language::kChinese);
  }
  http::Response response = error_response(metadata_of(exchange), told);
  // A use case that refuses because it was called too often limits requests to issuers' servers, by the minute.
  const bool is_of_use_case = error.code == base::ErrorCode::kRateLimited && exchange.retry_after.count() == 0;
  const std::chrono::seconds retry_after = is_of_use_case ? std::chrono::minutes(1) : exchange.retry_after;
  if (retry_after.count() > 0) response.headers.add("Retry-After", std::to_string(retry_after.count()));
  if (error.code == base::ErrorCode::kMethodNotAllowed) response.headers.add("Allow", "GET, POST");
  AccessRecord record;
  record.status = wire.status;
  record.code = wire.code;
  record.message = wire.message;
  record.detail = error.detail;
  log(exchange, std::move(record));
  return response;
}

Metadata Answerer::metadata_of(const Exchange& exchange) const {
  Metadata metadata;
  metadata.request_id = exchange.context.request_id;
  if (exchange.action == nullptr) return metadata;
  metadata.action = exchange.action->name;
  metadata.version = exchange.action->version;
  metadata.service = exchange.action->service;
  metadata.region = region_;
  return metadata;
}

void Answerer::log(const Exchange& exchange, AccessRecord how) const {
  how.request_id = exchange.context.request_id;
  how.peer_address = exchange.context.peer_address;
  how.user = exchange.user;
  how.action = exchange.asked_for;
  if (exchange.action != nullptr) how.known_action = exchange.action->name;
  how.duration = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now() - exchange.request.received);
  access_log_(how);
}

}  // namespace livecert::api
