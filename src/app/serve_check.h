#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/check_list.h"
#include "app/config.h"
#include "app/port_holders.h"
#include "base/result.h"
#include "base/secret.h"

namespace livecert::app {

// The checks of the conditions for `livecert serve`, as the user that calls them. They start, make and change nothing,
// and a service may run meanwhile. Both references must outlive it.
class StartCheck {
 public:
  StartCheck(const Config& config, CheckList& list) : config_(config), list_(list) {}

  // The processes at the ports of the configuration, which only root sees while another user's rights are checked.
  // Without a call, holders of ports are not named.
  void find_holders();

  // First: it also finds out whether a service runs there.
  void look_at_directory();
  // The store's files, without their content.
  void look_at_store();
  // Whether the key opens the store, or will be the key of the first one. After look_at_store().
  void look_at_keys(const base::Result<vault::MasterKeys>& keys);
  void look_at_roots();
  // Each one's folder and socket. Asks each HAProxy for its version, and connects to each edge that has `listen`, for a
  // second at most.
  void look_at_edges(const std::vector<edge::Definition>& edges);
  void look_at_addresses();
  void look_at_access_log();

  [[nodiscard]] bool has_store() const;
  // For the folders of edges; empty: there is none yet.
  [[nodiscard]] std::string own_mark() const;
  [[nodiscard]] bool is_in_use() const { return in_use_; }  // a service runs on the data directory

 private:
  void look_at_postgres();
  void look_at_first_start();
  void look_at_edge(const edge::Definition& definition);
  void look_at_folder(const edge::Definition& definition);
  void look_at_owner(const edge::Definition& definition);
  void look_at_address(const net::Endpoint& endpoint);
  void name_holder(const net::Endpoint& endpoint, int failure);

  struct Held {
    net::Endpoint endpoint;
    std::vector<PortHolder> holders;
  };

  const Config& config_;
  CheckList& list_;
  std::vector<Held> held_;
  std::optional<base::Bytes> vault_header_;  // of a store in PostgreSQL
  store::StoredMasterKeys known_keys_;
  bool in_use_ = false;
  bool is_sound_ = true;  // nothing about the store keeps a key from being tried
};

// "edge front: ", the beginning of a line about that edge.
[[nodiscard]] std::string begin_of(const edge::Definition& definition);

// The addresses that the configuration gives to listeners.
[[nodiscard]] std::vector<net::Endpoint> addresses_of(const Config& config);
// The process that runs on the data directory, as its lock names it; 0: unknown.
[[nodiscard]] pid_t process_of(const std::filesystem::path& data_dir);

// All of these checks; prints the lines. 1 when one is an error, else 0.
[[nodiscard]] base::Result<int> check_and_print(const Config& config);

}  // namespace livecert::app
