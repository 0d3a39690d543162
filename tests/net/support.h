#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "net/server.h"

namespace livecert::net::test {

// Answers with what it received; the path of the target asks for something else (see answer() in support.cpp), and
// "account=NUMBER" in its query proves that account.
class ToyHandler final : public http::Handler {
 public:
  [[nodiscard]] http::Answer handle(http::Request request) override;
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override;

  // Blocks every "/hold" until released.
  void release() { held_ = false; }
  void wait_until_entered(int count) const;
  // Answers every "/pending" that came so far, from this thread.
  void answer_pending();
  [[nodiscard]] int entered() const { return entered_; }
  // The number of requests that wait for answer_pending().
  [[nodiscard]] std::size_t pending() {
    const std::lock_guard lock(mutex_);
    return pending_.size();
  }
  [[nodiscard]] int refused() const { return refused_; }
  // The number of bodies that "/drop-body" has dropped.
  [[nodiscard]] int dropped() const { return dropped_; }
  // The number of answers of "/pending" that were made.
  [[nodiscard]] int made() const { return made_; }

 private:
  [[nodiscard]] http::Answer answer(http::Request request);
  [[nodiscard]] base::Later<http::Response> held_back();

  std::atomic<int> entered_ = 0;
  std::atomic<int> refused_ = 0;
  std::atomic<int> ordered_ = 0;
  std::atomic<int> dropped_ = 0;
  std::atomic<int> made_ = 0;
  std::atomic<bool> held_ = true;
  std::mutex mutex_;
  std::vector<base::Later<http::Response>::Receiver> pending_;
};

// A server on loopback with a ToyHandler. HTTPS too when asked for.
class ToyServer {
 public:
  enum class Tls { kNo, kToo };
  explicit ToyServer(ServerConfig config, Tls tls = Tls::kNo);
  explicit ToyServer(Limits limits = {}, bool with_tls = false);
  ~ToyServer() { handler.release(); }
  ToyServer(const ToyServer&) = delete;
  ToyServer& operator=(const ToyServer&) = delete;

  ToyHandler handler;
  base::SystemClock clock;
  std::unique_ptr<Server> server;
};

// A self-signed certificate for "localhost" with its key.
[[nodiscard]] TlsIdentity make_identity();

// One client's connection, blocking; every wait gives up after ten seconds.
class Client {
 public:
  enum class Kind { kPlain, kTls };
  struct Origin {
    const char* from = "127.0.0.1";  // the address that connects
    std::string before_tls = {};     // sent in the clear before the handshake
    const char* groups = nullptr;    // all that it offers for the key exchange; the handshake may fail then
  };
  explicit Client(const Endpoint& endpoint, Kind kind, const Origin& origin);
  explicit Client(const Endpoint& endpoint, Kind kind = Kind::kPlain) : Client(endpoint, kind, Origin()) {}
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return socket_ >= 0; }
  [[nodiscard]] SSL* tls() { return tls_; }
  // False when the other side no longer takes it.
  bool send(std::string_view bytes);
  void send_byte_by_byte(std::string_view bytes);
  void shut_down_sending();
  // Whether the other side has read everything that was sent, and whether bytes wait here.
  [[nodiscard]] bool all_received() const;
  [[nodiscard]] bool has_input() const;
  // Closes with a reset.
  void vanish();
  // What arrives until `end` does or the connection ends.
  [[nodiscard]] std::string read_until(std::string_view end);
  // What arrives until the connection ends; "reset" or "timeout" is appended when it ends that way.
  [[nodiscard]] std::string read_to_end();
  // One answer with Content-Length: head and body.
  [[nodiscard]] std::string read_answer();
  // read_answer() to `bytes`.
  [[nodiscard]] std::string ask(std::string_view bytes);

 private:
  // Appends to input_; returns the reason if that fails, or an empty text.
  [[nodiscard]] std::string receive();

  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* tls_ = nullptr;
  std::string input_;
};

// A PROXY protocol header of version 2: version with command, and family with transport; then its block.
[[nodiscard]] std::string proxy_v2(const std::string& commands, const std::string& block);

// "GET <target> HTTP/1.1" with a Host and `lines`.
[[nodiscard]] std::string get(std::string_view target, std::string_view lines = "");
[[nodiscard]] std::string post(std::string_view target, std::string_view body, std::string_view lines = "");
// The status of an answer; 0 when it is not an answer.
[[nodiscard]] int status_of(std::string_view answer);
[[nodiscard]] std::string body_of(std::string_view answer);
[[nodiscard]] bool has_header(std::string_view answer, std::string_view line);

// Polls until the condition holds; false after ten seconds.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

}  // namespace livecert::net::test
