#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "base/time.h"

// Output of the API's answers: JSON for scripts, unchanged; text for people.
namespace livecert::cli {

// Prints "livecert: " and the error on standard error, or as a JSON object on one line:
// {"Error": {"Code": …, "Message": …, "Status": …, "RequestId": …, "Remedy": …}}. An error that is not an answer of the
// API has the code "LivecertCommand" and no status. The detail of an error that Session::call() returned is that
// object.
void print_error(const base::Error& error, bool as_json = false);
// Prints "livecert: warning: " and the text on standard error; the command continues.
void print_warning(const std::string& text);

// Prints JSON with line breaks and indentation on standard output, for people and scripts.
void print_json(const boost::json::value& value);

// A member of an object as text: a string, a number, "yes" or "no" for a boolean, the elements of an array of strings
// separated by commas; empty if it is absent.
[[nodiscard]] std::string text_of(const boost::json::value& object, std::string_view member);
[[nodiscard]] bool flag_of(const boost::json::value& object, std::string_view member);
// A member that is an array; an empty one if it is absent. Refers into the object.
[[nodiscard]] const boost::json::array& items_of(const boost::json::value& object, std::string_view member);
const boost::json::array& items_of(boost::json::value&& object, std::string_view member) = delete;
// A member that is an object, or null. Refers into the object.
[[nodiscard]] const boost::json::value& part_of(const boost::json::value& object, std::string_view member);
const boost::json::value& part_of(boost::json::value&& object, std::string_view member) = delete;

// Prints one line for each member, with aligned names. Leaves out absent members.
struct Field {
  std::string label;
  std::string value;
};
[[nodiscard]] std::string to_lines(const std::vector<Field>& fields);

// "2027-02-22 (in 89 d)", "2026-11-01 (23 d ago)": an end of validity, given in RFC 3339, relative to `now`.
[[nodiscard]] std::string end_text(const std::string& time, base::Time now);

// The vendor's word for how long a certificate is still valid, such as "OK", "30days" or "Expire", in words.
[[nodiscard]] std::string status_text(const std::string& status);

// The first digits of a ChainID, enough to identify it.
[[nodiscard]] std::string short_id(const std::string& chain_id);

}  // namespace livecert::cli
