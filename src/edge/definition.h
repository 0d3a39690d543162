#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "edge/order.h"
#include "edge/place.h"

namespace livecert::edge {

// edge/drivers/kinds.h has a row for each.
enum class Kind : std::uint8_t { kNginx, kHaproxy, kSrs, kFiles, kCaddy };

// The address where an edge listens for TLS.
struct Address {
  std::string host;  // numeric, without the brackets of an IPv6 literal
  std::uint16_t port = 0;

  [[nodiscard]] std::string to_string() const;
  bool operator==(const Address&) const = default;
};

// The users who may read the files of an edge.
struct FileAccess {
  unsigned mode = 0400;
  std::optional<unsigned> user = {};  // nullopt: the user that runs livecert
  std::optional<unsigned> group = {};

  bool operator==(const FileAccess&) const = default;
};

// The domains that an edge takes: those that fit every member that is not empty.
struct Selection {
  std::vector<std::string> domains = {};   // names, or "*.example.net" for every name below, or "*" for all
  std::vector<std::string> projects = {};  // by name
  std::vector<base::AccountId> accounts = {};

  // `domain` may also be a wildcard, for advice.
  [[nodiscard]] bool takes(std::string_view domain, const std::string& project, base::AccountId account) const;
  [[nodiscard]] bool takes(const Order& order) const { return takes(order.domain, order.project, order.account); }
  bool operator==(const Selection&) const = default;
};

// Where an edge was declared.
enum class Origin : std::uint8_t { kConfiguration, kAdded };

// One edge as its operator describes it (docs/edges.md).
struct Definition {
  std::string name;  // letters, digits, hyphens and underscores, 1 to 60
  Kind kind = Kind::kFiles;
  Origin origin = Origin::kConfiguration;
  std::optional<Address> listen;  // nullopt: cannot be proved; what it acknowledges counts as served
  Selection selection;
  std::filesystem::path directory;  // nginx, haproxy and files: for livecert alone, absolute
  std::filesystem::path file;       // srs: the one PEM file
  std::filesystem::path socket;     // haproxy: its runtime API
  // For an added edge: its folder and its socket must be below one of these, without a link in between. Else empty.
  std::filesystem::path folder_root;
  std::filesystem::path socket_root;
  FileAccess access;
  bool proxy_protocol = false;             // `listen` expects a line of the PROXY protocol before TLS
  bool separate = false;                   // files: fullchain.pem and privkey.pem instead of one file
  std::vector<std::string> command;        // files: run after a change, without a shell
  std::chrono::milliseconds settle{2000};  // how long after a change the edge may still serve the former version

  bool operator==(const Definition&) const = default;
};

// The folder of its files: `directory`, or the folder of `file`.
[[nodiscard]] Place place_of(const Definition& definition);
// The folder of its socket.
[[nodiscard]] Place socket_place_of(const Definition& definition);

// Identifies the edge as the same server: kind, address, places of its files and of its socket, layout. When it
// changes, earlier observations there say nothing about the edge.
[[nodiscard]] std::string epoch_of(const Definition& definition);
// Where an edge of that epoch has files that this definition knows nothing of; nullopt: it had none, or has them still.
[[nodiscard]] std::optional<std::filesystem::path> files_left(const std::string& epoch, const Definition& definition);

// Whether two edges share a folder or socket: each would take the other's files for its own, and HAProxy has one
// writer. Also true when the folder of an added edge is inside another edge's folder.
[[nodiscard]] bool collide(const Definition& a, const Definition& b);

}  // namespace livecert::edge
