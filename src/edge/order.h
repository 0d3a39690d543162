#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/live_domain.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

// An *edge* is a TLS server that serves the uploaded certificates: nginx, HAProxy, SRS, Caddy, or a program that reads
// files. This layer knows how each kind takes a certificate and how to prove that it serves it. It does not know where
// certificates come from. For an edge on another machine, only the worker would run there: tasks and their ends are
// plain values, and one plan keeps its rules for all edges.
namespace livecert::edge {

// The version that edges have to serve for one domain.
struct Order {
  std::string domain;  // as domain::parse_domain_name() makes it: safe in a path and in an edge's configuration
  base::AccountId account;
  std::string project;
  base::ChainId chain;
  base::CertId version;
  domain::TlsSwitches tls;
  base::Time not_after;  // of the version's leaf

  bool operator==(const Order&) const = default;
};

// The certificates and the key of one version. The key signs for the leaf once check_bundle() has passed it.
struct Bundle {
  std::vector<x509::Certificate> certificates;  // the leaf first
  x509::PrivateKey key;
};

}  // namespace livecert::edge
