#pragma once

#include <string>
#include <variant>

#include <boost/json/object.hpp>

#include "api/error_map.h"
#include "base/later.h"
#include "base/result.h"
#include "http/message.h"

// The vendor's response structure (documentation page 6469/1121981).
namespace livecert::api {

// ResponseMetadata; unknown members are empty and not sent.
struct Metadata {
  std::string request_id;
  std::string action;
  std::string version;
  std::string service;
  std::string region;
};

// An action's result: nothing (without the member Result), an object, or the text of one that is too long to hold,
// piece by piece as http::BodyProducer.
using Output = std::variant<std::monostate, boost::json::object, http::BodyProducer>;

// The result of an action. Usually it is here at once; the result of an upload comes with the commit.
using Answered = base::Later<base::Result<Output>>;

// Error: the producer's, if it failed before anything was sent.
[[nodiscard]] base::Result<http::Response> success_response(const Metadata& metadata, Output output);
[[nodiscard]] http::Response error_response(const Metadata& metadata, const WireError& error);

}  // namespace livecert::api
