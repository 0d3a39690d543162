#include "app/identity_watch.h"

#include <utility>

#include "app/data_files.h"
#include "app/log.h"
#include "base/thread_name.h"
#include "edge/proof/proof.h"
#include "x509/certificate.h"
#include "x509/pem.h"

namespace livecert::app {
namespace {

constexpr std::chrono::seconds kLook{2};
constexpr std::chrono::hours kRenewalLook{1};

void keep_ca(const std::filesystem::path& file, const service::ServerIdentity& identity) {
  const std::string ca = x509::certificate_to_pem(identity.ca_der);
  if (holds(file, base::as_bytes(ca))) return;
  if (const auto written = write_private_file(file, base::as_bytes(ca)); !written) {
    log_warning(written.error().message);
  }
}

std::string end_of(const service::ServerIdentity& identity) {
  const auto leaf = x509::Certificate::parse(identity.chain_der.front());
  return leaf ? base::to_rfc3339(leaf->not_after()) : std::string();
}

}  // namespace

base::Result<service::ServerIdentity> choose_identity(service::Services& services, const IdentityOptions& options) {
  if (!options.own_domain.empty()) {
    auto own = service::own_identity(services, options.own_domain);
    if (own) return own;
    log_warning("own_domain: " + own.error().message +
                ". The HTTPS listener shows a certificate of the bootstrap CA meanwhile");
  }
  TRY_ASSIGN(service::ServerIdentity identity, service::server_identity(services, options.host_names));
  keep_ca(options.ca_file, identity);
  if (identity.replaced_ca) {
    log_warning(std::string(identity.ca_was_over
                                ? "the former bootstrap CA is not valid at this time"
                                : "the former bootstrap CA may not issue for the names of host_names") +
                ", so a new CA was made: ALL CLIENTS MUST TRUST " + options.ca_file.string() + " AGAIN");
  }
  for (const std::string& name : identity.left_out) {
    log_info(
        "the bootstrap CA was made by an earlier release and may not issue for " + name +
        ": if clients call that host here, name it in host_names; this makes a new CA, which clients must trust again");
  }
  return identity;
}

net::TlsIdentity tls_identity_of(const service::ServerIdentity& identity) {
  return {identity.chain_der, identity.private_key_pkcs8.clone(base::SecretAccess())};
}

IdentityWatch::IdentityWatch(service::Services& services, net::Server& server, IdentityOptions options,
                             base::Bytes shown)
    : services_(services), server_(server), shown_(std::move(shown)), options_(std::move(options)) {
  renewal_looked_ = services_.clock.steady_now();  // when `shown` was chosen, however late the thread starts
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void IdentityWatch::change(IdentityOptions options) {
  {
    const std::lock_guard lock(mutex_);
    if (options == options_) return;
    options_ = std::move(options);
    is_changed_ = true;
  }
  wake_.notify_all();
}

void IdentityWatch::run(const std::stop_token& stop) {
  base::name_this_thread("identity");
  while (!stop.stop_requested()) {
    IdentityOptions options;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, kLook, [this] { return is_changed_; });
      if (stop.stop_requested()) return;
      options = options_;
      if (std::exchange(is_changed_, false)) {
        version_.reset();
        renewal_looked_.reset();
      }
    }
    look(options);
  }
}

// Reads a key only when there may be another one to show.
void IdentityWatch::look(const IdentityOptions& options) {
  const base::SteadyTime now = services_.clock.steady_now();
  const bool is_due = !renewal_looked_ || now - *renewal_looked_ >= kRenewalLook;
  std::optional<base::CertId> version;
  if (!options.own_domain.empty()) {
    const auto bound = service::own_binding(services_, options.own_domain);
    if (!bound) return;  // a store that cannot be read now; the log says so elsewhere
    if (*bound) version = (*bound)->version;
  }
  if (!is_due && version == version_) return;
  // While the certificate of the own domain is bound, a store that cannot be read just now is no reason for another.
  auto identity = version ? service::own_identity(services_, options.own_domain) : choose_identity(services_, options);
  if (!identity) {
    const std::string& why = identity.error().message;
    if (std::exchange(failure_, why) != why) log_warning("the certificate of the HTTPS listener stays: " + why);
    return;
  }
  failure_.clear();
  renewal_looked_ = now;
  version_ = version;
  if (identity->chain_der.front() != shown_) exchange(options, *std::move(identity));
}

void IdentityWatch::exchange(const IdentityOptions& options, service::ServerIdentity identity) {
  if (const auto done = server_.exchange_identity(tls_identity_of(identity)); !done) {
    return log_error("the certificate of the HTTPS listener cannot be exchanged: " + done.error().message);
  }
  shown_ = identity.chain_der.front();
  prove(options, identity);
}

void IdentityWatch::prove(const IdentityOptions& options, const service::ServerIdentity& identity) const {
  const auto& https = server_.addresses().https;
  if (!https) return;
  std::string host = https->address;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  std::vector<x509::Certificate> expected;
  for (const base::Bytes& der : identity.chain_der) {
    if (auto certificate = x509::Certificate::parse(der)) expected.push_back(*std::move(certificate));
  }
  edge::ProofTarget target;
  target.address = {host, https->port};
  target.domain = options.own_domain.empty() ? "localhost" : options.own_domain;
  target.proxy_protocol = options.proxy_protocol;
  const edge::Proof proof = edge::Prover().prove(target, expected, edge::ProofDepth::kChain);
  if (proof.state == edge::Proof::State::kProved) {
    return log_info("the HTTPS listener shows its new certificate, which ends at " + end_of(identity) +
                    ": proved by a handshake");
  }
  log_warning("the HTTPS listener has a new certificate, but a handshake did not prove it: " + proof.reason);
}

}  // namespace livecert::app
