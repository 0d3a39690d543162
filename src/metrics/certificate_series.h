#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "metrics/series.h"
#include "service/local_edges.h"
#include "store/store.h"

namespace livecert::metrics {

// Stored, bound and served certificates, under the names and labels of x509-certificate-exporter, so that its
// dashboards and alerts work unchanged (its docs/metrics.md, versions 3 and 4): x509_cert_not_after,
// x509_cert_not_before, x509_cert_expired, x509_read_errors and x509_source_*. These know the leaf alone;
// livecert_certificate_end_timestamp_seconds, with the same labels, is when clients begin to refuse the whole chain.
//
// `filepath` is ACCOUNT/PROJECT/CHAINID/DOMAIN for a bound chain, ACCOUNT/PROJECT/CHAINID for an unused one that ends
// within 90 days. `source_name` is "stored", or "served" for the certificate that the edge of the label `edge` showed
// last. There are at most `limit` of the first kind, and as many of the second for each edge, those that end soonest.
// The sums livecert_certificates and livecert_certificates_soonest_end_timestamp_seconds count all chains.
//
// Callable from every thread. One reading at a time; its result is kept for a few seconds, so that frequent scrapes do
// not cost more. A reading that was given up (base/given_up.h) is not kept, but the certificates that it read are.
class CertificateSeries {
 public:
  // `edges` may be null. All references must outlive this.
  CertificateSeries(store::Store& store, const service::LocalEdges* edges, const base::Clock& clock, std::size_t limit);

  [[nodiscard]] Families collect();

 private:
  // The facts of a version's leaf.
  struct Leaf {
    Labels labels;
    double not_before = 0;
    double not_after = 0;
  };
  // The certificates that are shown one by one.
  struct Shown {
    std::size_t stored = 0;
    std::size_t served = 0;
  };
  // A certificate that is shown.
  struct One {
    base::CertId version;
    base::Time ends_at;  // base::Time{}: with the leaf
    std::string edge;    // that shows it; empty: it is stored
  };
  struct Sum;
  struct Reading;

  [[nodiscard]] Families told(bool read, Families families, Shown shown);
  [[nodiscard]] base::Result<void> read_store(Families& families, Shown& shown);
  [[nodiscard]] base::Result<void> read_all(Reading& reading);
  static void add_sums(const std::vector<Sum>& sums, Families& families);
  [[nodiscard]] base::Result<void> read_sums(Reading& reading);
  [[nodiscard]] base::Result<void> read_bound(Reading& reading);
  [[nodiscard]] base::Result<void> read_ending(Reading& reading);
  [[nodiscard]] base::Result<void> add(Reading& reading, const One& one, const std::string& file,
                                       const std::string& folder);
  // nullptr if the version no longer exists, or its leaf cannot be read.
  [[nodiscard]] base::Result<const Leaf*> find_leaf(Reading& reading, base::CertId version);

  store::Store& store_;
  const service::LocalEdges* const edges_;
  const base::Clock& clock_;
  const std::size_t limit_;

  std::mutex mutex_;
  Families last_;
  std::optional<base::SteadyTime> read_at_;
  double errors_ = 0;
  std::map<base::CertId, Leaf> leaves_;  // a version never changes
};

}  // namespace livecert::metrics
