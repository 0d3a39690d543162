#include "app/serve.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/gateway.h"
#include "api/healthz_door.h"
#include "app/admin_listener.h"
#include "app/audit_job.h"
#include "app/certificate_door.h"
#include "app/configuration_error.h"
#include "app/data_files.h"
#include "app/edge_runner.h"
#include "app/health_door.h"
#include "app/health_watch.h"
#include "app/identity_watch.h"
#include "app/instance.h"
#include "app/log.h"
#include "app/master_key_source.h"
#include "app/metrics_door.h"
#include "app/notice_job.h"
#include "app/retention_job.h"
#include "app/server_series.h"
#include "app/service_manager.h"
#include "app/stop_signals.h"
#include "app/store_address.h"
#include "app/system.h"
#include "base/join.h"
#include "console/archive.h"
#include "console/console_door.h"
#include "edge/drivers/kinds.h"
#include "metrics/audit_series.h"
#include "metrics/certificate_series.h"
#include "metrics/delivery_metrics.h"
#include "metrics/edge_series.h"
#include "metrics/notice_series.h"
#include "metrics/process_series.h"
#include "metrics/request_metrics.h"
#include "metrics/store_metrics.h"
#include "net/server.h"
#include "outgoing/process.h"
#include "service/audit_book.h"
#include "service/server_identity.h"

namespace livecert::app {
namespace {

// The times of a stop, counted from the signal: how long requests may still arrive, how long they may be worked on and
// answered (longer than Limits::answer_time), and when the process ends whatever hangs. Supervisors wait for 10 s or
// more.
constexpr auto kArrivalTime = std::chrono::milliseconds(2500);
constexpr auto kDrainTime = std::chrono::milliseconds(4500);
constexpr auto kStopTime = std::chrono::milliseconds(4850);
// How long the receivers of notices may take to answer, counted from when the edges have stopped.
constexpr auto kNoticeTime = std::chrono::milliseconds(2500);
constexpr auto kLastLinesTime = std::chrono::milliseconds(100);

std::filesystem::path addresses_file(const Config& config) {
  return config.data_dir / "addresses.json";
}
std::filesystem::path ca_file(const Config& config) {
  return config.data_dir / "ca.pem";
}

bool is_behind_proxy(const Config& config, std::string_view address) {
  const auto bytes = base::parse_address(address);
  return bytes && std::ranges::any_of(config.proxy_protocol_from,
                                      [&](const base::AddressBlock& block) { return block.contains(*bytes); });
}

IdentityOptions identity_options(const Config& config) {
  IdentityOptions options{config.host_names, config.own_domain, ca_file(config), false};
  // A handshake with the own listener comes from the address that it goes to.
  if (config.https) {
    const std::string& address = config.https->address;
    options.proxy_protocol = is_behind_proxy(config, address == "0.0.0.0" ? "127.0.0.1"
                                                     : address == "::"    ? "::1"
                                                                          : address);
  }
  return options;
}

// With too few descriptors, accepting would fail where it should make room.
std::size_t affordable_connections(std::size_t wanted) {
  const std::uint64_t limit = raise_descriptor_limit();
  if (limit >= wanted + kOtherDescriptors) return wanted;
  const std::uint64_t affordable = limit > 2 * kOtherDescriptors ? limit - kOtherDescriptors : limit / 2;
  log_warning("this process may open " + std::to_string(limit) +
              " descriptors, too few for max_connections = " + std::to_string(wanted) + ", so that it serves " +
              std::to_string(affordable) + " connections at once: raise the limit (LimitNOFILE) or lower the setting");
  return affordable;
}

// `shown` gets the leaf of the HTTPS listener.
base::Result<std::unique_ptr<net::Server>> listen(service::Services& services, const Config& config,
                                                  http::Handler& handler, base::Bytes& shown) {
  net::ServerConfig server;
  server.http = config.http;
  server.https = config.https;
  server.insecure_http = config.insecure_http;
  server.proxy_protocol_from = config.proxy_protocol_from;
  server.limits = config.limits;
  server.limits.connections = affordable_connections(config.limits.connections);
  if (config.https) {
    TRY_ASSIGN(const service::ServerIdentity identity, choose_identity(services, identity_options(config)));
    shown = identity.chain_der.front();
    server.identity = tls_identity_of(identity);
  }
  return net::Server::start(std::move(server), handler, services.clock);
}

// Scripts wait for this file and read the ports from it.
void announce(const net::Server::Addresses& addresses, const std::optional<net::Endpoint>& admin,
              const Config& config) {
  boost::json::object object;
  if (admin) {
    object["admin"] = admin->to_string();
    log_info("health and metrics at http://" + admin->to_string() +
             (admin->is_loopback() ? "" : ", for everybody who can reach that address"));
  }
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
  const auto written =
      write_in_kept_room(addresses_file(config), base::as_bytes(boost::json::serialize(object) + "\n"));
  // The service works without this file, and a full disk does not keep it from serving what is stored.
  if (!written) log_warning(written.error().message);
}

EdgeRunner::Options edge_options(const Config& config) {
  EdgeRunner::Options options;
  options.configured = config.edges;
  options.roots = config.edge_roots;
  options.plan = config.plan;
  options.delivers = !config.no_delivery;
  options.shares_store = is_in_postgres(config);
  options.data_dir = config.data_dir;
  return options;
}

// Tells a reader of the log which program runs where.
void introduce(const Config& config, const std::string& store) {
  log_info("livecert " LIVECERT_VERSION ": store " + store + ", master key " + master_key_file(config).string() +
           ", process " + std::to_string(::getpid()));
}

void announce_edges(const EdgeRunner& edges) {
  std::string list;
  for (const edge::EdgeStatus& edge : edges.status()) {
    const edge::Definition& definition = edge.definition;
    list += (list.empty() ? "" : ", ") + definition.name + " (" + std::string(edge::to_text(definition.kind));
    if (definition.listen) list += " at " + definition.listen->to_string();
    list += ")";
  }
  log_info(list.empty() ? "no edges: certificates are stored, but nothing serves them" : "edges: " + list);
}

LogOptions log_options(const Config& config) {
  return {config.log_level, config.log_format == "json", config.access_log};
}

// A reload that is refused changes nothing, because half of a configuration is not what the operator wrote.
base::Result<Reload> read_reload(const Config& running, const std::function<base::Result<Config>()>& read_again) {
  TRY_ASSIGN(const Config read, read_again());
  TRY_ASSIGN(Reload reload, take_over(running, read));
  TRY(EdgeRunner::check(reload.config.edges));
  TRY(check_access_file(reload.config.access_log));
  return reload;
}

void reload_into(Config& running, api::Dispatcher& dispatcher, EdgeRunner& edges,
                 const std::function<base::Result<Config>()>& read_again) {
  auto read = read_reload(running, read_again);
  if (!read) return log_error("the configuration stays as it was: " + read.error().message);
  dispatcher.set_rate_limit(read->config.rate_limit);
  if (edge_options(read->config) != edge_options(running)) edges.change(edge_options(read->config));
  log_info(read->taken.empty() ? "no setting changed that a running service can apply"
                               : "applied: " + base::join(read->taken, ", "));
  if (!read->restarts.empty())
    log_warning("these settings changed and need a restart: " + base::join(read->restarts, ", "));
  // After the lines about it. The file of requests is opened again at each reload, for logrotate.
  if (const auto changed = change_log(log_options(read->config)); !changed) log_error(changed.error().message);
  running = std::move(read->config);
}

std::optional<std::string> loopback_url(const net::Server::Addresses& addresses) {
  if (!addresses.http || !addresses.http->is_loopback()) return std::nullopt;
  return "http://" + addresses.http->to_string();
}

void announce_stop(service::Readiness& readiness) {
  tell_service_manager("STOPPING=1");
  readiness.begin({std::string(service::reason::kStopping), service::Reason::Kind::kNotReady,
                   "The service is stopping: it answers the requests that it has accepted.",
                   "Send requests elsewhere."});
}

// nullptr: no such listener is wanted.
base::Result<std::unique_ptr<AdminListener>> start_admin(const Config& config, http::Door& health,
                                                         http::Door& metrics_door, const base::Clock& clock) {
  if (!config.admin) return std::unique_ptr<AdminListener>();
  const std::vector<http::Route> doors{{kLivePath, health, http::From::kAnywhere},
                                       {kReadyPath, health, http::From::kAnywhere},
                                       {kMetricsPath, metrics_door, http::From::kAnywhere}};
  return AdminListener::start(*config.admin, doors, clock);
}

// A stop that the service asks of itself, in the way of everybody who stops it.
class OwnStop {
 public:
  // Callable from every thread.
  void ask(const std::string& why) {
    log_error(why);
    {
      const std::lock_guard lock(mutex_);
      why_ = why;
    }
    ::kill(::getpid(), SIGTERM);
  }
  // The error with which the service ends; none: others stopped it.
  [[nodiscard]] base::Result<void> why() const {
    const std::lock_guard lock(mutex_);
    return why_ ? base::Result<void>(configuration_error(*why_)) : base::Result<void>();
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> why_;
};

// What the instance does not make itself. `writes`: counts the store's groups; nullptr: nobody asks for them.
Instance::Given what_is_given(metrics::StoreMetrics* writes, outgoing::Process& calls, OwnStop& own_stop) {
  Instance::Given given;
  given.on_outdated = [&own_stop](const std::string& why) { own_stop.ask(why); };
  if (writes != nullptr) given.watch = [writes](const store::GroupSeen& seen) { writes->observe(seen); };
  given.fetch = calls.fetcher();
  return given;
}

// `requests` as above.
std::function<void(const api::AccessRecord&)> recorder(metrics::RequestMetrics* requests) {
  return [requests](const api::AccessRecord& access) {
    if (requests != nullptr) requests->observe(access.known_action, access.code, access.duration);
    log_access(access);
  };
}

// Answers what has arrived, while everything else stops.
void drain(net::Server& server, const std::function<void()>& stop_others) {
  const std::jthread others(stop_others);
  server.drain(kArrivalTime, kDrainTime);
}

base::Result<void> run(Config config, const std::function<base::Result<Config>()>& read_again, StopSignals& signals) {
  keep_room(addresses_file(config));                 // before the store uses the room that is left
  outgoing::Process calls({.report = log_warning});  // before there are keys
  metrics::RequestMetrics requests;
  metrics::StoreMetrics writes;
  metrics::DeliveryMetrics deliveries;
  OwnStop own_stop;
  // Without a listener that shows them, nothing is counted.
  const bool is_watched = config.admin.has_value();
  TRY_ASSIGN(const auto instance, Instance::open(config, Instance::IfEmpty::kInitialise,
                                                 what_is_given(is_watched ? &writes : nullptr, calls, own_stop)));
  introduce(config, instance->store_name());
  service::AuditBook book(instance->services().store, instance->clock());
  instance->services().audit = &book;
  service::Readiness readiness(instance->clock(), log_reason);
  HealthWatch watch(instance->services().store, instance->clock(), readiness);
  take_away(addresses_file(config));

  // Before the edges, whose receipts it hears of.
  service::NoticeDesk desk(instance->services(), calls.sender(), log_warning);
  instance->services().notices = &desk;
  TRY_ASSIGN(auto edges, EdgeRunner::start(instance->services(), edge_options(config),
                                           [&](const auto& edge, auto took) { deliveries.observe(edge, took); }));
  instance->services().edges = edges.get();
  const HealthWatch::Following following(watch, *edges);
  const api::Answerer answerer(instance->clock(), config.region, recorder(is_watched ? &requests : nullptr));
  api::Dispatcher dispatcher(instance->services(), answerer, config.rate_limit);
  api::Gateway gateway(instance->services(), answerer, dispatcher);
  api::HealthzDoor healthz(instance->services(), answerer);
  HealthDoor health(readiness);
  CertificateDoor certificates(edges->tokens(), edges->source());
  console::ConsoleDoor console(console::Assets::read(console::archive()).value_or(console::Assets()));
  // Every path, and who may call it. All other paths are the API's, which is at / and admits signed requests.
  http::Router router({{kLivePath, health, http::From::kAnywhere},
                       {kReadyPath, health, http::From::kAnywhere},
                       {api::kHealthzPath, healthz, http::From::kAnywhere},
                       {kEdgesPath, certificates, http::From::kThisMachine},
                       {console::kConsolePathWithoutSlash, console, http::From::kAnywhere},
                       {console::kConsolePath, console, http::From::kAnywhere},
                       {"/", console, http::From::kAnywhere}},
                      gateway);
  base::Bytes shown;
  TRY_ASSIGN(auto server, listen(instance->services(), config, router, shown));
  std::optional<IdentityWatch> identity;
  if (config.https) identity.emplace(instance->services(), *server, identity_options(config), std::move(shown));
  metrics::CertificateSeries certificate_series(instance->services().store, edges.get(), instance->clock(),
                                                static_cast<std::size_t>(config.metrics_certificates));
  metrics::AuditSeries audit_series(instance->services(), book);
  MetricsDoor metrics_door({[&] { return server_series(*server, readiness); }, metrics::process_series,
                            [&] { return requests.collect(); }, [&] { return writes.collect(); },
                            [&] { return metrics::edge_series(edges->status()); }, [&] { return deliveries.collect(); },
                            [&] { return metrics::notice_series(desk.counts()); },
                            [&] { return audit_series.collect(); }, [&] { return certificate_series.collect(); }});
  TRY_ASSIGN(auto admin, start_admin(config, health, metrics_door, instance->clock()));
  announce(server->addresses(), admin ? std::optional(admin->address()) : std::nullopt, config);
  announce_edges(*edges);
  edges->publish(loopback_url(server->addresses()));
  // It ends after the last write of everybody else, and signs that too.
  std::optional<AuditJob> audit(std::in_place, instance->services(), book);
  auto retention = RetentionJob::start(instance->services(), readiness, {config.prune_after, config.audit_retention});
  // A copy that delivers nothing tells nothing either: the original does.
  std::optional<NoticeJob> notices;
  if (!config.no_delivery) notices.emplace(desk, readiness);

  tell_service_manager("READY=1");
  while (signals.wait() == StopSignals::Asked::kReload) {
    reload_into(config, dispatcher, *edges, read_again);
    if (identity) identity->change(identity_options(config));
  }
  announce_stop(readiness);
  take_away(addresses_file(config));
  drain(*server, [&] {
    if (notices) notices->request_stop();
    identity.reset();
    retention.reset();
    edges->stop();
    // A message whose answer did not come is sent again after the next start, with the same id.
    if (notices && !notices->ends_within(kNoticeTime)) calls.stop();
    notices.reset();
  });
  admin.reset();
  server.reset();
  audit.reset();
  return own_stop.why();
}

}  // namespace

base::Result<void> serve(const Config& config, const std::function<base::Result<Config>()>& read_again) {
  TRY(start_log(log_options(config)));
  StopSignals signals(kStopTime);
  auto served = run(config, read_again, signals);
  if (served) log_info("stopped");
  flush_log(kLastLinesTime);
  return served;
}

}  // namespace livecert::app
