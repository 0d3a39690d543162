#include "app/serve.h"

#include <filesystem>
#include <thread>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/gateway.h"
#include "app/certificate_handler.h"
#include "app/data_files.h"
#include "app/edge_runner.h"
#include "app/instance.h"
#include "app/log.h"
#include "app/retention_job.h"
#include "app/stop_signals.h"
#include "app/system.h"
#include "net/server.h"
#include "service/server_identity.h"
#include "x509/pem.h"

namespace livecert::app {
namespace {

// Of a stop, from the signal on: how long what was accepted may take (longer than Limits::answer_time), and when the
// process ends whatever hangs. Supervisors wait for 10 s or more.
constexpr auto kDrainTime = std::chrono::milliseconds(4500);
constexpr auto kStopTime = std::chrono::milliseconds(4850);

std::filesystem::path addresses_file(const Config& config) {
  return config.data_dir / "addresses.json";
}
std::filesystem::path ca_file(const Config& config) {
  return config.data_dir / "ca.pem";
}

// The HTTPS identity; its CA is put where clients can take it.
base::Result<net::TlsIdentity> make_identity(service::Services& services, const Config& config) {
  TRY_ASSIGN(service::ServerIdentity identity, service::server_identity(services, config.host_names));
  TRY(write_private_file(ca_file(config), base::as_bytes(x509::certificate_to_pem(identity.ca_der))));
  return net::TlsIdentity{std::move(identity.chain_der), std::move(identity.private_key_pkcs8)};
}

base::Result<std::unique_ptr<net::Server>> listen(service::Services& services, const Config& config,
                                                  http::Handler& handler) {
  net::ServerConfig server;
  server.http = config.http;
  server.https = config.https;
  server.insecure_http = config.insecure_http;
  server.limits = config.limits;
  if (config.https) {
    TRY_ASSIGN(server.identity, make_identity(services, config));
  }
  return net::Server::start(std::move(server), handler, services.clock);
}

// Files, outgoing connections and what the libraries open besides the connections.
constexpr std::uint64_t kOtherDescriptors = 128;

void check_descriptors(const Config& config) {
  const std::uint64_t limit = raise_descriptor_limit();
  if (limit >= config.limits.connections + kOtherDescriptors) return;
  log_warning("this process may open " + std::to_string(limit) + " descriptors, too few for max_connections = " +
              std::to_string(config.limits.connections) + ": raise the limit (LimitNOFILE) or lower the setting");
}

// Scripts wait for this file and read the ports from it.
base::Result<void> announce(const net::Server::Addresses& addresses, const Config& config) {
  boost::json::object object;
  if (addresses.http) {
    object["http"] = addresses.http->to_string();
    log_info("serving http://" + addresses.http->to_string());
    if (!addresses.http->is_loopback()) {
      log_warning("plain HTTP beyond loopback: private keys that are uploaded cross the network in the clear");
    }
  }
  if (addresses.https) {
    object["https"] = addresses.https->to_string();
    log_info("serving https://" + addresses.https->to_string() + ", to be trusted with " + ca_file(config).string());
  }
  return write_private_file(addresses_file(config), base::as_bytes(boost::json::serialize(object) + "\n"));
}

base::Result<std::unique_ptr<EdgeRunner>> start_edges(service::Services& services, const Config& config) {
  EdgeRunner::Options options;
  options.configured = config.edges;
  options.roots = config.edge_roots;
  options.plan = {config.put_back, config.proof_interval};
  options.data_dir = config.data_dir;
  return EdgeRunner::start(services, std::move(options));
}

std::optional<std::string> loopback_url(const net::Server::Addresses& addresses) {
  if (!addresses.http || !addresses.http->is_loopback()) return std::nullopt;
  return "http://" + addresses.http->to_string();
}

base::Result<void> run(const Config& config, StopSignals& signals) {
  TRY_ASSIGN(const auto instance, Instance::open(config, Instance::IfEmpty::kInitialise));
  std::error_code ignored;
  std::filesystem::remove(addresses_file(config), ignored);

  TRY_ASSIGN(auto edges, start_edges(instance->services(), config));
  instance->services().edges = edges.get();
  api::Gateway gateway(instance->services(), {config.region, config.rate_limit}, log_access);
  CertificateHandler handler(edges->desks(), edges->source(), gateway);
  TRY_ASSIGN(auto server, listen(instance->services(), config, handler));
  TRY(announce(server->addresses(), config));
  edges->publish(loopback_url(server->addresses()));
  auto retention = RetentionJob::start(instance->services(), config.prune_after);

  signals.wait();
  std::filesystem::remove(addresses_file(config), ignored);
  {
    const std::jthread others([&] {
      retention.reset();
      edges->stop();
    });
    server->drain(kDrainTime);
  }
  server.reset();
  return {};
}

}  // namespace

base::Result<void> serve(const Config& config) {
  start_log(config.log_level);
  StopSignals signals(kStopTime);
  check_descriptors(config);
  auto served = run(config, signals);
  if (served) log_info("stopped");
  flush_log();
  return served;
}

}  // namespace livecert::app
