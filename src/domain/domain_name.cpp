#include "domain/domain_name.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"

namespace livecert::domain {
namespace {

// Letters, digits and hyphens.
bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// RFC 1123 §2.1.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, is_host_character);
}

bool is_host_name(std::string_view text) {
  std::size_t labels = 0;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    ++labels;
    if (dot == std::string_view::npos) return labels >= 2;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

DomainName::DomainName(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
  std::ranges::copy(text, text_.begin());
}

base::Result<DomainName> DomainName::parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxSize) {
    return base::Error{base::ErrorCode::kOutOfRange, "length of Domain should be between 1 and 60"};
  }
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return base::Error{
        base::ErrorCode::kInvalidInput,
        "Domain must be a host name in ASCII: write a name in another script in its xn-- form (punycode)"};
  }
  if (!is_host_name(text)) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "Domain must be a host name such as live.example.com: letters, digits and hyphens between dots"};
  }
  return DomainName(base::to_ascii_lower(text));
}

std::optional<DomainName> DomainName::from_store(std::string_view row) {
  if (row.size() > kMaxSize) return std::nullopt;
  return DomainName(row);
}

DomainName DomainName::of_literal(std::string_view text) {
  const auto name = parse(text);
  LIVECERT_CHECK(name && *name == text);
  return *name;
}

std::vector<std::string> texts_of(const std::vector<DomainName>& names) {
  return {names.begin(), names.end()};
}

}  // namespace livecert::domain
