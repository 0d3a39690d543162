#include "metrics/certificate_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/given_up.h"
#include "support/faulty_store.h"
#include "support/forwarding_snapshot.h"
#include "support/metric.h"
#include "support/tenant.h"

namespace livecert {
namespace {

using metrics::CertificateSeries;
using metrics::Families;
using std::chrono::days;
using test::find_family;
using test::find_metric;
using test::label_of;
using test::leaf_for;
using test::Pki;
using test::Tenant;
using test::TestService;
using test::value_of;
using testing::ElementsAre;
using testing::IsEmpty;

// Edges that show what a test says.
class ShownBoard final : public service::LocalEdges {
 public:
  [[nodiscard]] std::vector<edge::EdgeStatus> status() const override { return {}; }
  [[nodiscard]] std::vector<std::filesystem::path> roots() const override { return {}; }
  [[nodiscard]] std::vector<domain::Receipt> receipts(const std::string& domain) const override {
    std::vector<domain::Receipt> of_domain;
    for (const domain::Receipt& receipt : all) {
      if (receipt.domain == domain) of_domain.push_back(receipt);
    }
    return of_domain;
  }

  std::vector<domain::Receipt> all;
};

class CertificateSeriesTest : public testing::Test {
 protected:
  CertificateSeriesTest() : me(service, service.root()) {}

  Families read(std::size_t limit = 100) {
    return CertificateSeries(service.store(), &board, service.clock(), limit).collect();
  }
  Pki::Leaf ending_in(const std::string& name, days time) {
    Pki::Leaf leaf = leaf_for({name});
    leaf.not_before = service.clock().now() - days(1);
    leaf.not_after = service.clock().now() + time;
    return leaf;
  }
  std::string bound(const std::string& domain, days time) {
    const std::string chain = me.upload(ending_in(domain, time));
    me.add_domain(domain);
    EXPECT_EQ(me.bind(chain, domain, {{"HTTPS", true}}).status, 200);
    return chain;
  }
  // The paths of all certificates of a source, in the order in which they are reported.
  static std::vector<std::string> paths(const Families& families, const std::string& source = "stored") {
    std::vector<std::string> list;
    for (const auto& metric : find_family(families, "x509_cert_not_after")->metric) {
      if (label_of(metric, "source_name") == source) list.push_back(label_of(metric, "filepath"));
    }
    return list;
  }

  TestService service;
  Tenant me;
  ShownBoard board;
};

TEST_F(CertificateSeriesTest, HasTheNamesAndLabelsOfTheExporterThatDashboardsKnow) {
  const std::string chain = bound("a.example", days(60));
  const Families families = read();
  const auto* const not_after = find_family(families, "x509_cert_not_after");
  ASSERT_NE(not_after, nullptr);
  ASSERT_EQ(not_after->metric.size(), 1U);
  const auto& metric = not_after->metric.front();
  EXPECT_EQ(label_of(metric, "filepath"), "root/default/" + chain + "/a.example");
  EXPECT_EQ(label_of(metric, "filename"), "a.example");
  EXPECT_EQ(label_of(metric, "subject_CN"), "a.example");
  EXPECT_NE(label_of(metric, "issuer_CN"), "");
  EXPECT_THAT(label_of(metric, "serial_number"), testing::MatchesRegex("[0-9]+"));
  EXPECT_EQ(label_of(metric, "embedded_key"), "");
  EXPECT_EQ(metric.gauge.value, static_cast<double>(base::to_unix_seconds(service.clock().now() + days(60))));
  EXPECT_EQ(value_of(families, "x509_cert_not_before", {{"filename", "a.example"}}),
            static_cast<double>(base::to_unix_seconds(service.clock().now() - days(1))));
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"filename", "a.example"}}), 0);
  EXPECT_EQ(value_of(families, "x509_source_up", {{"source_name", "stored"}}), 1);
  EXPECT_EQ(value_of(families, "x509_source_bundles", {{"source_name", "stored"}}), 1);
  EXPECT_EQ(value_of(families, "x509_read_errors", {}), 0);
}

TEST_F(CertificateSeriesTest, ShowsWhatIsBoundAndOfTheRestWhatEndsWithinNinetyDays) {
  const std::string used = bound("far.example", days(300));
  const std::string near = me.upload(ending_in("near.example", days(80)));
  me.upload(ending_in("later.example", days(100)));
  EXPECT_THAT(paths(read()), ElementsAre("root/default/" + used + "/far.example", "root/default/" + near));
}

TEST_F(CertificateSeriesTest, GoesOnToShowWhatIsBoundAfterItsEnd) {
  const std::string chain = bound("a.example", days(10));
  service.clock().advance(days(11));
  const Families families = read();
  EXPECT_THAT(paths(families), ElementsAre("root/default/" + chain + "/a.example"));
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"filename", "a.example"}}), 1);
}

TEST_F(CertificateSeriesTest, ShowsNoMoreThanTheLimitAndThoseThatEndSoonest) {
  const std::string third = bound("c.example", days(30));
  const std::string first = bound("a.example", days(10));
  const std::string second = bound("b.example", days(20));
  me.upload(ending_in("unused.example", days(5)));
  EXPECT_THAT(paths(read(2)),
              ElementsAre("root/default/" + first + "/a.example", "root/default/" + second + "/b.example"));
  EXPECT_EQ(value_of(read(2), "livecert_certificates", {{"state", "closing"}}), 4) << "the sums count everything";
}

TEST_F(CertificateSeriesTest, ShowsWhatIsServedApartFromWhatIsStored) {
  const std::string chain = bound("a.example", days(10));
  const auto former = base::CertId(std::stoll(std::string(me.chain(chain).at("CertID").as_string())));
  ASSERT_EQ(me.update(chain, ending_in("a.example", days(80))).status, 200);
  domain::Receipt shown;
  shown.edge = "front";
  shown.domain = "a.example";
  shown.version = former;
  shown.shown_since = service.clock().now();
  domain::Receipt past = shown;
  past.edge = "back";
  past.shown_until = service.clock().now();
  board.all = {shown, past};
  const Families families = read();
  const auto end_in = [&](days time) {
    return static_cast<double>(base::to_unix_seconds(service.clock().now() + time));
  };
  EXPECT_EQ(value_of(families, "x509_cert_not_after", {{"source_name", "stored"}}), end_in(days(80)));
  EXPECT_EQ(value_of(families, "x509_cert_not_after", {{"source_name", "served"}, {"edge", "front"}}), end_in(days(10)))
      << "the edge shows the former version";
  EXPECT_EQ(value_of(families, "x509_cert_not_after", {{"edge", "back"}}), std::nullopt) << "it shows it no more";
  EXPECT_EQ(value_of(families, "x509_source_bundles", {{"source_name", "served"}}), 1);
}

// An issuer that ends before its leaf ends what edges show, whatever the leaf says.
TEST_F(CertificateSeriesTest, TellsTheEndOfTheWholeChainAndCountsByIt) {
  const auto pair = service.pki().upload_ending(ending_in("a.example", days(80)), service.clock().now() + days(2));
  const std::string chain = service.create_cert(pair).text("ChainID");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example", {{"HTTPS", true}}).status, 200);
  const std::string late = bound("late.example", days(60));
  domain::Receipt shown;
  shown.edge = "front";
  shown.domain = "a.example";
  shown.version = base::CertId(std::stoll(std::string(me.chain(chain).at("CertID").as_string())));
  shown.shown_since = service.clock().now();
  shown.valid_until = service.clock().now() + days(2);
  domain::Receipt adopted = shown;  // by a release that kept no end
  adopted.edge = "old";
  adopted.valid_until = {};
  board.all = {shown, adopted};
  const auto end = static_cast<double>(base::to_unix_seconds(service.clock().now() + days(2)));
  const auto leaf_end = static_cast<double>(base::to_unix_seconds(service.clock().now() + days(80)));
  constexpr const char* kEnd = "livecert_certificate_end_timestamp_seconds";
  Families families = read();
  EXPECT_EQ(value_of(families, kEnd, {{"source_name", "stored"}, {"filename", "a.example"}}), end);
  EXPECT_EQ(value_of(families, kEnd, {{"source_name", "served"}, {"edge", "front"}}), end);
  EXPECT_EQ(value_of(families, kEnd, {{"source_name", "served"}, {"edge", "old"}}), leaf_end);
  EXPECT_EQ(value_of(families, "x509_cert_not_after", {{"source_name", "served"}, {"edge", "front"}}), leaf_end);
  EXPECT_THAT(paths(families),
              ElementsAre("root/default/" + chain + "/a.example", "root/default/" + late + "/late.example"))
      << "what ends first comes first";
  EXPECT_EQ(value_of(families, "livecert_certificates_soonest_end_timestamp_seconds", {}), end);
  EXPECT_EQ(value_of(families, "livecert_certificates", {{"state", "closing"}}), 1);
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"source_name", "served"}, {"edge", "front"}}), 0);
  service.clock().advance(days(3));
  families = read();
  EXPECT_EQ(value_of(families, "livecert_certificates", {{"state", "ended"}}), 1);
  EXPECT_EQ(value_of(families, "livecert_certificates", {{"state", "valid"}}), 1);
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"source_name", "stored"}, {"filename", "a.example"}}), 1);
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"source_name", "served"}, {"edge", "front"}}), 1);
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"source_name", "served"}, {"edge", "old"}}), 0);
  EXPECT_EQ(value_of(families, "x509_cert_expired", {{"source_name", "stored"}, {"filename", "late.example"}}), 0);
}

TEST_F(CertificateSeriesTest, SumsByAccountProjectAndState) {
  const auto other = service.new_account("tenant", {"vod"});
  const Tenant tenant(service, other);
  tenant.upload(ending_in("a.example", days(40)), {{"ProjectName", "vod"}});
  tenant.upload(ending_in("b.example", days(20)), {{"ProjectName", "vod"}});
  tenant.upload(ending_in("c.example", days(2)), {{"ProjectName", "vod"}});
  service.clock().advance(days(3));
  const Families families = read();
  const auto of = [&](const char* state) {
    return value_of(families, "livecert_certificates", {{"account", "tenant"}, {"project", "vod"}, {"state", state}});
  };
  EXPECT_EQ(of("valid"), 1);
  EXPECT_EQ(of("closing"), 1);
  EXPECT_EQ(of("ended"), 1);
  EXPECT_EQ(value_of(families, "livecert_certificates_soonest_end_timestamp_seconds",
                     {{"account", "tenant"}, {"project", "vod"}}),
            static_cast<double>(base::to_unix_seconds(service.clock().now() + days(17))));
}

TEST_F(CertificateSeriesTest, SumsProjectsBeyondTheLimitTogether) {
  for (const char* name : {"one", "two", "three"}) {
    const auto credentials = service.new_account(name);
    Tenant(service, credentials).upload(ending_in(std::string(name) + ".example", days(60)));
  }
  const Families families = read(2);
  double all = 0;
  std::size_t rows = 0;
  for (const auto& metric : find_family(families, "livecert_certificates")->metric) {
    if (label_of(metric, "state") != "valid") continue;
    all += metric.gauge.value;
    ++rows;
  }
  EXPECT_EQ(all, 3);
  EXPECT_EQ(rows, 3U) << "two projects, and one row for all others";
}

TEST_F(CertificateSeriesTest, TellsThatTheStoreCannotBeReadInsteadOfShowingNothing) {
  bound("a.example", days(10));
  store::testing::FailNth failing(service.store(), store::testing::FailNth::Call::kRead, 1);
  CertificateSeries series(failing, &board, service.clock(), 10);
  const Families families = series.collect();
  EXPECT_EQ(value_of(families, "x509_source_up", {{"source_name", "stored"}}), 0);
  EXPECT_EQ(value_of(families, "x509_read_errors", {}), 1);
  EXPECT_EQ(find_family(families, "x509_cert_not_after"), nullptr);
  service.clock().advance(std::chrono::seconds(6));
  EXPECT_EQ(value_of(series.collect(), "x509_source_up", {{"source_name", "stored"}}), 1);
}

// Gives up at the n-th certificate that is read, as when the scrape's time is over.
class GivingUpStore final : public store::testing::ForwardingStore {
 public:
  GivingUpStore(store::Store& inner, int n) : ForwardingStore(inner), n_(n) {}

  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    TRY_ASSIGN(auto snapshot, inner().read());
    return std::unique_ptr<store::Snapshot>(std::make_unique<Snapshot>(std::move(snapshot), *this));
  }
  [[nodiscard]] int read_certificates() const { return certificates_; }

 private:
  class Snapshot final : public store::testing::ForwardingSnapshot {
   public:
    Snapshot(std::unique_ptr<store::Snapshot> inner, GivingUpStore& store)
        : ForwardingSnapshot(std::move(inner)), store_(store) {}
    base::Result<std::optional<domain::ChainDetail>> find_version_alone(base::CertId version) override {
      if (++store_.certificates_ == store_.n_) return base::given_up_error();
      return ForwardingSnapshot::find_version_alone(version);
    }

   private:
    GivingUpStore& store_;
  };
  const int n_;
  int certificates_ = 0;
};

// Or a store that takes longer than one scrape would never be shown, and would count as one that cannot be read.
TEST_F(CertificateSeriesTest, AReadingThatWasGivenUpIsNoFailureAndTheNextOneGoesOn) {
  for (const char* name : {"a.example", "b.example", "c.example", "d.example"}) bound(name, days(10));
  GivingUpStore giving_up(service.store(), 3);
  CertificateSeries series(giving_up, &board, service.clock(), 10);
  static_cast<void>(series.collect());
  const Families families = series.collect();
  EXPECT_EQ(paths(families).size(), 4U) << "at once: nothing of the first one is kept";
  EXPECT_EQ(value_of(families, "x509_source_up", {{"source_name", "stored"}}), 1);
  EXPECT_EQ(value_of(families, "x509_read_errors", {}), 0);
  EXPECT_EQ(giving_up.read_certificates(), 3 + 2) << "the first two are read once";
}

TEST_F(CertificateSeriesTest, ReadsNoMoreOftenThanEveryFewSeconds) {
  CertificateSeries series(service.store(), &board, service.clock(), 10);
  EXPECT_THAT(paths(series.collect()), IsEmpty());
  bound("a.example", days(10));
  EXPECT_THAT(paths(series.collect()), IsEmpty()) << "the same reading";
  service.clock().advance(std::chrono::seconds(6));
  EXPECT_EQ(paths(series.collect()).size(), 1U);
}

}  // namespace
}  // namespace livecert
