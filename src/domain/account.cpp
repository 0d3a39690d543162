#include "domain/account.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/shown.h"
#include "domain/domain_name.h"

namespace livecert::domain {
namespace {

constexpr std::size_t kMaxAccountName = 64;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
}

bool is_length_between(std::string_view text, std::size_t low, std::size_t high) {
  return text.size() >= low && text.size() <= high;
}

}  // namespace

bool Caller::may_use_project(std::string_view project) const {
  return projects.empty() || std::find(projects.begin(), projects.end(), project) != projects.end();
}

bool Caller::may_use_domain(std::string_view name) const {
  return domains.empty() || std::any_of(domains.begin(), domains.end(), [&](const std::string& pattern) {
           return matches_domain_pattern(pattern, name);
         });
}

std::optional<std::string> Caller::first_outside(const std::vector<std::string>& names) const {
  const auto outside =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) { return !may_use_domain(name); });
  return outside == names.end() ? std::nullopt : std::optional(*outside);
}

base::Result<std::string> parse_domain_pattern(std::string_view text) {
  const bool is_wildcard = text.starts_with("*.");
  const auto name = DomainName::parse(is_wildcard ? text.substr(2) : text);
  if (name) return (is_wildcard ? "*." : "") + std::string(name->view());
  return base::Error{base::ErrorCode::kInvalidInput,
                     "Domains must be host names such as live.example.net, or "
                     "*.example.net for all below it, not " +
                         base::shown(text)};
}

bool matches_domain_pattern(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with("*.")) return base::equals_ignoring_ascii_case(pattern, name);
  const std::string_view end = pattern.substr(1);  // .example.net
  return name.size() > end.size() && base::equals_ignoring_ascii_case(name.substr(name.size() - end.size()), end);
}

base::Result<std::string> parse_name(std::string_view what, std::string_view text) {
  const bool fits = !text.empty() && text.size() <= kMaxAccountName && is_alphanumeric(text.front()) &&
                    std::all_of(text.begin(), text.end(), is_name_character);
  if (!fits) {
    return base::Error{
        base::ErrorCode::kInvalidInput,
        std::string(what) + " must be 1 to 64 letters, digits, '-', '_' or '.', beginning with a letter or digit"};
  }
  return std::string(text);
}

base::Result<std::string> parse_access_key_id(std::string_view text) {
  if (!is_length_between(text, 8, 128) || !std::all_of(text.begin(), text.end(), is_name_character)) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "AccessKeyId must be 8 to 128 letters, digits, '-', '_' or '.'; did the secret get there?"};
  }
  if (text.starts_with("AKTP")) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "AccessKeyId is a temporary key's (AKTP…): import the key that it was made with"};
  }
  return std::string(text);
}

base::Result<void> check_access_secret(std::string_view secret) {
  const auto is_printable = [](char c) { return c > ' ' && c <= '~'; };
  if (is_length_between(secret, 16, 256) && std::all_of(secret.begin(), secret.end(), is_printable)) return {};
  return base::Error{base::ErrorCode::kInvalidInput,
                     "SecretAccessKey must be 16 to 256 printable ASCII characters without blanks"};
}

}  // namespace livecert::domain
