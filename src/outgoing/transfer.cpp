#include "outgoing/transfer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <exception>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "base/check.h"
#include "libcurl/library.h"
#include "outgoing/public_address.h"

namespace livecert::outgoing {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

const libcurl::Library& curl() {
  return libcurl::library();
}

Failure bad_request(std::string_view reason) {
  return {ErrorCode::kUpstreamFailure, std::string(reason)};
}

// What a server sends, up to a limit. With kCut the rest is not awaited; else it is a failure.
struct Incoming {
  enum class Beyond { kCut, kFail };
  std::size_t max_bytes = 0;
  Beyond beyond = Beyond::kFail;
  std::string body = {};
  bool is_full = false;
};

// Returns less than it was given to end the transfer; no exception may cross curl.
std::size_t take_incoming(const char* data, std::size_t size, std::size_t count, void* context) {
  auto& incoming = *static_cast<Incoming*>(context);
  const std::size_t bytes = size * count;
  const std::size_t room = incoming.max_bytes - incoming.body.size();
  try {
    if (bytes <= room) {
      incoming.body.append(data, bytes);
      return bytes;
    }
    if (incoming.beyond == Incoming::Beyond::kCut) incoming.body.append(data, room);
  } catch (const std::exception&) {
    return 0;
  }
  incoming.is_full = true;
  return 0;
}

template <typename Value>
void set(const libcurl::Handle& handle, CURLoption option, Value value) {
  LIVECERT_CHECK(libcurl::try_set(handle, option, value));
}

// A handle with what holds for every transfer; nullptr when no time is left. For curl, a timeout of zero is none.
libcurl::Handle make_handle(steady_clock::time_point due) {
  const auto time = std::chrono::floor<milliseconds>(due - steady_clock::now());
  if (time <= milliseconds(0)) return nullptr;
  libcurl::Handle handle(curl().easy_init());
  LIVECERT_CHECK(handle != nullptr);
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_PROXY, "");  // not even one from the environment
  set(handle, CURLOPT_USERAGENT, "livecert");
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer must not prolong the timeout
  set(handle, CURLOPT_WRITEFUNCTION, take_incoming);
  return handle;
}

Failure no_time() {
  return {ErrorCode::kDeadlineExceeded, "no answer in time"};
}

Failure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return no_time();
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_UNSUPPORTED_PROTOCOL:  // how curl names HTTP/0.9
    case CURLE_BAD_CONTENT_ENCODING:
      return {ErrorCode::kUpstreamBadAnswer, curl().easy_strerror(code)};
    default:
      return {ErrorCode::kUpstreamFailure, curl().easy_strerror(code)};
  }
}

int status_of(const libcurl::Handle& handle) {
  long status = 0;
  curl().easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  // libcurl takes whatever number it reads in a broken line as the status, even a negative one.
  return status < 100 || status > 999 ? 0 : static_cast<int>(status);
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

// Without a scheme, curl would guess one.
bool has_scheme(std::string_view url, std::string_view one, std::string_view other) {
  const std::string scheme = base::to_ascii_lower(url.substr(0, url.find("://")));
  return scheme.size() < url.size() && (scheme == one || scheme == other);
}

Reply transfer(const Call& call, steady_clock::time_point due) {
  const bool is_broken = std::ranges::any_of(call.headers, [](const auto& header) {
    return header.first.empty() || has_control_character(header.first) || has_control_character(header.second);
  });
  if (is_broken || has_control_character(call.method)) return bad_request("a header field holds a line break");
  if (!has_scheme(call.url, "http", "https")) return bad_request("only http and https URLs can be called");
  const libcurl::Handle handle = make_handle(due);
  if (!handle) return no_time();
  libcurl::List headers;
  for (const auto& [name, value] : call.headers) {
    // With a semicolon, curl writes a field without a value.
    std::string line = name;
    line.append(value.empty() ? ";" : ": ").append(value);
    libcurl::append(headers, line);
  }
  libcurl::append(headers, "Expect:");
  Incoming incoming{call.max_answer_bytes, Incoming::Beyond::kCut};
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_URL, call.url.c_str());
  set(handle, CURLOPT_HTTPHEADER, headers.get());
  if (!call.body.empty() || call.method == "POST") {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    set(handle, CURLOPT_POSTFIELDS, call.body.c_str());  // viewed, not copied
  }
  if (call.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else if (call.method != "GET" || !call.body.empty()) {
    set(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }
  set(handle, CURLOPT_WRITEDATA, &incoming);
  const CURLcode code = curl().easy_perform(handle.get());
  const int status = status_of(handle);
  if (code != CURLE_OK && !(incoming.is_full && status != 0)) return failure_of(code);
  if (status == 0) return Failure{ErrorCode::kUpstreamBadAnswer, "the answer has no status that HTTP knows"};
  Answer answer{status, std::move(incoming.body), std::nullopt};
  curl_off_t pause = 0;
  curl().easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &pause);
  constexpr curl_off_t kLongestPause = 365L * 24 * 3600;
  if (pause > 0) answer.retry_after = std::chrono::seconds(std::min(pause, kLongestPause));
  return answer;
}

// The replies of a mail server; more than one line belongs to a reply if a line begins like "250-" (RFC 5321 §4.2.1).
struct MailReplies {
  std::string last = {};
  std::string last_refusal = {};  // QUIT follows a refusal, and has a reply of its own
  bool is_continued = false;
};

std::size_t take_reply_line(const char* data, std::size_t size, std::size_t count, void* context) {
  auto& replies = *static_cast<MailReplies*>(context);
  const std::string_view line(data, size * count);
  if (!replies.is_continued) replies.last.clear();
  replies.last.append(line.substr(0, kMaxMailReply - replies.last.size()));
  replies.is_continued = line.size() > 3 && line[3] == '-';
  if (line.starts_with('4') || line.starts_with('5')) replies.last_refusal = replies.last;
  return line.size();
}

struct Outgoing {
  std::string_view rest;
};

std::size_t give_message(char* to, std::size_t size, std::size_t count, void* context) {
  auto& outgoing = *static_cast<Outgoing*>(context);
  const std::size_t given = std::min(outgoing.rest.size(), size * count);
  std::memcpy(to, outgoing.rest.data(), given);
  outgoing.rest.remove_prefix(given);
  return given;
}

Reply transfer(const Mail& mail, steady_clock::time_point due) {
  const bool is_broken = std::ranges::any_of(mail.to, has_control_character);
  if (is_broken || mail.to.empty() || has_control_character(mail.from)) {
    return bad_request("an address of the mail is missing or holds a line break");
  }
  if (!has_scheme(mail.url, "smtp", "smtps")) return bad_request("a mail server has an smtp or smtps URL");
  const libcurl::Handle handle = make_handle(due);
  if (!handle) return no_time();
  libcurl::List recipients;
  for (const std::string& to : mail.to) libcurl::append(recipients, to);
  Outgoing message{mail.message};
  MailReplies replies;
  Incoming nothing{0};
  set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(handle, CURLOPT_URL, mail.url.c_str());
  set(handle, CURLOPT_USE_SSL, static_cast<long>(mail.demand_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (!mail.demand_tls) {
    // Where plain text would do, a certificate that nobody knows is no reason to send nothing.
    set(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!mail.user.empty()) {
    set(handle, CURLOPT_USERNAME, mail.user.c_str());
    set(handle, CURLOPT_PASSWORD, mail.password.c_str());
  }
  set(handle, CURLOPT_MAIL_FROM, mail.from.c_str());
  set(handle, CURLOPT_MAIL_RCPT, recipients.get());
  set(handle, CURLOPT_UPLOAD, 1L);
  set(handle, CURLOPT_READFUNCTION, give_message);
  set(handle, CURLOPT_READDATA, &message);
  set(handle, CURLOPT_HEADERFUNCTION, take_reply_line);
  set(handle, CURLOPT_HEADERDATA, &replies);
  set(handle, CURLOPT_WRITEDATA, &nothing);
  const CURLcode code = curl().easy_perform(handle.get());
  // A server that refuses says so by a status, which tells whether another attempt makes sense.
  const int status = status_of(handle);
  if (code == CURLE_OK) return Answer{status, std::move(replies.last), std::nullopt};
  if (code != CURLE_OPERATION_TIMEDOUT && status >= 400) {
    return Answer{status, std::move(replies.last_refusal), std::nullopt};
  }
  return failure_of(code);
}

bool is_allowed_port(const Fetch& fetch, unsigned port) {
  return std::ranges::find(fetch.ports, port) != fetch.ports.end();
}

// `address` is the one of the connection that is about to be made; it cannot change any more.
bool is_allowed(const Fetch& fetch, const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return is_allowed_port(fetch, ntohs(v4.sin_port)) && (fetch.allow_private_addresses || is_public_address(bytes));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_allowed_port(fetch, ntohs(v6.sin6_port)) && (fetch.allow_private_addresses || is_public_address(bytes));
  }
  return false;
}

// Where a fetch may connect to, and whether it was led elsewhere.
struct Gate {
  const Fetch& fetch;
  bool refused = false;
};

curl_socket_t open_socket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& gate = *static_cast<Gate*>(context);
  if (!is_allowed(gate.fetch, address->addr)) {
    gate.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The address in parts, or why it is not fetched.
std::variant<libcurl::Url, Failure> parse_url(const Fetch& fetch) {
  libcurl::Url url(curl().url());
  LIVECERT_CHECK(url != nullptr);
  if (curl().url_set(url.get(), CURLUPART_URL, fetch.url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return bad_request("not a URL that can be fetched");
  }
  const auto part = [&](CURLUPart which) {
    char* value = nullptr;
    curl().url_get(url.get(), which, &value, CURLU_DEFAULT_PORT);
    const libcurl::Text owner(value);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string scheme = part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return bad_request("only http and https URLs are fetched");
  const std::string port = part(CURLUPART_PORT);
  unsigned number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  if (!is_allowed_port(fetch, number)) return bad_request("port " + port + " is not allowed");
  return url;
}

Failure failure_of(CURLcode code, const Fetch& fetch, const Incoming& incoming, const Gate& gate) {
  if (incoming.is_full || code == CURLE_FILESIZE_EXCEEDED) {
    return {ErrorCode::kUpstreamBadAnswer, "the answer is larger than " + std::to_string(fetch.max_bytes) + " bytes"};
  }
  Failure failure = failure_of(code);
  if (failure.code == ErrorCode::kUpstreamFailure && gate.refused) {
    return bad_request("its address is not a public one");
  }
  return failure;
}

Reply transfer(const Fetch& fetch, steady_clock::time_point due) {
  auto parsed = parse_url(fetch);
  if (auto* failure = std::get_if<Failure>(&parsed)) return std::move(*failure);
  const auto& url = std::get<libcurl::Url>(parsed);
  const libcurl::Handle handle = make_handle(due);
  if (!handle) return no_time();
  Incoming incoming{fetch.max_bytes};
  Gate gate{fetch};
  set(handle, CURLOPT_CURLU, url.get());
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(fetch.max_bytes));
  set(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(handle, CURLOPT_OPENSOCKETDATA, &gate);
  set(handle, CURLOPT_WRITEDATA, &incoming);
  const CURLcode code = curl().easy_perform(handle.get());
  if (code != CURLE_OK) return failure_of(code, fetch, incoming, gate);
  const int status = status_of(handle);
  const base::ByteView body = base::as_bytes(incoming.body);
  if (status == 200) return Fetched{base::to_bytes(body), std::nullopt};
  char* location = nullptr;
  curl().easy_getinfo(handle.get(), CURLINFO_REDIRECT_URL, &location);
  if (location != nullptr) return Fetched{{}, location};
  return Failure{ErrorCode::kUpstreamBadAnswer, "the answer has status " + std::to_string(status)};
}

}  // namespace

Reply perform(const Ordered& ordered) {
  if (const auto loaded = libcurl::load(); !loaded) return bad_request(loaded.error().message);
  return std::visit([&](const auto& request) { return transfer(request, ordered.due); }, ordered.request);
}

base::Result<Fetched> fetch_here(const Fetch& fetch) {
  Reply reply = perform({fetch, steady_clock::now() + fetch.time});
  if (auto* failure = std::get_if<Failure>(&reply)) return fetch_error(failure->code, fetch.url, failure->reason);
  return std::move(std::get<Fetched>(reply));
}

}  // namespace livecert::outgoing
