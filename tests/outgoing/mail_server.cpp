#include "outgoing/mail_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "base/check.h"
#include "base/owned_descriptor.h"

namespace livecert::outgoing::test {

MailServer::MailServer(Reply reply)
    : reply_(std::move(reply)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  LIVECERT_CHECK(::bind(listener_, any, size) == 0 && ::listen(listener_, 8) == 0);
  LIVECERT_CHECK(::getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

MailServer::~MailServer() {
  ::shutdown(listener_, SHUT_RDWR);  // accept() fails from now on
  thread_.join();
  ::close(listener_);
}

std::vector<std::string> MailServer::lines() const {
  const std::scoped_lock lock(mutex_);
  return lines_;
}

void MailServer::run() {
  for (;;) {
    const base::OwnedDescriptor connection(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.is_open()) return;
    serve(connection.get());
  }
}

void MailServer::serve(int connection) {
  const auto say = [&](const std::string& text) { return base::write_all(connection, base::as_bytes(text + "\r\n")); };
  if (!say("220 mail.example")) return;
  bool is_data = false;
  std::string line;
  for (char c = 0; ::recv(connection, &c, 1, 0) == 1;) {
    if (c != '\n') {
      if (c != '\r') line += c;
      continue;
    }
    {
      const std::scoped_lock lock(mutex_);
      lines_.push_back(line);
    }
    const std::string said = std::exchange(line, "");
    if (is_data && said != ".") continue;
    is_data = said == "DATA";
    std::string reply = reply_(said);
    if (reply.empty()) reply = is_data ? "354 go on" : "250 ok";
    if (!say(reply) || said == "QUIT") return;
    is_data = is_data && reply.starts_with('3');
  }
}

}  // namespace livecert::outgoing::test
