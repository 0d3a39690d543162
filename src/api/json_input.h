#pragma once

#include <utility>

#include <boost/json/object.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "http/uri.h"

// Parameters of an action, bound from a JSON body or from the query.
namespace livecert::api {

// A request's parameters as a JSON object. Every allocation is wiped before it is freed, because a private key may be
// among the members.
class JsonInput {
 public:
  // Ignores the Content-Type. An empty body and an empty array (PHP's empty object) are an object without members.
  // kUnbindableInput for anything else that is not one JSON object.
  [[nodiscard]] static base::Result<JsonInput> parse(base::ByteView body);
  // Makes each parameter except Action and Version a member of type string.
  [[nodiscard]] static base::Result<JsonInput> from_query(const http::QueryParameters& query);

  [[nodiscard]] const boost::json::object& object() const { return object_; }
  // Whether all values are strings.
  [[nodiscard]] bool is_query() const { return is_query_; }

 private:
  JsonInput(boost::json::object object, bool is_query) : object_(std::move(object)), is_query_(is_query) {}

  boost::json::object object_;
  bool is_query_;
};

}  // namespace livecert::api
