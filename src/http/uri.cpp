#include "http/uri.h"

#include <algorithm>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "base/bytes.h"
#include "http/query_limit.h"

namespace livecert::http {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// Decodes one name or value of a query; nullopt when a "%" is not followed by two hexadecimal digits.
std::optional<std::string> decode_query_part(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      decoded += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::optional<QueryParameters> parse_query(std::string_view raw) {
  QueryParameters query;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view part = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (part.empty()) continue;
    if (query.size() == kMostQueryParameters) return std::nullopt;
    const std::size_t equals = part.find('=');
    auto name = decode_query_part(part.substr(0, equals));
    auto value = decode_query_part(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    query.emplace_back(*std::move(name), *std::move(value));
  }
  return query;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || !std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return std::nullopt;
  }
  if (target.front() != '/') {
    const std::size_t scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return std::nullopt;
    const std::string scheme = base::to_ascii_lower(target.substr(0, scheme_end));
    if (scheme != "http" && scheme != "https") return std::nullopt;
    target.remove_prefix(scheme_end + 3);
    const std::size_t authority_end = std::min(target.find_first_of("/?"), target.size());
    if (authority_end == 0) return std::nullopt;
    target.remove_prefix(authority_end);
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  Target parsed;
  parsed.path = target.substr(0, question);
  if (parsed.path.empty()) parsed.path = "/";
  parsed.raw_query = target.substr(std::min(question + 1, target.size()));
  auto query = parse_query(parsed.raw_query);
  if (!query) return std::nullopt;
  parsed.query = *std::move(query);
  return parsed;
}

std::optional<std::string_view> find_parameter(const QueryParameters& query, std::string_view name) {
  const auto found = std::find_if(query.begin(), query.end(), [&](const auto& pair) { return pair.first == name; });
  return found == query.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string percent_encode(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

HostAndPort split_host(std::string_view authority) {
  // The colons inside an IPv6 literal's brackets are not the port's.
  const std::size_t after_literal = authority.find(']');
  const std::size_t colon = authority.find(':', after_literal == std::string_view::npos ? 0 : after_literal);
  if (colon == std::string_view::npos) return {authority, {}};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

}  // namespace livecert::http
