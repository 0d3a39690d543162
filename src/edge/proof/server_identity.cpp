#include "edge/proof/server_identity.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned_descriptor.h"

namespace livecert::edge {
namespace {

using base::OwnedDescriptor;

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 asked;
};

struct CloseListing {
  void operator()(DIR* listing) const { ::closedir(listing); }
};

// Whether this was the last message.
bool read_message(const char* message, std::size_t size, std::uint16_t port, std::set<std::string>& listeners) {
  nlmsghdr header{};
  std::memcpy(&header, message, sizeof header);
  if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) return true;
  inet_diag_msg found{};
  if (size < NLMSG_HDRLEN + sizeof found) return true;
  std::memcpy(&found, message + NLMSG_HDRLEN, sizeof found);
  if (ntohs(found.id.idiag_sport) != port) return false;
  std::string listener = std::to_string(found.idiag_family) + " " + std::to_string(found.idiag_inode) + " " +
                         std::to_string(found.idiag_uid);
  for (const std::uint32_t part : found.id.idiag_src) listener += " " + std::to_string(part);
  listeners.insert(std::move(listener));
  return false;
}

// The listening sockets of one family, from the kernel; none when it does not say.
void add_listeners(int family, std::uint16_t port, std::set<std::string>& listeners) {
  const OwnedDescriptor kernel(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!kernel.is_open()) return;
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.asked.sdiag_family = static_cast<std::uint8_t>(family);
  request.asked.sdiag_protocol = IPPROTO_TCP;
  request.asked.idiag_states = 1U << TCP_LISTEN;
  if (::send(kernel.get(), &request, sizeof request, 0) != static_cast<ssize_t>(sizeof request)) return;
  alignas(nlmsghdr) std::array<char, 32768> buffer;
  for (bool is_last = false; !is_last;) {
    const ssize_t size = ::recv(kernel.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return;
    std::size_t left = static_cast<std::size_t>(size);
    const char* message = buffer.data();
    while (!is_last && left >= sizeof(nlmsghdr)) {
      nlmsghdr header{};
      std::memcpy(&header, message, sizeof header);
      if (header.nlmsg_len < sizeof header || header.nlmsg_len > left) return;
      is_last = read_message(message, header.nlmsg_len, port, listeners);
      const std::size_t step = std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), left);
      message += step;
      left -= step;
    }
  }
}

std::string read_begin(int folder, const std::string& name) {
  const OwnedDescriptor file(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 512> buffer;
  const ssize_t size = file.is_open() ? ::read(file.get(), buffer.data(), buffer.size()) : 0;
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

// "number (name) S parent …": the start of the process is the 22nd field.
std::string start_of(const std::string& stat) {
  constexpr int kFieldsBetween = 20;
  std::size_t at = stat.rfind(") ");
  for (int i = 0; i < kFieldsBetween && at != std::string::npos; ++i) at = stat.find(' ', at + 1);
  if (at == std::string::npos) return {};
  return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

std::set<std::string> processes_of(std::string_view program) {
  std::set<std::string> processes;
  const std::unique_ptr<DIR, CloseListing> listing(::opendir("/proc"));
  if (listing == nullptr) return processes;
  const std::string comm = std::string(program) + "\n";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the listing is this call's own.
  for (const dirent* entry = ::readdir(listing.get()); entry != nullptr; entry = ::readdir(listing.get())) {
    const std::string number = entry->d_name;
    if (number.front() < '0' || number.front() > '9') continue;
    if (read_begin(::dirfd(listing.get()), number + "/comm") != comm) continue;
    processes.insert(number + " " + start_of(read_begin(::dirfd(listing.get()), number + "/stat")));
  }
  return processes;
}

}  // namespace

std::string identify_server(const Address& address, std::string_view program) {
  std::set<std::string> parts;
  for (const int family : {AF_INET, AF_INET6}) add_listeners(family, address.port, parts);
  if (parts.empty()) return {};
  if (!program.empty()) {
    std::set<std::string> processes = processes_of(program);
    if (processes.empty()) return {};
    parts.merge(processes);
  }
  std::string identity;
  for (const std::string& part : parts) identity += part + "\n";
  return identity;
}

}  // namespace livecert::edge
