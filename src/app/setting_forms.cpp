#include "app/setting_forms.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <sstream>

#include "base/address_block.h"
#include "base/bytes.h"
#include "base/join.h"
#include "domain/live_domain.h"

namespace livecert::app::form {
namespace {

using base::Result;

// One label or more; an address is no name.
bool is_host_name(const std::string& text) {
  const bool is_address = text.find_first_not_of("0123456789.") == std::string::npos;
  const bool is_short = text.find('.') == std::string::npos;
  return !is_address && domain::DomainName::parse(is_short ? text + ".local" : text).has_value();
}

// The address as inet_ntop(3) writes it, which certificates show too.
std::optional<std::string> plain_address(const std::string& text) {
  const auto bytes = base::parse_address(text);
  if (!bytes) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> plain{};
  const int family = bytes->size() == 4 ? AF_INET : AF_INET6;
  if (::inet_ntop(family, bytes->data(), plain.data(), plain.size()) == nullptr) return std::nullopt;
  return plain.data();
}

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

constexpr std::size_t kLongestRegion = 64;

}  // namespace

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> elements;
  std::istringstream stream(text);
  for (std::string element; std::getline(stream, element, ',');) {
    if (!element.empty()) elements.push_back(element);
  }
  return elements;
}

std::string join_list(const std::vector<std::string>& elements) {
  return base::join(elements, ",");
}

Result<void> Directory::read(std::filesystem::path& target, const std::string& text) {
  std::error_code failure;
  if (!std::filesystem::is_directory(text, failure)) return configuration_error("is not a directory: " + text);
  target = text;
  return {};
}

std::string Trust::range(base::Language language) {
  return std::string(base::Bilingual{"none, system or a PEM file", "none、system 或 PEM 文件"}.in(language));
}

Result<void> Region::read(std::string& target, const std::string& text) {
  if (text.empty() || text.size() > kLongestRegion || !std::ranges::all_of(text, is_label_character)) {
    return configuration_error("must be " + range(base::Language::kEnglish));
  }
  target = text;
  return {};
}

std::string Region::range(base::Language language) {
  const std::string numbers = Number<1, kLongestRegion>::range(language);
  return numbers + std::string(base::Bilingual{" letters, digits and hyphens", " 个字母、数字与连字符"}.in(language));
}

Result<void> ListenAddress::read(std::optional<net::Endpoint>& target, const std::string& text) {
  TRY_ASSIGN(target, net::Endpoint::parse(text));
  return {};
}

std::string ListenAddress::show(const std::optional<net::Endpoint>& target) {
  return target ? target->to_string() : "";
}

Result<void> HostNames::read(std::vector<std::string>& target, const std::string& text) {
  target = split_list(text);
  for (std::string& name : target) {
    if (auto address = plain_address(name)) {
      name = *std::move(address);
      continue;
    }
    if (!is_host_name(name)) {
      return configuration_error("must be host names such as live.example.com, or IP addresses, not " + name);
    }
    name = base::to_ascii_lower(name);
  }
  return {};
}

Result<void> HostName::read(std::string& target, const std::string& text) {
  if (!text.empty() && !is_host_name(text)) {
    return configuration_error("must be a host name such as certs.example.com, not " + text);
  }
  target = base::to_ascii_lower(text);
  return {};
}

Result<void> Roots::read(std::vector<std::filesystem::path>& target, const std::string& text) {
  target.clear();
  for (const std::string& root : split_list(text)) {
    const std::filesystem::path path(root);
    if (!path.is_absolute() || path.lexically_normal().native() != root || root.ends_with('/')) {
      return configuration_error("must be absolute paths without '..', '//' or a slash at their end, not " + root);
    }
    target.push_back(path);
  }
  return {};
}

std::string Roots::show(const std::vector<std::filesystem::path>& target) {
  std::vector<std::string> texts;
  texts.reserve(target.size());
  for (const std::filesystem::path& root : target) texts.push_back(root.string());
  return join_list(texts);
}

Result<void> Balancers::read(std::vector<base::AddressBlock>& target, const std::string& text) {
  target.clear();
  for (const std::string& block : split_list(text)) {
    auto parsed = base::AddressBlock::parse(block);
    if (!parsed) return configuration_error("must be a list of blocks of addresses: " + parsed.error().message);
    if (parsed->bits == 0) {
      return configuration_error("must name balancers: " + block + " would let everybody claim any address");
    }
    target.push_back(*std::move(parsed));
  }
  return {};
}

std::string Balancers::show(const std::vector<base::AddressBlock>& target) {
  std::vector<std::string> texts;
  texts.reserve(target.size());
  for (const base::AddressBlock& block : target) texts.push_back(block.to_string());
  return join_list(texts);
}

Result<void> InsecurePorts::read(outgoing::FetchPolicy& target, const std::string& text) {
  target.allow_private_addresses = true;
  target.ports.clear();
  for (const std::string& port : split_list(text)) {
    TRY((Number<1, 65535>::read(target.ports.emplace_back(), port)));
  }
  return {};
}

std::string InsecurePorts::show(const outgoing::FetchPolicy& target) {
  if (!target.allow_private_addresses) return {};
  std::vector<std::string> texts;
  texts.reserve(target.ports.size());
  for (const std::uint16_t port : target.ports) texts.push_back(std::to_string(port));
  return join_list(texts);
}

}  // namespace livecert::app::form
