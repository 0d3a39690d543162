#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/live_domain.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

// An *edge* is a TLS server that serves what was uploaded: nginx, HAProxy, SRS, or whatever reads files. This layer
// knows how each kind takes a certificate and how to prove that it serves it; where certificates come from it does not
// know, so that the same code runs beside the service and, fed over the network, on another machine.
namespace livecert::edge {

// What one domain is to be served with.
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
