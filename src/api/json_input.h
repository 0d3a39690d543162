#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  [[nodiscard]] static JsonInput from_query(const http::QueryParameters& query);

  [[nodiscard]] const boost::json::object& object() const { return object_; }
  // Numbers and booleans may be spelled as strings.
  [[nodiscard]] bool is_query() const { return is_query_; }

 private:
  JsonInput(boost::json::object object, bool is_query) : object_(std::move(object)), is_query_(is_query) {}

  boost::json::object object_;
  bool is_query_;
};

// Binds members to types and collects everything that is wrong, so that a client learns all of it at once. Member names
// match without regard to ASCII case; null and, for optional strings, the empty string count as absent.
class Binder {
 public:
  explicit Binder(const JsonInput& input)
      : Binder(&input.object(), input.is_query(), "", std::make_shared<Problems>()) {}

  [[nodiscard]] std::optional<std::string> optional_string(std::string_view name) const;
  // A view into the input, for members that may hold a secret or are long.
  [[nodiscard]] std::string_view required_text(std::string_view name) const;
  [[nodiscard]] std::string required_string(std::string_view name) const { return std::string(required_text(name)); }
  [[nodiscard]] std::optional<bool> optional_bool(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t low,
                                                             std::int64_t high) const;
  [[nodiscard]] std::vector<std::string> optional_strings(std::string_view name) const;
  // The binder of a nested object, which reports into the same collection.
  [[nodiscard]] Binder required_object(std::string_view name) const;

  // Documented templates of InvalidParam.OutOfRange.
  void check_one_of(std::string_view name, std::string_view value, const std::vector<std::string_view>& allowed) const;
  void check_length(std::string_view name, std::string_view text, std::size_t low, std::size_t high) const;

  // kUnbindableInput naming every member that does not bind; else kOutOfRange naming every value that does not fit.
  [[nodiscard]] base::Result<void> finish() const;

 private:
  struct Problems {
    std::vector<std::string> unbindable;
    std::vector<std::string> out_of_range;
  };

  Binder(const boost::json::object* object, bool is_query, std::string path, std::shared_ptr<Problems> problems);
  [[nodiscard]] const boost::json::value* find(std::string_view name) const;
  [[nodiscard]] std::string full_name(std::string_view name) const { return path_ + std::string(name); }
  void unbindable(std::string_view name, std::string_view what) const;

  const boost::json::object* object_;  // null: the object itself is missing, so that nothing of it is reported again
  bool is_query_;
  std::string path_;
  std::shared_ptr<Problems> problems_;
};

}  // namespace livecert::api
