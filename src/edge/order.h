#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/domain_name.h"
#include "domain/live_domain.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

// An *edge* is a TLS server that serves the uploaded certificates: nginx, HAProxy, SRS, Caddy, or a program that reads
// files. This folder has the contracts; edge/proof/ proves what is served, edge/drivers/ knows how each kind takes a
// certificate, edge/delivery/ decides the next steps. None of them knows where certificates come from. An edge on
// another machine is one more kind of edge::Worker: tasks and their ends are plain values, and one plan keeps its rules
// for all edges.
namespace livecert::edge {

// The version that edges should serve for one domain.
struct Order {
  domain::DomainName domain;
  base::AccountId account;
  std::string project;
  base::ChainId chain;
  base::CertId version;
  domain::TlsSwitches tls;
  base::Time ends_at;  // when clients begin to refuse the version; base::Time{} when it is not known

  bool operator==(const Order&) const = default;
};

// The certificates and the key of one version. The key signs for the leaf once check_bundle() has passed it.
struct Bundle {
  std::vector<x509::Certificate> certificates;  // the leaf first
  x509::PrivateKey key;
};

}  // namespace livecert::edge
