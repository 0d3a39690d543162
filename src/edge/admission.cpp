#include "edge/admission.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>
#include <string>

namespace livecert::edge {
namespace {

using base::Result;

struct FreeInterfaces {
  void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

base::Error refused(std::string what) {
  return {base::ErrorCode::kInvalidInput, std::move(what)};
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& root) {
  const std::filesystem::path relative = path.lexically_relative(root);
  return !relative.empty() && relative != "." && *relative.begin() != "..";
}

std::string list_of(std::span<const std::filesystem::path> roots) {
  std::string text;
  for (const auto& root : roots) text += (text.empty() ? "" : " or ") + root.string();
  return text;
}

Result<std::filesystem::path> find_root(std::string_view member, const std::filesystem::path& path,
                                        std::span<const std::filesystem::path> roots) {
  const auto root = std::ranges::find_if(roots, [&](const auto& each) { return is_below(path, each); });
  if (root != roots.end()) return *root;
  const std::string elsewhere =
      "the service's configuration file can name an edge anywhere, and more places for added ones (edge_roots)";
  if (roots.empty()) return refused(std::string(member) + ": no edge with files can be added here; " + elsewhere);
  return refused(std::string(member) + " must be below " + list_of(roots) + ", not " + path.string() +
                 ", for an edge that is added; " + elsewhere);
}

}  // namespace

bool is_own_address(const Address& address) {
  in_addr v4{};
  in6_addr v6{};
  bool is_v4 = ::inet_pton(AF_INET, address.host.c_str(), &v4) == 1;
  if (!is_v4 && ::inet_pton(AF_INET6, address.host.c_str(), &v6) != 1) return false;
  if (!is_v4 && IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
    is_v4 = true;
  }
  if (is_v4 && (ntohl(v4.s_addr) >> 24U) == IN_LOOPBACKNET) return true;
  if (!is_v4 && IN6_IS_ADDR_LOOPBACK(&v6)) return true;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, FreeInterfaces> owner(list);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    if (is_v4 && entry->ifa_addr->sa_family == AF_INET &&
        reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr.s_addr == v4.s_addr) {
      return true;
    }
    if (!is_v4 && entry->ifa_addr->sa_family == AF_INET6 &&
        IN6_ARE_ADDR_EQUAL(&reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr, &v6)) {
      return true;
    }
  }
  return false;
}

Result<void> admit_anywhere(const Definition& definition) {
  const auto only_in_file = [](const std::string& member) {
    return refused(member + " can only be set in the service's configuration file");
  };
  if (!definition.command.empty()) return only_in_file("command");
  if (definition.access.user) return only_in_file("owner");
  if (definition.access.group) return only_in_file("group");
  if (definition.listen && !is_own_address(*definition.listen)) {
    return refused("listen must be an address of this machine, not " + definition.listen->host +
                   "; the service's configuration file can name another");
  }
  return {};
}

Result<void> admit(Definition& definition, std::span<const std::filesystem::path> roots) {
  TRY(admit_anywhere(definition));
  if (!definition.directory.empty()) {
    TRY_ASSIGN(definition.folder_root, find_root("directory", definition.directory, roots));
  }
  // The file's folder is the edge's own, so it must be below a root and not be one itself.
  if (!definition.file.empty()) {
    TRY_ASSIGN(definition.folder_root, find_root("the folder of file", definition.file.parent_path(), roots));
  }
  if (!definition.socket.empty()) {
    TRY_ASSIGN(definition.socket_root, find_root("socket", definition.socket, roots));
  }
  return {};
}

}  // namespace livecert::edge
