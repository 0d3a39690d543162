#include "net/support.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/blocking.h"
#include "base/given_up.h"
#include "http/uri.h"

namespace livecert::net::test {
namespace {

using std::chrono::milliseconds;

constexpr int kPatience = 10'000;  // ms

http::Response text(std::string body, int status = 200) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

int to_int(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// Gives `count` pieces, then ends; with `fails` it fails instead of ending.
http::BodyProducer pieces(int count, bool fails) {
  return [count, fails, given = 0](std::string& piece) mutable -> base::Result<bool> {
    if (given == count) {
      if (fails) return base::Error{base::ErrorCode::kStoreFailure, "broken"};
      return false;
    }
    // Every third piece is empty, which must not end the body.
    piece = given % 3 == 2 ? "" : "piece " + std::to_string(given) + ";";
    ++given;
    return true;
  };
}

template <typename F>
http::Answer in_turn(http::Turn turn, F make) {
  http::Answer answer = base::Later<http::Response>::made_by(std::move(make));
  answer.turn = turn;
  return answer;
}

}  // namespace

void ToyHandler::answer_pending() {
  std::vector<base::Later<http::Response>::Receiver> pending;
  {
    const std::lock_guard lock(mutex_);
    pending.swap(pending_);
  }
  for (auto& to : pending) std::move(to)(text("pending"));
}

base::Later<http::Response> ToyHandler::held_back() {
  return base::Later<http::Response>::brought_by([this](base::Later<http::Response>::Receiver to) {
           const std::lock_guard lock(mutex_);
           pending_.push_back(std::move(to));
         })
      .then([this](http::Response response) {
        ++made_;
        return response;
      });
}

http::Answer ToyHandler::handle(http::Request request) {
  const auto target = http::parse_target(request.target);
  const int account = target ? to_int(http::find_parameter(target->query, "account").value_or("0")) : 0;
  http::Answer made = answer(std::move(request));
  if (account != 0) made.account = base::AccountId(account);
  return made;
}

http::Answer ToyHandler::answer(http::Request request) {
  ++entered_;
  const auto target = http::parse_target(request.target);
  const std::string path = target ? target->path : request.target;
  const auto number = [&](std::string_view name) {
    return to_int(target ? http::find_parameter(target->query, name).value_or("0") : "0");
  };
  if (path == "/until-given-up") {
    for (int ms = 0; ms < kPatience && !base::is_given_up(); ++ms) std::this_thread::sleep_for(milliseconds(1));
    return text("given up");
  }
  if (path == "/hold-waiting") {
    const base::Blocking waiting;
    while (held_) std::this_thread::sleep_for(milliseconds(1));
    return text("held");
  }
  if (path == "/order") return text(std::to_string(++ordered_));
  if (path == "/drop-body") {
    request.drop_body();
    ++dropped_;
    return in_turn({request.deadline, request.deadline}, [] { return text("dropped"); });
  }
  if (path == "/through")
    return text(!request.is_peer_known  ? "passed on for nobody knows whom"
                : request.through_proxy ? "passed on"
                                        : "direct");
  if (path == "/hold") {
    while (held_) std::this_thread::sleep_for(milliseconds(1));
    return text("held");
  }
  if (path == "/pending") {
    return held_back();
  }
  if (path == "/at-once") {
    return base::Later<http::Response>::made_by([] { return text("at once"); });
  }
  if (path == "/later") {
    const auto at = request.received + milliseconds(number("ms"));
    return in_turn({at, request.deadline + milliseconds(200)},
                   [at] { return text(std::chrono::steady_clock::now() >= at ? "later" : "too early"); });
  }
  if (path == "/turn") {  // past the usual deadline, and then to something that waits without a thread
    return in_turn({request.deadline, request.deadline + std::chrono::minutes(1)}, [this] { return held_back(); });
  }
  if (path == "/pieces") {
    http::Response response;
    response.body = pieces(number("count"), number("fail") != 0);
    return response;
  }
  if (path == "/large") return text(std::string(static_cast<std::size_t>(number("bytes")), 'x'));
  if (path == "/secret") {
    http::Response response;
    response.body = base::WipedBuffer(static_cast<std::size_t>(number("bytes")), 's');
    return response;
  }
  if (path == "/status") return text("", number("code"));
  if (path == "/redirect") {
    http::Response response = text("", 302);
    const std::string to(http::find_parameter(target->query, "to").value_or("/"));
    response.headers.add("Location", to == "/redirect-loop" ? request.target : to);
    return response;
  }
  if (path == "/split") {
    http::Response response = text("split");
    response.headers.add("X-Evil", "a\r\nX-Injected: 1");
    response.headers.add("Content-Length", "99");
    return response;
  }
  if (path == "/close") {
    http::Response response = text("closing");
    response.close = true;
    return response;
  }
  return text(request.method + " " + request.target + (request.secure ? " secure " : " plain ") + request.peer_address +
              " " + std::string(base::as_text(request.body)));
}

http::Response ToyHandler::refuse(http::Refusal refusal, const std::string& detail, const std::string& /*peer*/) {
  ++refused_;
  constexpr std::array kStatus{400, 431, 413, 417, 408, 504, 503};
  return text(detail, kStatus[static_cast<std::size_t>(refusal)]);
}

void ToyHandler::wait_until_entered(int count) const {
  ASSERT_TRUE(eventually([&] { return entered_ >= count; }));
}

ToyServer::ToyServer(Limits limits, bool with_tls)
    : ToyServer(
          [&] {
            ServerConfig config;
            config.limits = limits;
            return config;
          }(),
          with_tls ? Tls::kToo : Tls::kNo) {}

ToyServer::ToyServer(ServerConfig config, Tls tls) {
  config.http = Endpoint{"127.0.0.1", 0};
  if (tls == Tls::kToo) {
    config.https = Endpoint{"127.0.0.1", 0};
    config.identity = make_identity();
  }
  config.limits.worker_threads = std::min(config.limits.worker_threads, 8U);
  auto started = Server::start(std::move(config), handler, clock);
  if (!started) ADD_FAILURE() << started.error().message;
  server = std::move(started).value();
}

TlsIdentity make_identity() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());

  TlsIdentity identity;
  base::Bytes der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  unsigned char* cursor = der.data();
  i2d_X509(certificate, &cursor);
  identity.chain_der.push_back(std::move(der));

  PKCS8_PRIV_KEY_INFO* pkcs8 = EVP_PKEY2PKCS8(key);
  base::WipedBuffer key_der(static_cast<std::size_t>(i2d_PKCS8_PRIV_KEY_INFO(pkcs8, nullptr)));
  cursor = key_der.data();
  i2d_PKCS8_PRIV_KEY_INFO(pkcs8, &cursor);
  identity.private_key_pkcs8 = base::SecretBytes(std::move(key_der));
  PKCS8_PRIV_KEY_INFO_free(pkcs8);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

Client::Client(const Endpoint& endpoint, Kind kind, const Origin& origin)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{kPatience / 1000, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, origin.from, &address.sin_addr);
  EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  address.sin_port = htons(endpoint.port);
  ::inet_pton(AF_INET, endpoint.address.c_str(), &address.sin_addr);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    socket_ = -1;
    return;
  }
  if (kind == Kind::kTls) {
    send(origin.before_tls);
    context_ = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, socket_);
    SSL_set_alpn_protos(tls_, reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
    if (origin.groups == nullptr) {
      EXPECT_EQ(SSL_connect(tls_), 1);
    } else {
      EXPECT_EQ(SSL_set1_groups_list(tls_, origin.groups), 1);
      static_cast<void>(SSL_connect(tls_));
    }
  }
}

Client::~Client() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
  if (socket_ >= 0) ::close(socket_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr
                          ? static_cast<ssize_t>(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())))
                          : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::send_byte_by_byte(std::string_view bytes) {
  for (const char& byte : bytes) {
    if (!send({&byte, 1})) return;
  }
}

void Client::shut_down_sending() {
  ::shutdown(socket_, SHUT_WR);
}

bool Client::all_received() const {
  int unacknowledged = 0;
  return ::ioctl(socket_, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

bool Client::has_input() const {
  pollfd waiting{socket_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

void Client::vanish() {
  const linger reset{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::close(socket_);
  socket_ = -1;
}

std::string Client::receive() {
  char buffer[4096];
  const auto bytes = tls_ != nullptr ? static_cast<ssize_t>(SSL_read(tls_, buffer, sizeof buffer))
                                     : ::recv(socket_, buffer, sizeof buffer, 0);
  if (bytes > 0) {
    input_.append(buffer, static_cast<std::size_t>(bytes));
    return {};
  }
  if (bytes == 0 || tls_ != nullptr) return "end";
  return errno == ECONNRESET ? "reset" : "timeout";
}

std::string Client::read_until(std::string_view end) {
  std::size_t at = 0;
  while ((at = input_.find(end)) == std::string::npos) {
    if (!receive().empty()) return std::exchange(input_, {});
  }
  std::string result = input_.substr(0, at + end.size());
  input_.erase(0, result.size());
  return result;
}

std::string Client::read_to_end() {
  for (;;) {
    const std::string reason = receive();
    if (!reason.empty()) return std::exchange(input_, {}) + (reason == "end" ? "" : reason);
  }
}

std::string Client::read_answer() {
  std::string answer = read_until("\r\n\r\n");
  const std::size_t field = answer.find("Content-Length: ");
  if (field == std::string::npos) return answer;
  const auto length = static_cast<std::size_t>(to_int(std::string_view(answer).substr(field + 16)));
  while (input_.size() < length) {
    if (!receive().empty()) break;
  }
  answer += input_.substr(0, length);
  input_.erase(0, std::min(length, input_.size()));
  return answer;
}

std::string Client::ask(std::string_view bytes) {
  send(bytes);
  return read_answer();
}

std::string proxy_v2(const std::string& commands, const std::string& block) {
  std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
  header += commands;
  header += static_cast<char>(block.size() / 256);
  header += static_cast<char>(block.size() % 256);
  return header + block;
}

std::string get(std::string_view target, std::string_view lines) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(lines) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view lines) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(lines) + "\r\n" + std::string(body);
}

int status_of(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? to_int(answer.substr(9, 3)) : 0;
}

std::string body_of(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? "" : std::string(answer.substr(end + 4));
}

bool has_header(std::string_view answer, std::string_view line) {
  return answer.substr(0, answer.find("\r\n\r\n") + 2).find("\r\n" + std::string(line) + "\r\n") !=
         std::string_view::npos;
}

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + milliseconds(kPatience);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

}  // namespace livecert::net::test
