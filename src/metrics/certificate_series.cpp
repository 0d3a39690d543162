#include "metrics/certificate_series.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "x509/name_fields.h"

namespace livecert::metrics {
namespace {

// An unused chain is shown on its own this long before its end.
constexpr auto kSoon = std::chrono::days(90);

// A reading is kept for this long, or for this many times its own duration, whichever is longer.
constexpr auto kKept = std::chrono::seconds(5);
constexpr int kRestTimes = 20;
// Of readings that failed, leaves are kept beside those of the last one that did not, up to so many times the limit.
constexpr std::size_t kMostLeaves = 4;

constexpr const char* kKind = "livecert";
constexpr const char* kStored = "stored";
constexpr const char* kServed = "served";

double seconds(base::Time time) {
  return static_cast<double>(base::to_unix_seconds(time));
}

void add_fields(Labels& labels, const std::string& prefix, x509::NameFields fields) {
  labels.emplace_back(prefix + "_C", std::move(fields.country));
  labels.emplace_back(prefix + "_ST", std::move(fields.state));
  labels.emplace_back(prefix + "_L", std::move(fields.locality));
  labels.emplace_back(prefix + "_O", std::move(fields.organization));
  labels.emplace_back(prefix + "_OU", std::move(fields.unit));
  labels.emplace_back(prefix + "_CN", std::move(fields.common_name));
}

}  // namespace

// The numbers of chains in one project, by state.
struct CertificateSeries::Sum {
  std::string account;
  std::string project;
  double valid = 0;
  double closing = 0;
  double ended = 0;
  std::optional<base::Time> soonest = {};  // the soonest end of those that have not ended

  void operator+=(const Sum& other) {
    valid += other.valid;
    closing += other.closing;
    ended += other.ended;
    if (other.soonest && (!soonest || *other.soonest < *soonest)) soonest = other.soonest;
  }
};

struct CertificateSeries::Reading {
  store::Snapshot& snapshot;
  base::Time now;
  std::map<base::AccountId, std::string> accounts = {};  // their names
  std::vector<Sum> sums = {};
  std::vector<std::pair<base::AccountId, std::string>> projects = {};  // those with chains that have not ended
  std::set<base::ChainId> bound = {};
  bool has_all_bound = true;
  Shown shown = {};
  std::map<base::CertId, Leaf> leaves = {};

  prometheus::MetricFamily not_after =
      gauges("x509_cert_not_after", "End of a certificate's validity, in seconds since 1970.");
  prometheus::MetricFamily not_before =
      gauges("x509_cert_not_before", "Begin of a certificate's validity, in seconds since 1970.");
  prometheus::MetricFamily expired = gauges(
      "x509_cert_expired", "1 when clients refuse the certificate because it, or an issuer that it needs, has ended.");
  prometheus::MetricFamily end =
      gauges("livecert_certificate_end_timestamp_seconds",
             "When clients begin to refuse the certificate: its own end, or that of an issuer which ends before it.");
};

CertificateSeries::CertificateSeries(store::Store& store, const service::LocalEdges* edges, const base::Clock& clock,
                                     std::size_t limit)
    : store_(store), edges_(edges), clock_(clock), limit_(std::max<std::size_t>(limit, 1)) {}

Families CertificateSeries::collect() {
  const std::lock_guard lock(mutex_);
  const base::SteadyTime begin = clock_.steady_now();
  if (read_at_ && begin < *read_at_) return last_;
  Families families;
  Shown shown;
  const auto read = read_store(families, shown);
  // Nobody waits for the answer any more, and nothing is wrong with the store: the next reading goes on from here.
  if (!read && read.error().code == base::ErrorCode::kDeadlineExceeded) return last_;
  last_ = told(read.has_value(), std::move(families), shown);
  const base::SteadyTime end = clock_.steady_now();
  const base::SteadyTime::duration rest = kRestTimes * (end - begin);
  read_at_ = end + (read ? std::max<base::SteadyTime::duration>(kKept, rest) : kKept);
  return last_;
}

Families CertificateSeries::told(bool read, Families families, Shown shown) {
  if (!read) {
    families.clear();
    shown = Shown();
    ++errors_;
  }
  auto up = gauges("x509_source_up", "1 when the source could be read.");
  auto bundles = gauges("x509_source_bundles", "Certificates that the source shows one by one.");
  auto failures = counters("x509_source_errors_total", "Readings of the source that failed.");
  auto read_errors = gauges("x509_read_errors", "Readings that failed since the start.");
  for (const auto& [name, count] : {std::pair(kStored, shown.stored), std::pair(kServed, shown.served)}) {
    const Labels source{{"source_kind", kKind}, {"source_name", name}};
    metrics::add(up, read ? 1 : 0, source);
    metrics::add(bundles, static_cast<double>(count), source);
  }
  metrics::add(failures, errors_, {{"reason", "store"}, {"source_kind", kKind}, {"source_name", kStored}});
  metrics::add(read_errors, errors_);
  for (auto* family : {&up, &bundles, &failures, &read_errors}) families.push_back(std::move(*family));
  return families;
}

base::Result<void> CertificateSeries::read_store(Families& families, Shown& shown) {
  TRY_ASSIGN(const auto snapshot, store_.read());
  Reading reading{*snapshot, clock_.now()};
  if (auto read = read_all(reading); !read) {
    // What took the time is not done again: otherwise a reading that is too long for one scrape never ends.
    if (leaves_.size() > kMostLeaves * limit_) leaves_.clear();
    leaves_.merge(reading.leaves);
    return read;
  }
  shown = reading.shown;
  leaves_ = std::move(reading.leaves);
  families = {std::move(reading.not_after), std::move(reading.not_before), std::move(reading.expired),
              std::move(reading.end)};
  add_sums(reading.sums, families);
  return {};
}

base::Result<void> CertificateSeries::read_all(Reading& reading) {
  TRY(read_sums(reading));
  TRY(read_bound(reading));
  return read_ending(reading);
}

void CertificateSeries::add_sums(const std::vector<Sum>& sums, Families& families) {
  auto certificates = gauges("livecert_certificates",
                             "Certificate chains, by when clients refuse them: valid, closing (within 30 days), "
                             "ended.");
  auto soonest = gauges("livecert_certificates_soonest_end_timestamp_seconds",
                        "When the first of the chains that have not ended ends.");
  for (const Sum& sum : sums) {
    const auto add_state = [&](const char* state, double chains) {
      metrics::add(certificates, chains, {{"account", sum.account}, {"project", sum.project}, {"state", state}});
    };
    add_state("valid", sum.valid);
    add_state("closing", sum.closing);
    add_state("ended", sum.ended);
    if (!sum.soonest) continue;
    metrics::add(soonest, seconds(*sum.soonest), {{"account", sum.account}, {"project", sum.project}});
  }
  families.push_back(std::move(certificates));
  families.push_back(std::move(soonest));
}

base::Result<void> CertificateSeries::read_sums(Reading& reading) {
  TRY_ASSIGN(const auto accounts, reading.snapshot.list_accounts());
  Sum others;
  bool has_others = false;
  for (const domain::Account& account : accounts) {
    reading.accounts[account.id] = account.name;
    TRY_ASSIGN(const auto projects, reading.snapshot.list_projects(account.id));
    for (const domain::Project& project : projects) {
      TRY_ASSIGN(const store::EndCounts counts, reading.snapshot.count_ends(account.id, project.name, reading.now));
      Sum sum{account.name, project.name};
      sum.closing = static_cast<double>(counts.closing);
      sum.valid = static_cast<double>(counts.valid);
      sum.ended = static_cast<double>(counts.ended);
      if (counts.valid + counts.closing > 0) {
        TRY_ASSIGN(const auto first,
                   reading.snapshot.list_ending(account.id, project.name, reading.now, base::Time::max(), 1));
        if (!first.empty()) sum.soonest = first.front().ends_at;
        reading.projects.emplace_back(account.id, project.name);
      }
      if (reading.sums.size() < limit_) {
        reading.sums.push_back(std::move(sum));
      } else {
        others += sum;
        has_others = true;
      }
    }
  }
  if (has_others) reading.sums.push_back(std::move(others));
  return {};
}

base::Result<void> CertificateSeries::read_bound(Reading& reading) {
  TRY_ASSIGN(const auto domains, reading.snapshot.list_bound_by_end(static_cast<std::int64_t>(limit_)));
  reading.has_all_bound = domains.size() < limit_;
  for (const store::BoundDomain& domain : domains) {
    reading.bound.insert(domain.binding.chain);
    const std::string folder =
        reading.accounts[domain.account] + "/" + domain.project + "/" + domain.binding.chain.to_string() + "/";
    const std::string name(domain.name);
    TRY(add(reading, {domain.version, domain.ends_at, {}}, name, folder));
    if (edges_ == nullptr) continue;
    for (const domain::Receipt& receipt : edges_->receipts(name)) {
      if (receipt.is_shown()) TRY(add(reading, {receipt.version, receipt.valid_until, receipt.edge}, name, folder));
    }
  }
  return {};
}

base::Result<void> CertificateSeries::read_ending(Reading& reading) {
  const auto room = [&] { return static_cast<std::int64_t>(limit_) - static_cast<std::int64_t>(reading.shown.stored); };
  std::vector<std::pair<store::EndingChain, std::string>> ending;
  for (const auto& [account, project] : reading.projects) {
    if (room() <= 0) break;
    TRY_ASSIGN(const auto chains,
               reading.snapshot.list_ending(account, project, reading.now, reading.now + kSoon, room()));
    for (const store::EndingChain& chain : chains) {
      ending.emplace_back(chain, reading.accounts[account] + "/" + project + "/");
    }
  }
  std::ranges::sort(ending, {}, [](const auto& entry) { return entry.first.ends_at; });
  for (const auto& [chain, folder] : ending) {
    if (room() <= 0) break;
    if (reading.bound.contains(chain.chain)) continue;
    if (!reading.has_all_bound) {
      TRY_ASSIGN(const auto users, reading.snapshot.find_bound_to(chain.chain));
      if (!users.empty()) continue;
    }
    TRY(add(reading, {chain.version, chain.ends_at, {}}, chain.chain.to_string(), folder));
  }
  return {};
}

base::Result<void> CertificateSeries::add(Reading& reading, const One& one, const std::string& file,
                                          const std::string& folder) {
  TRY_ASSIGN(const Leaf* const leaf, find_leaf(reading, one.version));
  if (leaf == nullptr) return {};
  Labels labels = leaf->labels;
  labels.emplace_back("filename", file);
  labels.emplace_back("filepath", folder + file);
  labels.emplace_back("embedded_key", "");
  labels.emplace_back("embedded_kind", "");
  labels.emplace_back("source_kind", kKind);
  labels.emplace_back("source_name", one.edge.empty() ? kStored : kServed);
  labels.emplace_back("edge", one.edge);
  metrics::add(reading.not_after, leaf->not_after, labels);
  metrics::add(reading.not_before, leaf->not_before, labels);
  const auto end = one.ends_at == base::Time{} ? leaf->not_after : seconds(one.ends_at);
  // The exporter has a series for each issuer in a file too, so that its alerts fire when an issuer has ended.
  metrics::add(reading.expired, end < seconds(reading.now) ? 1 : 0, labels);
  metrics::add(reading.end, end, labels);
  ++(one.edge.empty() ? reading.shown.stored : reading.shown.served);
  return {};
}

base::Result<const CertificateSeries::Leaf*> CertificateSeries::find_leaf(Reading& reading, base::CertId version) {
  if (const auto found = reading.leaves.find(version); found != reading.leaves.end()) return &found->second;
  if (const auto known = leaves_.find(version); known != leaves_.end()) {
    return &(reading.leaves[version] = known->second);
  }
  TRY_ASSIGN(const auto chain, reading.snapshot.find_version_alone(version));
  if (!chain || chain->certificates.empty()) return nullptr;
  const auto certificate = x509::Certificate::parse(chain->certificates.front());
  if (!certificate) return nullptr;
  Leaf leaf;
  leaf.labels.emplace_back("serial_number", x509::serial_decimal(*certificate));
  add_fields(leaf.labels, "subject", x509::subject_fields(*certificate));
  add_fields(leaf.labels, "issuer", x509::issuer_fields(*certificate));
  leaf.not_before = seconds(certificate->not_before());
  leaf.not_after = seconds(certificate->not_after());
  return &(reading.leaves[version] = std::move(leaf));
}

}  // namespace livecert::metrics
