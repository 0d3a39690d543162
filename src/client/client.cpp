#include "client/client.h"

#include <algorithm>
#include <array>
#include <exception>
#include <sys/socket.h>

#include "base/check.h"
#include "http/uri.h"
#include "libcurl/library.h"

namespace livecert::client {
namespace {

constexpr const char* kContentType = "application/json";
constexpr std::size_t kLargestAnswer = std::size_t{1} << 30U;

// What curl's callbacks have received so far.
struct Received {
  http::Headers headers;
  std::string body;
};

// RFC 9110 §5.5: they make a field invalid. In a terminal or a log they would be harmful.
bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

// Both callbacks return less than they were given to end the transfer; no exception may cross curl.
std::size_t take_body(const char* data, std::size_t, std::size_t size, void* context) {
  std::string& body = static_cast<Received*>(context)->body;
  if (size > kLargestAnswer - body.size()) return 0;
  try {
    body.append(data, size);
  } catch (const std::exception&) {
    return 0;
  }
  return size;
}

std::size_t take_header(const char* data, std::size_t, std::size_t size, void* context) {
  auto& received = *static_cast<Received*>(context);
  try {
    std::string_view line(data, size);
    // A status line begins a message; an interim one (100 Continue) may have come before.
    if (line.starts_with("HTTP/")) received.headers = {};
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.starts_with("HTTP/")) return size;
    const std::string_view value = line.substr(colon + 1);
    const std::size_t begin = std::min(value.find_first_not_of(" \t\r\n"), value.size());
    const std::size_t end = value.find_last_not_of(" \t\r\n") + 1;
    const std::string_view name = line.substr(0, colon);
    const std::string_view text = begin < end ? value.substr(begin, end - begin) : std::string_view();
    if (has_control_character(name) || has_control_character(text)) return 0;
    received.headers.add(std::string(name), std::string(text));
  } catch (const std::exception&) {
    return 0;
  }
  return size;
}

// Opens the socket of a connection, but only to a loopback address; sets the flag if the address was another one.
curl_socket_t open_loopback_socket(void* flag, curlsocktype, curl_sockaddr* address) {
  if (!is_loopback(address->addr)) {
    *static_cast<bool*>(flag) = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Whether the answer refuses the signature and names a hash of the canonical request, but none of these.
bool names_another_hash(const http::Response& answer, const std::vector<std::string>& ours) {
  const auto* const body = std::get_if<std::string>(&answer.body);
  if (body == nullptr || body->find("SignatureDoesNotMatch") == std::string::npos) return false;
  // The service's sentence in each of its languages (signature/verify.cpp, translation/requests.cpp).
  constexpr std::array<std::string_view, 2> kWords{"canonical request as received", "规范请求的 SHA-256"};
  const auto says = [&](std::string_view words) { return body->find(words) != std::string::npos; };
  if (std::ranges::none_of(kWords, says)) return false;
  return std::ranges::none_of(ours, [&](const std::string& hash) { return body->find(hash) != std::string::npos; });
}

}  // namespace

// The curl handle, which keeps the connection between calls.
class Client::Connection {
 public:
  explicit Connection(const Endpoint& endpoint, const Options& options) : handle_(libcurl::library().easy_init()) {
    LIVECERT_CHECK(handle_ != nullptr);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_timeout.count()));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!endpoint.ca_file.empty()) set(CURLOPT_CAINFO, endpoint.ca_file.c_str());
    set(CURLOPT_USERAGENT, "livecert");
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_HEADERFUNCTION, take_header);
    if (!endpoint.insecure_http && !endpoint.url.starts_with("https://")) {
      set(CURLOPT_PROXY, "");
      set(CURLOPT_OPENSOCKETFUNCTION, open_loopback_socket);
      set(CURLOPT_OPENSOCKETDATA, &led_elsewhere_);
    }
  }

  // Whether there is no answer because plain HTTP would have gone to another machine.
  [[nodiscard]] bool led_elsewhere() const { return led_elsewhere_; }

  // Returns the answer, or the reason why there is none.
  base::Result<http::Response> post(const std::string& url, const libcurl::List& headers, base::ByteView body) {
    Received received;
    error_text_[0] = '\0';
    led_elsewhere_ = false;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.empty() ? "" : base::as_text(body).data());  // viewed, not copied
    set(CURLOPT_WRITEDATA, &received);
    set(CURLOPT_HEADERDATA, &received);
    const CURLcode outcome = libcurl::library().easy_perform(handle_.get());
    if (outcome != CURLE_OK) {
      return base::Error{base::ErrorCode::kUpstreamFailure,
                         error_text_[0] != '\0' ? error_text_.data() : libcurl::library().easy_strerror(outcome)};
    }
    long status = 0;
    libcurl::library().easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    // libcurl takes whatever number it reads in a broken line as the status, even a negative one.
    if (status < 100 || status > 999) {
      return base::Error{base::ErrorCode::kUpstreamFailure, "the answer has no status that HTTP knows"};
    }
    return http::Response{static_cast<int>(status), std::move(received.headers), std::move(received.body)};
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    LIVECERT_CHECK(libcurl::try_set(handle_, option, value));
  }

  std::array<char, CURL_ERROR_SIZE> error_text_{};
  bool led_elsewhere_ = false;
  libcurl::Handle handle_;
};

Client::Client(Endpoint endpoint, signature::Credentials credentials, const base::Clock& clock, Options options)
    : endpoint_(std::move(endpoint)),
      credentials_(std::move(credentials)),
      clock_(&clock),
      options_(std::move(options)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

base::Result<http::Response> Client::call(std::string_view action, std::string_view version, base::ByteView json_body) {
  TRY_ASSIGN(const Origin origin, parse_endpoint(endpoint_.url));
  TRY(libcurl::load());
  const std::string target = "/?Action=" + http::percent_encode(action) + "&Version=" + http::percent_encode(version);
  const signature::Unsigned request{"POST", target, origin.host, kContentType, json_body};
  const base::Time now = clock_->now();
  const http::Headers signature = signature::sign(request, credentials_, now, options_.region, options_.service);
  libcurl::List headers;
  libcurl::append(headers, "Host: " + origin.host);
  libcurl::append(headers, std::string("Content-Type: ") + kContentType);
  libcurl::append(headers, "Accept: application/json");
  if (!options_.language.empty()) libcurl::append(headers, "Accept-Language: " + options_.language);
  // It is not worth a round trip: the server takes the same bodies with and without 100 Continue.
  libcurl::append(headers, "Expect:");
  for (const http::Header& header : signature.fields()) libcurl::append(headers, header.name + ": " + header.value);
  if (!connection_) connection_ = std::make_unique<Connection>(endpoint_, options_);
  auto response = connection_->post(origin.url + target, headers, json_body);
  if (!response && connection_->led_elsewhere()) return plain_http_refused(endpoint_.url);
  if (!response) {
    return base::Error{response.error().code, "No answer from " + endpoint_.url + ": " + response.error().message};
  }
  was_changed_ =
      response->status == 401 && names_another_hash(*response, signature::canonical_hashes(request, credentials_, now));
  return response;
}

}  // namespace livecert::client
