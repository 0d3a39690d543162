#include "signature/authorization.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/trim.h"

namespace livecert::signature {
namespace {

constexpr const char* kExpectedShape =
    "HMAC-SHA256 Credential=<access key ID>/<YYYYMMDD>/<region>/<service>/request, SignedHeaders=<names with ; "
    "between>, Signature=<64 hexadecimal digits>.";

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

struct Fields {
  std::optional<std::string_view> credential;
  std::optional<std::string_view> signed_headers;
  std::optional<std::string_view> signature;
};

base::Result<Fields> split_fields(std::string_view value) {
  value = base::trim(value);
  const std::size_t algorithm_end = std::min(value.find_first_of(" \t"), value.size());
  if (value.substr(0, algorithm_end) != kAlgorithm) {
    return invalid_authorization("It must begin with the algorithm HMAC-SHA256. Expected: " +
                                 std::string(kExpectedShape));
  }
  Fields fields;
  const std::pair<std::string_view, std::optional<std::string_view>*> known[] = {
      {"Credential", &fields.credential},
      {"SignedHeaders", &fields.signed_headers},
      {"Signature", &fields.signature},
  };
  for (const std::string_view part : split(value.substr(algorithm_end), ',', std::size(known))) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = base::trim(part.substr(0, equals));
    const auto* const field =
        std::find_if(std::begin(known), std::end(known), [name](const auto& entry) { return entry.first == name; });
    if (equals == part.size() || field == std::end(known) || field->second->has_value()) {
      return invalid_authorization("Its fields must be Credential, SignedHeaders and Signature, each once. Expected: " +
                                   std::string(kExpectedShape));
    }
    *field->second = base::trim(part.substr(equals + 1));
  }
  return fields;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most) {
  std::vector<std::string_view> parts;
  while (parts.size() < most) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

base::Result<void> read_credential(std::string_view credential, Authorization& authorization) {
  const std::vector<std::string_view> parts = split(credential, '/', 5);
  const bool complete = parts.size() == 5 && std::ranges::all_of(parts, [](std::string_view part) {
                          return !part.empty() && part.size() <= kLongestCredentialPart && is_printable_ascii(part);
                        });
  if (!complete) {
    return invalid_credential("Credential must be <access key ID>/<YYYYMMDD>/<region>/<service>/request.");
  }
  if (parts[4] != kTerminator) return invalid_credential("Credential must end with /request.");
  const bool is_date = parts[1].size() == 8 &&
                       std::all_of(parts[1].begin(), parts[1].end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_date) return invalid_credential("The second part of Credential must be the date of X-Date as YYYYMMDD.");
  authorization.access_key_id = parts[0];
  authorization.scope = {std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
  return {};
}

base::Result<std::vector<std::string>> read_signed_headers(std::string_view text) {
  std::vector<std::string> names;
  const auto parts = split(text, ';', kMostSignedHeaders);
  if (parts.size() > kMostSignedHeaders) {
    return invalid_authorization("SignedHeaders names more than " + std::to_string(kMostSignedHeaders) + " headers.");
  }
  for (const std::string_view part : parts) {
    std::string name = base::to_ascii_lower(base::trim(part));
    if (name.empty() || name.size() > kLongestSignedHeader || !is_printable_ascii(name)) {
      return invalid_authorization("SignedHeaders must be the names of the signed headers with ; between them.");
    }
    names.push_back(std::move(name));
  }
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    return invalid_authorization("SignedHeaders names " + std::string(*twice) + " twice: name each header once.");
  }
  return names;
}

base::Error invalid_authorization(const std::string& what) {
  return {base::ErrorCode::kInvalidAuthorization,
          "Invalid 'Authorization' header, Pls check your authorization header. " + what};
}

base::Error invalid_credential(const std::string& what) {
  return {base::ErrorCode::kInvalidCredential,
          "Invalid credential in 'Authorization', Pls check your authorization header. " + what};
}

base::Error missing_signature(const std::string& remedy) {
  return {base::ErrorCode::kMissingSignature, "The request is missing signature. " + remedy};
}

base::Result<Authorization> parse_authorization(std::string_view value) {
  TRY_ASSIGN(const Fields fields, split_fields(value));
  if (!fields.credential)
    return invalid_authorization("It has no Credential. Expected: " + std::string(kExpectedShape));
  if (!fields.signed_headers) {
    return invalid_authorization("It has no SignedHeaders. Expected: " + std::string(kExpectedShape));
  }
  if (!fields.signature || fields.signature->empty()) {
    return missing_signature("Add Signature=<64 hexadecimal digits> to the Authorization header.");
  }
  Authorization authorization;
  TRY(read_credential(*fields.credential, authorization));
  TRY_ASSIGN(authorization.signed_headers, read_signed_headers(*fields.signed_headers));
  authorization.signature = *fields.signature;
  return authorization;
}

}  // namespace livecert::signature
