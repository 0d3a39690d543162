#include "http/message.h"

#include <algorithm>

#include "base/bytes.h"

namespace livecert::http {

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(), [&](const Header& header) {
    return base::equals_ignoring_ascii_case(header.name, name);
  });
  return field == fields_.end() ? std::nullopt : std::optional<std::string_view>(field->value);
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [&](const Header& header) {
    return base::equals_ignoring_ascii_case(header.name, name);
  }));
}

Response plain_answer(int status, const std::string& sentence) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.body = sentence + "\n";
  return response;
}

int status_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kMalformed:
      return 400;
    case Refusal::kHeaderTooLarge:
      return 431;
    case Refusal::kBodyTooLarge:
      return 413;
    case Refusal::kUnknownExpectation:
      return 417;
    case Refusal::kTooSlow:
      return 408;
    case Refusal::kDeadlineExceeded:
      return 504;
    case Refusal::kOverloaded:
      return 503;
  }
  return 500;
}

}  // namespace livecert::http
