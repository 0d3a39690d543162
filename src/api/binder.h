#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "api/json_input.h"
#include "base/result.h"

namespace livecert::api {

// The most items of a list.
struct ListSize {
  std::size_t low = 0;
  std::size_t high = 1000;
};

// Binds members to types and collects all errors, so that a client learns all of them at once. Member names match
// without regard to ASCII case; null and, for optional strings, the empty string count as absent. In a query, numbers
// and booleans are text, and commas separate the items of lists. It does not read a list that is too long. It does not
// bind a string that holds a private key, because that would be stored, shown and logged as ordinary text,
// nor one with a NUL character, which not every store can hold.
class Binder {
 public:
  static constexpr std::size_t kNamed = 20;

  explicit Binder(const JsonInput& input)
      : Binder(&input.object(), input.is_query(), "", std::make_shared<Problems>()) {}

  [[nodiscard]] std::optional<std::string> optional_string(std::string_view name) const;
  // A view into the input, for members that may hold a secret or are long.
  [[nodiscard]] std::string_view required_text(std::string_view name) const;
  [[nodiscard]] std::string required_string(std::string_view name) const;
  [[nodiscard]] std::optional<bool> optional_bool(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t low,
                                                             std::int64_t high) const;
  [[nodiscard]] std::int64_t required_integer(std::string_view name, std::int64_t low, std::int64_t high) const;
  [[nodiscard]] std::vector<std::string> optional_strings(std::string_view name, ListSize size = {}) const;
  [[nodiscard]] std::vector<std::string> required_strings(std::string_view name, ListSize size = {}) const;
  [[nodiscard]] std::vector<std::int64_t> optional_integers(std::string_view name, std::int64_t low, std::int64_t high,
                                                            ListSize size = {}) const;
  // The binders of nested objects, which report to the same collection, with paths such as Domains[1].Type.
  [[nodiscard]] Binder required_object(std::string_view name) const;
  [[nodiscard]] std::optional<Binder> optional_object(std::string_view name) const;
  [[nodiscard]] std::vector<Binder> optional_objects(std::string_view name, ListSize size) const;
  [[nodiscard]] std::vector<Binder> required_objects(std::string_view name, ListSize size) const;

  // Reports a member that the caller refuses: "<name> <what>".
  void unbindable(std::string_view name, std::string_view what) const;

  // Documented templates of InvalidParam.OutOfRange.
  void check_one_of(std::string_view name, std::string_view value, const std::vector<std::string_view>& allowed) const;
  // For the length of a text in characters.
  void check_length(std::string_view name, std::string_view text, std::size_t low, std::size_t high) const;

  // kUnbindableInput naming the members that do not bind; otherwise kOutOfRange naming the values that do not fit.
  // Names the first kNamed, and how many more there are.
  [[nodiscard]] base::Result<void> finish() const;

 private:
  class ProblemList {
   public:
    void add(std::string problem);
    [[nodiscard]] std::size_t size() const { return named_.size() + more_; }
    [[nodiscard]] std::string to_text() const;

   private:
    std::vector<std::string> named_;
    std::size_t more_ = 0;
  };
  struct Problems {
    ProblemList unbindable;
    ProblemList out_of_range;
  };

  Binder(const boost::json::object* object, bool is_query, std::string path, std::shared_ptr<Problems> problems);
  [[nodiscard]] const boost::json::value* find(std::string_view name) const;
  // Reports a missing member.
  [[nodiscard]] const boost::json::value* require(std::string_view name) const;
  [[nodiscard]] std::string_view bind_text(std::string_view name, const boost::json::value& value) const;
  // Empty, and reported, if the text holds a private key.
  [[nodiscard]] std::string bind_string(std::string_view name, std::string_view text) const;
  [[nodiscard]] std::optional<std::int64_t> bind_integer(std::string_view name, const boost::json::value& value,
                                                         std::int64_t low, std::int64_t high) const;
  [[nodiscard]] std::vector<std::string> bind_strings(std::string_view name, const boost::json::value& value,
                                                      ListSize size) const;
  [[nodiscard]] Binder bind_object(std::string_view name, const boost::json::value& value) const;
  [[nodiscard]] std::vector<Binder> bind_objects(std::string_view name, const boost::json::value& value,
                                                 ListSize size) const;
  // Whether the number of items of a list is allowed; reports it otherwise.
  [[nodiscard]] bool check_size(std::string_view name, std::size_t items, ListSize size) const;
  void check_count(std::string_view name, std::size_t count, std::size_t low, std::size_t high) const;
  [[nodiscard]] std::string full_name(std::string_view name) const { return path_ + std::string(name); }

  const boost::json::object* object_;  // null: the object itself is missing, and its members are not reported again
  bool is_query_;
  std::string path_;
  std::shared_ptr<Problems> problems_;
};

}  // namespace livecert::api
