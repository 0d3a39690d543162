#include "edge/haproxy_server.h"

#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

#include "base/check.h"
#include "edge/socket_client.h"

namespace livecert::edge {
namespace {

constexpr auto kLongestStart = std::chrono::seconds(60);
constexpr auto kPollInterval = std::chrono::milliseconds(2);

std::string configuration(const HaproxyServer& server) {
  return "global\n"
         "  stats socket " +
         server.api().string() + " level admin\n" +
         (server.bufsize == 0 ? "" : "  tune.bufsize " + std::to_string(server.bufsize) + "\n") +
         "defaults\n"
         "  mode http\n"
         "  timeout connect 60s\n"
         "  timeout client 60s\n"
         "  timeout server 60s\n"
         "frontend tls\n"
         "  bind unix@" +
         server.tls().string() + " ssl " + (server.is_strict ? "strict-sni " : "") + "crt-list " +
         server.crt_list().string() +
         "\n"
         "  http-request return status 200\n" +
         (server.other_list.empty()
              ? ""
              : "frontend other\n  bind unix@" + server.tls().string() + "2 ssl strict-sni crt-list " +
                    server.other_list.string() + "\n  http-request return status 200\n");
}

// Where Debian puts it, which is in root's PATH only.
std::string program() {
  const std::string debian = "/usr/sbin/haproxy";
  return std::filesystem::exists(debian) ? debian : "haproxy";
}

}  // namespace

HaproxyServer::HaproxyServer() {
  std::filesystem::create_directory(folder());
  ::chmod(folder().c_str(), 0755);
}

HaproxyServer::~HaproxyServer() = default;

bool HaproxyServer::start() {
  const std::filesystem::path file = directory_.path() / "haproxy.cfg";
  test::write_file(file, configuration(*this));
  process_.emplace(std::vector<std::string>{program(), "-db", "-f", file});
  const auto end = std::chrono::steady_clock::now() + kLongestStart;
  while (process_->is_running() && std::chrono::steady_clock::now() < end) {
    const bool is_up = shake_hands(tls(), "nobody.example.org").reason != "no connection";
    if (is_up && HaproxySocket({api().parent_path()}, api().filename(), kLongestStart).ask("show version\n"))
      return true;
    std::this_thread::sleep_for(kPollInterval);
  }
  return false;
}

void HaproxyServer::kill() {
  process_->send_signal(SIGKILL);
  static_cast<void>(process_->wait(kLongestStart));
}

void HaproxyServer::freeze() {
  process_->send_signal(SIGSTOP);
  siginfo_t stopped{};
  LIVECERT_CHECK(::waitid(P_PID, static_cast<id_t>(process_->id()), &stopped, WSTOPPED | WNOWAIT) == 0);
}

void HaproxyServer::thaw() {
  process_->send_signal(SIGCONT);
}

std::string HaproxyServer::say(const std::string& command) const {
  const base::WipedBuffer answer =
      HaproxySocket({api().parent_path()}, api().filename(), kLongestStart).ask(command + "\n").value();
  return std::string(base::as_text(answer));
}

Definition HaproxyServer::definition() const {
  Definition definition;
  definition.name = "haproxy";
  definition.kind = Kind::kHaproxy;
  definition.directory = folder();
  definition.socket = api();
  return definition;
}

HaproxyDriver HaproxyServer::make_driver() const {
  return make_driver({.deadline = kLongestStart, .patience = std::chrono::hours(1)});
}

HaproxyDriver HaproxyServer::make_driver(HaproxyTimes times) const {
  return {definition(), times};
}

}  // namespace livecert::edge
