#include "outgoing/wire.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace livecert::outgoing {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

enum class Kind : std::uint8_t { kCall = 1, kMail = 2, kFetch = 3, kAnswer = 129, kFetched = 130, kFailure = 131 };

// Far above what anybody sends, and far below what would harm.
constexpr std::size_t kMaxItems = 1000;
constexpr std::size_t kMaxLocation = 8192;

constexpr std::array kFailureCodes{base::ErrorCode::kUpstreamFailure, base::ErrorCode::kUpstreamBadAnswer,
                                   base::ErrorCode::kDeadlineExceeded};

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

class Writer {
 public:
  void number(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      content_.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
    }
  }
  void flag(bool value) { content_.push_back(value ? 1 : 0); }
  void bytes(base::ByteView value) {
    number(value.size());
    content_.insert(content_.end(), value.begin(), value.end());
  }
  void text(std::string_view value) { bytes(base::as_bytes(value)); }

  [[nodiscard]] std::size_t size() const { return content_.size(); }
  [[nodiscard]] Frame frame(std::uint64_t id, Kind kind) && {
    return {id, static_cast<std::uint8_t>(kind), std::move(content_)};
  }

 private:
  base::WipedBuffer content_;
};

// Reads what a Writer wrote. After a fault it returns zeros and is_whole() is false.
class Reader {
 public:
  explicit Reader(base::ByteView content) : rest_(content) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(8)) value = value << 8U | byte;
    return value;
  }
  // At most `limit`.
  std::uint64_t number(std::uint64_t limit) {
    const std::uint64_t value = number();
    if (value <= limit) return value;
    is_good_ = false;
    return 0;
  }
  bool flag() {
    const base::ByteView byte = take(1);
    if (!byte.empty() && byte[0] > 1) is_good_ = false;
    return !byte.empty() && byte[0] == 1;
  }
  base::ByteView bytes() { return take(number(rest_.size())); }
  std::string text() { return std::string(base::as_text(bytes())); }
  milliseconds time() { return milliseconds(static_cast<milliseconds::rep>(number(kLongest))); }

  // Everything was read, and nothing was missing.
  [[nodiscard]] bool is_whole() const { return is_good_ && rest_.empty(); }
  [[nodiscard]] bool is_good() const { return is_good_; }

 private:
  static constexpr std::uint64_t kLongest = 24UL * 3600 * 1000;  // of a timeout, in milliseconds

  base::ByteView take(std::uint64_t size) {
    if (!is_good_ || size > rest_.size()) {
      is_good_ = false;
      return {};
    }
    const base::ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  base::ByteView rest_;
  bool is_good_ = true;
};

Kind write_request(Writer& out, const Call& call) {
  out.text(call.method);
  out.text(call.url);
  out.number(call.headers.size());
  for (const auto& [name, value] : call.headers) {
    out.text(name);
    out.text(value);
  }
  out.text(call.body);
  out.number(call.max_answer_bytes);
  return Kind::kCall;
}

Call read_call(Reader& in) {
  Call call;
  call.method = in.text();
  call.url = in.text();
  for (std::uint64_t left = in.number(kMaxItems); left > 0 && in.is_good(); --left) {
    std::string name = in.text();
    call.headers.emplace_back(std::move(name), in.text());
  }
  call.body = in.text();
  call.max_answer_bytes = in.number(kMaxContent);
  return call;
}

Kind write_request(Writer& out, const Mail& mail) {
  out.text(mail.url);
  out.flag(mail.demand_tls);
  out.text(mail.user);
  out.text(mail.password);
  out.text(mail.from);
  out.number(mail.to.size());
  for (const std::string& to : mail.to) out.text(to);
  out.text(mail.message);
  return Kind::kMail;
}

Mail read_mail(Reader& in) {
  Mail mail;
  mail.url = in.text();
  mail.demand_tls = in.flag();
  mail.user = in.text();
  mail.password = in.text();
  mail.from = in.text();
  for (std::uint64_t left = in.number(kMaxItems); left > 0 && in.is_good(); --left) mail.to.push_back(in.text());
  mail.message = in.text();
  return mail;
}

Kind write_request(Writer& out, const Fetch& fetch) {
  out.text(fetch.url);
  out.flag(fetch.allow_private_addresses);
  out.number(fetch.ports.size());
  for (const std::uint16_t port : fetch.ports) out.number(port);
  out.number(fetch.max_bytes);
  return Kind::kFetch;
}

Fetch read_fetch(Reader& in) {
  Fetch fetch;
  fetch.url = in.text();
  fetch.allow_private_addresses = in.flag();
  for (std::uint64_t left = in.number(kMaxItems); left > 0 && in.is_good(); --left) {
    fetch.ports.push_back(static_cast<std::uint16_t>(in.number(UINT16_MAX)));
  }
  fetch.max_bytes = in.number(kMaxContent);
  return fetch;
}

Kind write_reply(Writer& out, const Answer& answer) {
  out.number(static_cast<std::uint64_t>(answer.status));
  out.text(answer.body);
  out.flag(answer.retry_after.has_value());
  if (answer.retry_after) out.number(static_cast<std::uint64_t>(answer.retry_after->count()));
  return Kind::kAnswer;
}

Answer read_answer(Reader& in) {
  constexpr std::uint64_t kLargestStatus = 999;
  constexpr std::uint64_t kLongestPause = 10UL * 365 * 24 * 3600;  // seconds
  Answer answer;
  answer.status = static_cast<int>(in.number(kLargestStatus));
  answer.body = in.text();
  if (in.flag()) {
    answer.retry_after = std::chrono::seconds(static_cast<std::chrono::seconds::rep>(in.number(kLongestPause)));
  }
  return answer;
}

Kind write_reply(Writer& out, const Fetched& fetched) {
  out.bytes(fetched.body);
  out.flag(fetched.location.has_value());
  if (fetched.location) out.text(*fetched.location);
  return Kind::kFetched;
}

std::optional<Fetched> read_fetched(Reader& in) {
  Fetched fetched{base::to_bytes(in.bytes()), std::nullopt};
  if (in.flag()) fetched.location = in.text();
  if (fetched.location && (fetched.location->size() > kMaxLocation || !is_printable(*fetched.location))) return {};
  return fetched;
}

Kind write_reply(Writer& out, const Failure& failure) {
  const auto* const found = std::ranges::find(kFailureCodes, failure.code);
  out.number(static_cast<std::uint64_t>(found == kFailureCodes.end() ? 0 : found - kFailureCodes.begin()));
  out.text(failure.reason);
  return Kind::kFailure;
}

std::optional<Failure> read_failure(Reader& in) {
  Failure failure;
  failure.code = kFailureCodes[in.number(kFailureCodes.size() - 1)];
  failure.reason = in.text();
  if (failure.reason.size() > kMaxReason || !is_printable(failure.reason)) return {};
  return failure;
}

std::optional<Reply> parse_kind_of_reply(Kind kind, Reader& in) {
  switch (kind) {
    case Kind::kAnswer:
      return read_answer(in);
    case Kind::kFetched:
      return read_fetched(in);
    case Kind::kFailure:
      return read_failure(in);
    default:
      return {};
  }
}

std::optional<Request> parse_kind_of_request(Kind kind, Reader& in) {
  switch (kind) {
    case Kind::kCall:
      return read_call(in);
    case Kind::kMail:
      return read_mail(in);
    case Kind::kFetch:
      return read_fetch(in);
    default:
      return {};
  }
}

void set_timeout(Request& request, milliseconds time) {
  struct Setter {
    milliseconds time;
    void operator()(Call& call) const { call.timeout = time; }
    void operator()(Mail& mail) const { mail.timeout = time; }
    void operator()(Fetch& fetch) const { fetch.time = time; }
  };
  std::visit(Setter{time}, request);
}

Frame frame_of(std::uint64_t id, const Reply& reply) {
  Writer out;
  const Kind kind = std::visit([&](const auto& one) { return write_reply(out, one); }, reply);
  return std::move(out).frame(id, kind);
}

}  // namespace

milliseconds timeout_of(const Request& request) {
  struct Getter {
    milliseconds operator()(const Call& call) const { return call.timeout; }
    milliseconds operator()(const Mail& mail) const { return mail.timeout; }
    milliseconds operator()(const Fetch& fetch) const { return fetch.time; }
  };
  return std::visit(Getter(), request);
}

std::optional<Frame> to_frame(std::uint64_t id, const Ordered& ordered) {
  Writer out;
  out.number(static_cast<std::uint64_t>(timeout_of(ordered.request).count()));
  out.number(static_cast<std::uint64_t>(nanoseconds(ordered.due.time_since_epoch()).count()));
  const Kind kind = std::visit([&](const auto& one) { return write_request(out, one); }, ordered.request);
  Frame frame = std::move(out).frame(id, kind);
  // What the other side would refuse is not sent.
  if (frame.content.size() > kMaxContent || !parse_request(frame)) return std::nullopt;
  return frame;
}

std::optional<Ordered> parse_request(const Frame& frame) {
  Reader in(frame.content);
  const milliseconds timeout = in.time();
  const auto due = static_cast<nanoseconds::rep>(in.number(static_cast<std::uint64_t>(nanoseconds::max().count())));
  auto request = parse_kind_of_request(static_cast<Kind>(frame.kind), in);
  if (!request || !in.is_whole()) return std::nullopt;
  set_timeout(*request, timeout);
  return Ordered{*std::move(request), steady_clock::time_point(nanoseconds(due))};
}

Frame to_frame(std::uint64_t id, const Reply& reply) {
  Frame frame = frame_of(id, reply);
  if (frame.content.size() <= kMaxContent && parse_reply(frame)) return frame;
  return frame_of(id, Failure{base::ErrorCode::kUpstreamBadAnswer, "the answer cannot be used"});
}

std::optional<Reply> parse_reply(const Frame& frame) {
  Reader in(frame.content);
  auto reply = parse_kind_of_reply(static_cast<Kind>(frame.kind), in);
  if (!reply || !in.is_whole()) return std::nullopt;
  return reply;
}

bool fits(const Reply& reply, const Request& request) {
  if (std::holds_alternative<Failure>(reply)) return true;
  if (const auto* fetch = std::get_if<Fetch>(&request)) {
    const auto* fetched = std::get_if<Fetched>(&reply);
    return fetched != nullptr && fetched->body.size() <= fetch->max_bytes;
  }
  const auto* answer = std::get_if<Answer>(&reply);
  const auto* call = std::get_if<Call>(&request);
  return answer != nullptr && answer->body.size() <= (call != nullptr ? call->max_answer_bytes : kMaxMailReply);
}

}  // namespace livecert::outgoing
