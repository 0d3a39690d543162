#include "app/port_holders.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace livecert::app {
namespace {

namespace fs = std::filesystem;

// The address of a line: words of 32 bits, each in the byte order of the machine, in hexadecimal.
std::string read_address(const std::string& hex) {
  std::array<std::uint32_t, 4> words{};
  const std::size_t count = hex.size() / 8;
  if (hex.size() % 8 != 0 || (count != 1 && count != 4)) return {};
  for (std::size_t i = 0; i < count; ++i) std::from_chars(hex.data() + i * 8, hex.data() + i * 8 + 8, words.at(i), 16);
  std::array<char, INET6_ADDRSTRLEN> text{};
  const char* const shown = ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  return shown == nullptr ? std::string() : shown;
}

bool is_every(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

bool keeps_from(const std::string& hex, const std::string& wanted) {
  const std::string held = read_address(hex);
  return held == wanted || held == "::ffff:" + wanted || is_every(held) || is_every(wanted);
}

// Lines of proc(5), "/proc/net/tcp": number, local address and port in hexadecimal, remote, state, …; the tenth is the
// socket's inode.
void add_listeners(const char* table, const net::Endpoint& endpoint, std::set<std::string>& sockets) {
  constexpr std::string_view kListens = "0A";
  std::ifstream stream(table);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string local;
    std::string state;
    std::string inode;
    std::string skipped;
    words >> skipped >> local >> skipped >> state >> skipped >> skipped >> skipped >> skipped >> skipped >> inode;
    const std::size_t colon = local.rfind(':');
    if (state != kListens || colon == std::string::npos) continue;
    std::uint16_t found = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
    if (found != endpoint.port) continue;
    if (keeps_from(local.substr(0, colon), endpoint.address)) sockets.insert("socket:[" + inode + "]");
  }
}

bool holds_one(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code failure;
  fs::directory_iterator entries(process / "fd", failure);
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure)) {
    std::error_code gone;
    if (sockets.contains(fs::read_symlink(entries->path(), gone).string())) return true;
  }
  return false;
}

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

// "0::/system.slice/nginx.service": the last part is the unit.
std::string unit_of(const fs::path& process) {
  const std::string unit = fs::path(first_line(process / "cgroup")).filename();
  return unit.ends_with(".service") ? unit : std::string();
}

}  // namespace

std::vector<PortHolder> holders_of(const net::Endpoint& endpoint) {
  std::set<std::string> sockets;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) add_listeners(table, endpoint, sockets);
  std::vector<PortHolder> holders;
  if (sockets.empty()) return holders;
  std::error_code failure;
  fs::directory_iterator processes("/proc", failure);
  for (; !failure && processes != fs::directory_iterator(); processes.increment(failure)) {
    const std::string name = processes->path().filename();
    pid_t number = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (fault != std::errc() || end != name.data() + name.size()) continue;
    if (!holds_one(processes->path(), sockets)) continue;
    holders.push_back({number, first_line(processes->path() / "comm"), unit_of(processes->path())});
  }
  return holders;
}

std::string to_text(const PortHolder& holder) {
  return holder.program + " (" + std::to_string(holder.process) + ")";
}

std::string command_to_stop(const PortHolder& holder) {
  if (holder.process == 1) return "systemctl list-sockets";
  return holder.unit.empty() ? "kill " + std::to_string(holder.process) : "systemctl stop " + holder.unit;
}

}  // namespace livecert::app
