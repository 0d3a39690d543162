#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/audit_series.h"
#include "metrics/delivery_metrics.h"
#include "metrics/edge_series.h"
#include "metrics/notice_series.h"
#include "metrics/process_series.h"
#include "metrics/request_metrics.h"
#include "metrics/store_metrics.h"
#include "service/master_keys.h"
#include "service/submit.h"
#include "support/metric.h"
#include "support/test_service.h"

namespace livecert {
namespace {

using metrics::Families;
using test::find_family;
using test::value_of;

TEST(RequestMetrics, CountsByActionAndCodeAndPutsTimesIntoBuckets) {
  metrics::RequestMetrics requests;
  requests.observe("CreateCert", "OK", std::chrono::microseconds(700));
  requests.observe("CreateCert", "OK", std::chrono::milliseconds(30));
  requests.observe("CreateCert", "InvalidParameter.Certificate", std::chrono::milliseconds(1));
  requests.observe("-", "SignatureDoesNotMatch", std::chrono::milliseconds(1));
  const Families families = requests.collect();
  const auto* const family = find_family(families, "livecert_request_duration_seconds");
  ASSERT_NE(family, nullptr);
  EXPECT_EQ(family->metric.size(), 3U);
  const auto* const created = test::find_metric(*family, {{"action", "CreateCert"}, {"code", "OK"}});
  ASSERT_NE(created, nullptr);
  EXPECT_EQ(created->histogram.sample_count, 2U);
  EXPECT_DOUBLE_EQ(created->histogram.sample_sum, 0.0307);
  EXPECT_EQ(created->histogram.bucket.at(0).cumulative_count, 0U) << "up to 0.5 ms";
  EXPECT_EQ(created->histogram.bucket.at(1).cumulative_count, 1U) << "up to 1 ms";
  EXPECT_EQ(created->histogram.bucket.at(5).cumulative_count, 1U) << "up to 25 ms";
  EXPECT_EQ(created->histogram.bucket.at(6).cumulative_count, 2U) << "up to 50 ms";
}

TEST(StoreMetrics, TellsGroupsCommitsAndWhatWaits) {
  metrics::StoreMetrics writes;
  writes.observe({.commands = 3, .waiting = 5, .commit = std::chrono::milliseconds(2)});
  writes.observe({.commands = 1, .waiting = 0, .commit = std::chrono::milliseconds(4)});
  const Families families = writes.collect();
  const auto* const groups = find_family(families, "livecert_store_group_commands");
  ASSERT_NE(groups, nullptr);
  EXPECT_EQ(groups->metric.at(0).histogram.sample_count, 2U);
  EXPECT_DOUBLE_EQ(groups->metric.at(0).histogram.sample_sum, 4);
  const auto* const commits = find_family(families, "livecert_store_commit_seconds");
  ASSERT_NE(commits, nullptr);
  EXPECT_DOUBLE_EQ(commits->metric.at(0).histogram.sample_sum, 0.006);
  EXPECT_EQ(value_of(families, "livecert_store_queued_commands", {}), 0);
}

TEST(DeliveryMetrics, PutsTheTimesOfEachEdgeIntoBuckets) {
  metrics::DeliveryMetrics deliveries;
  edge::Definition front;
  front.name = "front";
  front.kind = edge::Kind::kNginx;
  edge::Definition back = front;
  back.name = "back";
  deliveries.observe(front, std::chrono::milliseconds(200));
  deliveries.observe(front, std::chrono::seconds(3));
  deliveries.observe(back, std::chrono::hours(2));
  const Families families = deliveries.collect();
  const auto* const family = find_family(families, "livecert_edge_delivery_seconds");
  ASSERT_NE(family, nullptr);
  const auto* const seen = test::find_metric(*family, {{"edge", "front"}, {"kind", "nginx"}});
  ASSERT_NE(seen, nullptr);
  EXPECT_DOUBLE_EQ(seen->histogram.sample_sum, 3.2);
  EXPECT_EQ(seen->histogram.bucket.at(1).cumulative_count, 0U) << "up to 0.1 s";
  EXPECT_EQ(seen->histogram.bucket.at(2).cumulative_count, 1U) << "up to 0.25 s";
  EXPECT_EQ(seen->histogram.bucket.back().cumulative_count, 2U);
  const auto* const slow = test::find_metric(*family, {{"edge", "back"}});
  ASSERT_NE(slow, nullptr);
  EXPECT_EQ(slow->histogram.sample_count, 1U);
}

TEST(EdgeSeries, TellsWhatEachEdgeDoes) {
  edge::EdgeStatus good;
  good.definition.name = "front";
  good.definition.kind = edge::Kind::kNginx;
  good.counts.wanted = 10;
  good.counts.proved = 9;
  good.counts.failing = 1;
  good.counts.ended = 2;
  good.counts.proved_at = base::from_unix_seconds(1'800'000'000);
  edge::EdgeStatus down;
  down.definition.name = "back";
  down.definition.kind = edge::Kind::kHaproxy;
  down.counts.failure = "the socket is dead";
  const Families families = metrics::edge_series({good, down});
  const metrics::Labels front{{"edge", "front"}, {"kind", "nginx"}};
  const metrics::Labels back{{"edge", "back"}, {"kind", "haproxy"}};
  EXPECT_EQ(value_of(families, "livecert_edge_up", front), 1);
  EXPECT_EQ(value_of(families, "livecert_edge_up", back), 0);
  EXPECT_EQ(value_of(families, "livecert_edge_domains_wanted", front), 10);
  EXPECT_EQ(value_of(families, "livecert_edge_domains_proved", front), 9);
  EXPECT_EQ(value_of(families, "livecert_edge_domains_failing", front), 1);
  EXPECT_EQ(value_of(families, "livecert_edge_domains_ended", front), 2);
  EXPECT_EQ(value_of(families, "livecert_edge_domains_ended", back), 0);
  EXPECT_EQ(value_of(families, "livecert_edge_last_proof_timestamp_seconds", front), 1'800'000'000);
  EXPECT_EQ(value_of(families, "livecert_edge_last_proof_timestamp_seconds", back), std::nullopt)
      << "there was none, and 1970 would be a lie";
}

// Else there are two series of the same labels, and Prometheus takes one of them at random.
TEST(EdgeSeries, TellsAnAddedEdgeApartFromTheConfiguredOneOfItsName) {
  edge::EdgeStatus configured;
  configured.definition.name = "front";
  edge::EdgeStatus added = configured;
  added.definition.origin = edge::Origin::kAdded;
  added.counts.failure = "it is not delivered to: there is another edge of that name";
  const Families families = metrics::edge_series({configured, added});
  EXPECT_EQ(value_of(families, "livecert_edge_up", {{"edge", "front"}, {"origin", "configuration"}}), 1);
  EXPECT_EQ(value_of(families, "livecert_edge_up", {{"edge", "front"}, {"origin", "added"}}), 0);
}

TEST(NoticeSeries, TellsWhatEachChannelTookAndWhetherItFails) {
  const Families families = metrics::notice_series(
      {{"duty", notices::ChannelKind::kFeishu, 7, 2, true}, {"post", notices::ChannelKind::kMail, 3, 0, false}});
  const metrics::Labels duty{{"channel", "duty"}, {"kind", "feishu"}};
  const metrics::Labels post{{"channel", "post"}, {"kind", "mail"}};
  EXPECT_EQ(value_of(families, "livecert_notices_sent_total", duty), 7);
  EXPECT_EQ(value_of(families, "livecert_notices_failed_total", duty), 2);
  EXPECT_EQ(value_of(families, "livecert_notify_channel_failing", duty), 1);
  EXPECT_EQ(value_of(families, "livecert_notices_sent_total", post), 3);
  EXPECT_EQ(value_of(families, "livecert_notify_channel_failing", post), 0);
}

TEST(AuditSeries, TellsRecordsCheckpointsAndMasterKeys) {
  test::TestService service;
  metrics::AuditSeries series(service.services(), service.audit_book());
  EXPECT_EQ(value_of(series.collect(), "livecert_audit_signed_to", {}), std::nullopt) << "nothing was signed yet";
  service.audit_book().note_opening({.action = "Deliver", .edge = "web", .version = base::CertId(1)});
  EXPECT_EQ(value_of(series.collect(), "livecert_audit_records_waiting", {}), 1);
  ASSERT_TRUE(service.audit_book().flush());
  ASSERT_EQ(service.call("CreateAuditCheckpoint", "{}", "2026-12-01").status, 200);
  ASSERT_EQ(service.call("CreateAccount", R"({"AccountName":"user"})", "2026-12-01").status, 200);
  const Families families = series.collect();
  EXPECT_EQ(value_of(families, "livecert_audit_records_total", {{"kind", "opening"}}), 1);
  EXPECT_EQ(value_of(families, "livecert_audit_records_total", {{"kind", "refusal"}}), 0);
  EXPECT_EQ(value_of(families, "livecert_audit_records_waiting", {}), 0);
  EXPECT_EQ(value_of(families, "livecert_audit_records_lost_total", {}), 0);
  const double signed_to = value_of(families, "livecert_audit_signed_to", {}).value_or(0);
  EXPECT_GT(signed_to, 0);
  EXPECT_GT(value_of(families, "livecert_audit_last_record", {}).value_or(0), signed_to);
  EXPECT_EQ(value_of(families, "livecert_audit_cut_through", {}), 0);
  const double now = std::chrono::duration<double>(service.clock().now().time_since_epoch()).count();
  EXPECT_EQ(value_of(families, "livecert_audit_last_checkpoint_timestamp_seconds", {}), now);
}

TEST(AuditSeries, CountsWhatAMasterKeySealsOnceAMinute) {
  test::TestService service;
  service::Services& services = service.services();
  ASSERT_TRUE(service::register_master_keys(services, service::own_context(services, "AddMasterKeys")));
  const auto key = service::list_master_keys(services)->front().key.id;
  metrics::AuditSeries series(services, service.audit_book());
  const metrics::Labels labels{{"key", key}, {"state", "current"}};
  EXPECT_EQ(value_of(series.collect(), "livecert_master_key_items", labels), 1);
  EXPECT_EQ(value_of(series.collect(), "livecert_master_key_held", labels), 1);
  ASSERT_EQ(service.call("CreateAccount", R"({"AccountName":"user"})", "2026-12-01").status, 200);
  EXPECT_EQ(value_of(series.collect(), "livecert_master_key_items", labels), 1);
  service.clock().advance(std::chrono::minutes(1));
  EXPECT_EQ(value_of(series.collect(), "livecert_master_key_items", labels), 2);
}

TEST(ProcessSeries, TellsThisProcess) {
  const Families families = metrics::process_series();
  EXPECT_GT(value_of(families, "process_resident_memory_bytes", {}).value_or(0), 1'000'000);
  EXPECT_GE(value_of(families, "process_threads", {}).value_or(0), 1);
  EXPECT_GT(value_of(families, "process_open_fds", {}).value_or(0), 2);
  EXPECT_GT(value_of(families, "process_max_fds", {}).value_or(0), 2);
  EXPECT_GE(value_of(families, "process_cpu_seconds_total", {}).value_or(-1), 0);
  const double start = value_of(families, "process_start_time_seconds", {}).value_or(0);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LT(start, now + 2);
  EXPECT_GT(start, now - 3600);
}

}  // namespace
}  // namespace livecert
