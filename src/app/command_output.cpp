#include "app/command_output.h"

#include <iostream>
#include <string>
#include <variant>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace livecert::app {
namespace {

namespace json = boost::json;

void print(const json::value& value, const std::string& indent) {
  const std::string deeper = indent + "  ";
  const char* separator = "";
  if (value.is_object() && !value.get_object().empty()) {
    std::cout << "{";
    for (const auto& member : value.get_object()) {
      std::cout << separator << "\n" << deeper << json::serialize(json::value(member.key())) << ": ";
      print(member.value(), deeper);
      separator = ",";
    }
    std::cout << "\n" << indent << "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    std::cout << "[";
    for (const json::value& item : value.get_array()) {
      std::cout << separator << "\n" << deeper;
      print(item, deeper);
      separator = ",";
    }
    std::cout << "\n" << indent << "]";
  } else {
    std::cout << json::serialize(value);
  }
}

std::string text_of(const json::object& object, const char* member) {
  const json::value* value = object.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The member Result (null when there is none), or the error that the answer tells.
base::Result<json::value> result_of(const http::Response& answer) {
  const auto* body = std::get_if<std::string>(&answer.body);
  json::error_code failure;
  json::value document = body == nullptr ? json::value() : json::parse(*body, failure);
  const json::value* metadata = document.is_object() ? document.get_object().if_contains("ResponseMetadata") : nullptr;
  if (failure || metadata == nullptr || !metadata->is_object()) {
    return base::Error{base::ErrorCode::kUpstreamBadAnswer,
                       "the endpoint answered with status " + std::to_string(answer.status) +
                           " and something that is not this API's; is it livecert?"};
  }
  const json::object& told = metadata->get_object();
  if (const json::value* error = told.if_contains("Error"); error != nullptr && error->is_object()) {
    return base::Error{base::ErrorCode::kInvalidInput, text_of(error->get_object(), "Code") + ": " +
                                                           text_of(error->get_object(), "Message") + "\n  (HTTP " +
                                                           std::to_string(answer.status) + ", RequestId " +
                                                           text_of(told, "RequestId") + ")"};
  }
  const json::value* result = document.get_object().if_contains("Result");
  return result == nullptr ? json::value() : *result;
}

}  // namespace

base::Result<void> print_answer(const http::Response& answer) {
  TRY_ASSIGN(const json::value result, result_of(answer));
  if (result.is_null()) {
    std::cout << "done\n";
  } else {
    print(result, "");
    std::cout << "\n";
  }
  return {};
}

base::Result<void> print_chain_pem(const http::Response& answer) {
  TRY_ASSIGN(const json::value result, result_of(answer));
  const json::value* material = result.is_object() ? result.get_object().if_contains("SSL") : nullptr;
  const json::value* chain =
      material != nullptr && material->is_object() ? material->get_object().if_contains("Chain") : nullptr;
  if (chain == nullptr || !chain->is_array()) {
    return base::Error{base::ErrorCode::kUpstreamBadAnswer, "the answer holds no chain"};
  }
  for (const json::value& pem : chain->get_array()) {
    if (pem.is_string()) std::cout << std::string_view(pem.get_string().data(), pem.get_string().size());
  }
  return {};
}

}  // namespace livecert::app
