#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "net/server.h"
#include "service/context.h"
#include "service/server_identity.h"

namespace livecert::app {

// The names of the HTTPS listener, and the domain whose certificate it shows.
struct IdentityOptions {
  std::vector<std::string> host_names;
  std::string own_domain;         // empty: the bootstrap CA's certificate
  std::filesystem::path ca_file;  // gets the certificate of the bootstrap CA
  bool proxy_protocol = false;    // connections from this machine begin with a header of the PROXY protocol

  bool operator==(const IdentityOptions&) const = default;
};

// The identity that the HTTPS listener should have now: that of the own domain, or if there is none, the bootstrap
// CA's, which is renewed when half its time is over. Writes the CA's file, and logs what clients must know. Errors:
// those of server_identity().
[[nodiscard]] base::Result<service::ServerIdentity> choose_identity(service::Services& services,
                                                                    const IdentityOptions& options);
[[nodiscard]] net::TlsIdentity tls_identity_of(const service::ServerIdentity& identity);

// Keeps the identity of a running HTTPS listener up to date: every two seconds the certificate of the own domain, every
// hour the bootstrap CA's. It exchanges the identity in place, and proves it with a handshake as at an edge. It logs
// failures; the former identity stays in use then.
class IdentityWatch {
 public:
  // `shown` is the leaf that the listener began with. Services and server must outlive it.
  IdentityWatch(service::Services& services, net::Server& server, IdentityOptions options, base::Bytes shown);
  IdentityWatch(const IdentityWatch&) = delete;
  IdentityWatch& operator=(const IdentityWatch&) = delete;
  // Ends a wait at once, and a handshake after two seconds.
  ~IdentityWatch() = default;

  // Continues with other names; at once.
  void change(IdentityOptions options);

 private:
  void run(const std::stop_token& stop);
  void look(const IdentityOptions& options);
  void exchange(const IdentityOptions& options, service::ServerIdentity identity);
  void prove(const IdentityOptions& options, const service::ServerIdentity& identity) const;

  service::Services& services_;
  net::Server& server_;
  base::Bytes shown_;                               // only for the thread, as the next two
  std::string failure_;                             // the last one that the log has told
  std::optional<base::CertId> version_;             // of the own domain, at the last look
  std::optional<base::SteadyTime> renewal_looked_;  // the last time that the bootstrap CA's was looked at
  std::mutex mutex_;
  std::condition_variable_any wake_;
  IdentityOptions options_;
  bool is_changed_ = false;
  std::jthread thread_;
};

}  // namespace livecert::app
