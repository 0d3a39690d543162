#pragma once

namespace livecert::x509 {
class RootSet;
}

namespace livecert::service {

// What an operator decides about the use cases.
struct Settings {
  bool register_domains = false;    // binding an unknown domain creates it, if the certificate covers it
  int keep_versions = 10;           // of each chain; at least 1
  bool converge_duplicates = true;  // for an equal chain of the account and project, answer the earlier ChainID
  const x509::RootSet* required_roots = nullptr;  // set: an upload must lead to one of these
  const x509::RootSet* known_roots = nullptr;     // set: a chain that ends below one of these is complete
};

}  // namespace livecert::service
