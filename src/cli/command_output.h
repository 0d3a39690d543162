#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "base/time.h"

// How commands print what the API answered: JSON for scripts, as it came; text for people.
namespace livecert::cli {

// "livecert: " and the error, on standard error.
void print_error(const base::Error& error);
// "livecert: warning: " and the text, on standard error; the command goes on.
void print_warning(const std::string& text);

// Laid out for reading, on standard output.
void print_json(const boost::json::value& value);

// A member of an object as text: a string, a number, "yes" or "no" for a boolean, the elements of an array of strings
// with commas between them; empty when it is not there.
[[nodiscard]] std::string text_of(const boost::json::value& object, std::string_view member);
[[nodiscard]] bool flag_of(const boost::json::value& object, std::string_view member);
// A member that is an array; an empty one when it is not there. Refers into the object.
[[nodiscard]] const boost::json::array& items_of(const boost::json::value& object, std::string_view member);
const boost::json::array& items_of(boost::json::value&& object, std::string_view member) = delete;
// A member that is an object, or null. Refers into the object.
[[nodiscard]] const boost::json::value& part_of(const boost::json::value& object, std::string_view member);
const boost::json::value& part_of(boost::json::value&& object, std::string_view member) = delete;

// One line a member, names aligned. Members that are not there are left out.
struct Field {
  std::string label;
  std::string value;
};
[[nodiscard]] std::string to_lines(const std::vector<Field>& fields);

// "2027-02-22 (in 89 d)", "2026-11-01 (23 d ago)": an end of validity as RFC 3339 has it, seen from `now`.
[[nodiscard]] std::string end_text(const std::string& time, base::Time now);

// The first digits of a ChainID, enough to name it.
[[nodiscard]] std::string short_id(const std::string& chain_id);

}  // namespace livecert::cli
