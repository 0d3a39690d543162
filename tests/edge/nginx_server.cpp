#include "edge/nginx_server.h"

#include <csignal>
#include <string_view>
#include <sys/stat.h>
#include <thread>

#include "edge/socket_client.h"

namespace livecert::edge {
namespace {

constexpr auto kLongestStart = std::chrono::seconds(60);
constexpr auto kPollInterval = std::chrono::milliseconds(2);

// @ stands for the folder of the test.
constexpr std::string_view kConfiguration = R"(
daemon off;
pid "@/nginx.pid";
error_log "@/error.log" error;
events {}
http {
  access_log off;
  include "@/certificates + {more}/livecert.map.conf";
  ssl_certificate $livecert_certificate;
  ssl_certificate_key $livecert_certificate;
  server {
    listen "unix:@/tls.sock" ssl default_server;
    ssl_reject_handshake on;
  }
  server {
    listen "unix:@/tls.sock" ssl;
    server_name ~.;
    root $livecert_link;
  }
  server {
    listen "unix:@/bare.sock" ssl;
  }
  server {
    listen "unix:@/naive.sock" ssl;
    ssl_certificate "@/certificates + {more}/$ssl_server_name.pem";
    ssl_certificate_key "@/certificates + {more}/$ssl_server_name.pem";
  }
}
)";

std::string configuration(const std::string& root, const std::string& directives) {
  std::string text = directives;
  for (const char c : kConfiguration) text += c == '@' ? root : std::string(1, c);
  return text;
}

}  // namespace

NginxServer::NginxServer() {
  ::chmod(directory_.path().c_str(), 0755);
  std::filesystem::create_directory(folder());
  ::chmod(folder().c_str(), 0755);
}

NginxServer::~NginxServer() {
  if (!process_ || !process_->is_running()) return;
  process_->send_signal(SIGTERM);
  static_cast<void>(process_->wait(kLongestStart));
}

// One process, so that nothing is left when a test dies.
bool NginxServer::start() {
  return start("master_process off;\n");
}

bool NginxServer::start_with_worker_of(const std::string& user_and_group) {
  return start("user " + user_and_group + ";\n");
}

std::string NginxServer::complaints() const {
  return process_ ? process_->errors() + log() : "";
}

bool NginxServer::start(const std::string& directives) {
  const std::filesystem::path root = directory_.path();
  test::write_file(root / "nginx.conf", configuration(root, directives));
  process_.emplace(
      std::vector<std::string>{"/usr/sbin/nginx", "-p", root, "-e", root / "error.log", "-c", root / "nginx.conf"});
  const auto end = std::chrono::steady_clock::now() + kLongestStart;
  while (process_->is_running() && std::chrono::steady_clock::now() < end) {
    if (shake_hands(bare_socket(), "").reason != "no connection") return true;
    std::this_thread::sleep_for(kPollInterval);
  }
  return false;
}

}  // namespace livecert::edge
