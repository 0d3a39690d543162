#include "x509/dns_name.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <string>
#include <vector>

namespace livecert::x509 {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_label_character);
}

bool is_number(std::string_view label) {
  return std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view name) {
  std::vector<std::string_view> labels;
  std::size_t start = 0;
  for (std::size_t dot; (dot = name.find('.', start)) != std::string_view::npos; start = dot + 1) {
    labels.push_back(name.substr(start, dot - start));
  }
  labels.push_back(name.substr(start));
  return labels;
}

}  // namespace

DnsNameState judge_dns_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return DnsNameState::kMalformed;
  const auto labels = split(name);
  const bool is_wildcard = labels.front() == "*";
  const auto first = labels.begin() + (is_wildcard ? 1 : 0);
  if (!std::all_of(first, labels.end(), is_label)) return DnsNameState::kMalformed;
  if (is_wildcard && labels.size() < 3) return DnsNameState::kBroadWildcard;
  // A name that ends in a number is an address, or clients would take it for one.
  return is_number(labels.back()) ? DnsNameState::kMalformed : DnsNameState::kGood;
}

bool is_address(std::string_view text) {
  // The last character tells for nearly all names.
  const bool may_be_one = !text.empty() && ((text.back() >= '0' && text.back() <= '9') || text.find(':') < text.size());
  if (!may_be_one) return false;
  const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
  std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
  return terminated.find('\0') == std::string::npos && (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1 ||
                                                        inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1);
}

}  // namespace livecert::x509
