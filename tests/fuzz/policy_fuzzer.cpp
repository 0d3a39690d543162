#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "rights/policy.h"

namespace {

using namespace livecert;
namespace json = boost::json;

constexpr std::string_view kAction = "live:CreateCert";

bool allows(std::string_view policy, std::string_view action) {
  const base::Time now = base::from_unix_seconds(1718781186);
  return rights::evaluate_policy(policy, {action, "192.0.2.7", now, "1"}).verdict == rights::Verdict::kAllow;
}

// Whether the pattern fits, in the simplest way; only for short patterns.
bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return fits(pattern.substr(1), text) || (!text.empty() && fits(pattern, text.substr(1)));
  }
  return !text.empty() && base::equals_ignoring_ascii_case(pattern.substr(0, 1), text.substr(0, 1)) &&
         fits(pattern.substr(1), text.substr(1));
}

json::object statement(std::string_view effect, std::string_view action) {
  return {
      {"Effect", json::string(effect)}, {"Action", json::array{json::string(action)}}, {"Resource", json::array{"*"}}};
}

std::string policy_of(json::array statements) {
  return json::serialize(json::object{{"Statement", std::move(statements)}});
}

void check_pattern(std::string_view pattern) {
  const bool is_plain = std::ranges::all_of(pattern, [](char c) { return c >= ' ' && c <= '~'; });
  if (pattern.size() > 12 || !is_plain) return;
  const bool does_fit = fits(pattern, kAction);
  LIVECERT_CHECK(allows(policy_of({statement("Allow", pattern)}), kAction) == does_fit);
  LIVECERT_CHECK(allows(policy_of({statement("Allow", "*"), statement("Deny", pattern)}), kAction) == !does_fit);
}

// Additions to a policy never make it allow more: neither an unknown member nor a denial.
void check_restrictions(const json::object& policy, bool is_allowed) {
  const json::value* statements = policy.if_contains("Statement");
  if (statements == nullptr || !statements->is_array()) {
    LIVECERT_CHECK(!is_allowed);
    return;
  }
  json::object changed = policy;
  json::array& list = changed["Statement"].as_array();
  list.emplace_back(statement("Deny", "live:*"));
  LIVECERT_CHECK(!allows(json::serialize(changed), kAction));
  list.back() = json::object{{"Effect", "Allow"}};
  LIVECERT_CHECK(!allows(json::serialize(changed), kAction));
}

}  // namespace

// A policy: an unreadable one allows nothing, another spelling of it means the same, and a pattern fits what it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  check_pattern(text);
  const bool is_allowed = allows(text, kAction);
  json::error_code failure;
  const json::value policy = json::parse(text, failure);
  if (failure || !policy.is_object()) {
    LIVECERT_CHECK(!is_allowed);
    return 0;
  }
  const std::string rewritten = json::serialize(policy);
  check_restrictions(policy.get_object(), is_allowed);
  // Members that are there twice are lost in writing, and refused in reading.
  LIVECERT_CHECK(allows(rewritten, kAction) == is_allowed || !is_allowed);
  return 0;
}
