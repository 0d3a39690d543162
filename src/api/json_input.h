#pragma once

#include <utility>

#include <boost/json/object.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "http/uri.h"

// Parameters of an action, bound from a JSON body or from the query.
namespace livecert::api {

// A request's parameters as a JSON object. Every allocation behind it is wiped before it is given back, since a private
// key may be among the members.
class JsonInput {
 public:
  // Whatever the Content-Type said. An empty body and an empty array (PHP's empty object) are an object without
  // members. kUnbindableInput for anything that is not one JSON object.
  [[nodiscard]] static base::Result<JsonInput> parse(base::ByteView body);
  // Each parameter as a member of type string, save Action and Version.
  [[nodiscard]] static base::Result<JsonInput> from_query(const http::QueryParameters& query);

  [[nodiscard]] const boost::json::object& object() const { return object_; }
  // Everything is spelled as strings.
  [[nodiscard]] bool is_query() const { return is_query_; }

 private:
  JsonInput(boost::json::object object, bool is_query) : object_(std::move(object)), is_query_(is_query) {}

  boost::json::object object_;
  bool is_query_;
};

}  // namespace livecert::api
