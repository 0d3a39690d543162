#include "edge/drivers/haproxy_answer.h"

#include <algorithm>
#include <array>

namespace livecert::edge {
namespace {

using base::ErrorCode;

// The text between the two; empty when they are not there.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + begin.size());
  const std::size_t to = text.find(end);
  return to == std::string_view::npos ? std::string_view() : text.substr(0, to);
}

struct Phrase {
  std::string_view words;
  ErrorCode code;
  std::string_view remedy;
};

// The first phrase that occurs counts: phrases about HAProxy as a whole come before those that may be about the
// certificate.
constexpr std::array kPhrases{
    Phrase{"Permission denied", ErrorCode::kUpstreamFailure, "; the `stats socket` needs `level admin`"},
    Phrase{"Unknown command", ErrorCode::kUpstreamFailure, "; HAProxy 2.2 or later is needed"},
    Phrase{": crt-list '", ErrorCode::kUpstreamFailure,
           "; is it named, by exactly this path, in a `bind` line of the HAProxy that runs?"},
    // While HAProxy commits a certificate that many lines use.
    Phrase{"are currently locked", ErrorCode::kUpstreamFailure, "; something else changes certificates at this moment"},
    Phrase{"ongoing transaction", ErrorCode::kUpstreamFailure, "; something else changes certificates at this moment"},
    Phrase{"is not referenced by the configuration", ErrorCode::kUpstreamFailure, ""},
    Phrase{"the crt-list: certificate '", ErrorCode::kUpstreamFailure, "; something else has taken it away"},
    // `set`, `commit` and `add` end with these when they refuse what they were given.
    Phrase{"Can't update ", ErrorCode::kUpstreamBadAnswer, ""},
    Phrase{"Can't commit ", ErrorCode::kUpstreamBadAnswer, ""},
    Phrase{"Can't edit the crt-list", ErrorCode::kUpstreamBadAnswer, ""},
};

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

// A piece of base64 that is shorter than this reveals nothing in another text.
constexpr std::size_t kHarmless = 8;
constexpr std::size_t kLongestQuote = 300;

bool is_from(std::string_view piece, std::string_view payload) {
  if (piece.size() < kHarmless) return false;
  for (std::size_t at = 0; at + kHarmless <= piece.size(); ++at) {
    if (payload.find(piece.substr(at, kHarmless)) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

// A HAProxy that took lines of a payload for commands may repeat them, so pieces of base64 from the payload are left
// out.
std::string quote(std::string_view words, base::ByteView payload) {
  std::string quoted;
  while (!words.empty() && quoted.size() < kLongestQuote) {
    const auto end = std::ranges::find_if_not(words, is_base64);
    const std::string_view piece = words.substr(0, static_cast<std::size_t>(end - words.begin()));
    quoted += is_from(piece, base::as_text(payload)) ? "..." : piece;
    words.remove_prefix(piece.size());
    if (words.empty()) break;
    const char separator = is_printable(words.front()) ? words.front() : ' ';
    if (separator != ' ' || !quoted.ends_with(' ')) quoted += separator;
    words.remove_prefix(1);
  }
  if (quoted.size() > kLongestQuote) quoted.resize(kLongestQuote);
  while (quoted.ends_with(' ')) quoted.pop_back();
  return quoted;
}

std::string_view other_transaction(std::string_view answer) {
  return between(answer, "The ongoing transaction is about '", "' but you are trying to ");
}

std::string_view transaction_written(std::string_view answer) {
  const std::string_view created = between(answer, "Transaction created for certificate ", "!\n");
  return created.empty() ? between(answer, "Transaction updated for certificate ", "!\n") : created;
}

base::Error refusal(const std::string& what, std::string_view answer, base::ByteView payload) {
  const auto* const phrase = std::ranges::find_if(
      kPhrases, [&](const Phrase& known) { return answer.find(known.words) != std::string_view::npos; });
  const bool is_known = phrase != kPhrases.end();
  return {is_known ? phrase->code : ErrorCode::kUpstreamFailure,
          what + ": " + quote(answer, payload) + std::string(is_known ? phrase->remedy : "")};
}

}  // namespace livecert::edge
