#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/json.h"
#include "audit/verifier.h"
#include "service/audit_checkpoints.h"
#include "service/cut_audit.h"
#include "service/list_audit.h"
#include "service/submit.h"
#include "support/faulty_store.h"
#include "support/forwarding_snapshot.h"
#include "support/tenant.h"
#include "support/test_service.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::TestService;
using testing::HasSubstr;

class Audit : public testing::Test {
 protected:
  Answer administer(const std::string& action, const json::object& body = {}) {
    return service.call(action, json::serialize(body), "2026-12-01");
  }
  std::string add_account(const std::string& name) {
    return administer("CreateAccount", {{"AccountName", name}}).text("AccountId");
  }
  signature::Credentials add_key(const std::string& account) {
    const Answer key = administer("CreateAccessKey", {{"AccountId", account}});
    return {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
  }
  json::array list(const json::object& filter) {
    const Answer answer = administer("ListAudit", filter);
    EXPECT_EQ(answer.status, 200) << answer.message();
    return answer.result.at("AuditList").as_array();
  }
  std::vector<std::string> subjects(const json::object& filter) {
    std::vector<std::string> all;
    for (const json::value& record : list(filter)) all.emplace_back(record.at("Subject").as_string());
    return all;
  }

  TestService service;
};

TEST_F(Audit, TellsWhoDidWhatWhenAndFromWhereNewestFirst) {
  const std::string first = add_account("first");
  const std::string second = add_account("second");
  const json::array all = list({});
  ASSERT_GE(all.size(), 2U);
  const json::object& newest = all[0].as_object();
  EXPECT_EQ(newest.at("Action"), "CreateAccount");
  EXPECT_EQ(newest.at("Subject").as_string(), second);
  EXPECT_EQ(newest.at("AccountId").as_string(), service.root_account());
  EXPECT_EQ(newest.at("AccessKeyId").as_string(), service.root().access_key_id);
  EXPECT_EQ(newest.at("PeerAddress"), "127.0.0.1");
  EXPECT_EQ(newest.at("RequestId").as_string().size(), 34U);
  EXPECT_EQ(newest.at("Time").as_string(), base::to_rfc3339(service.clock().now()));
  EXPECT_EQ(all[1].at("Subject").as_string(), first);
}

TEST_F(Audit, EachFilterLeavesOutTheRest) {
  const base::Time before = service.clock().now();
  const std::string account = add_account("user");
  service.clock().advance(std::chrono::hours(1));
  const base::Time between = service.clock().now();
  const signature::Credentials user = add_key(account);
  service.clock().advance(std::chrono::hours(1));
  ASSERT_EQ(service.create_cert(user, service.pki().upload()).status, 200);
  const json::array made = list({{"AccountId", account}});
  ASSERT_EQ(made.size(), 1U);
  const std::string chain(made[0].at("Subject").as_string());
  EXPECT_EQ(made[0].at("Action"), "CreateCert");
  EXPECT_EQ(subjects({{"AccessKeyId", user.access_key_id}}), std::vector{chain});
  EXPECT_EQ(subjects({{"ActionName", "CreateAccessKey"}}), std::vector{user.access_key_id});
  EXPECT_EQ(subjects({{"Subject", account}}), std::vector{account});
  EXPECT_EQ(subjects({{"Subject", chain}, {"ActionName", "CreateAccount"}}), std::vector<std::string>());
  EXPECT_EQ(subjects({{"PeerAddress", "192.0.2.99"}}), std::vector<std::string>());
  const std::int64_t hour = base::to_unix_seconds(between);
  EXPECT_EQ(subjects({{"From", hour}}), (std::vector{chain, user.access_key_id}));
  EXPECT_EQ(subjects({{"From", base::to_unix_seconds(before)}, {"To", hour}}).front(), account);
}

TEST_F(Audit, IsReadToItsEndInBothDirectionsEachRecordOnce) {
  for (int i = 0; i < 7; ++i) add_account("user" + std::to_string(i));
  const std::vector<std::string> newest_first = subjects({{"PageSize", 1000}});
  for (const std::string direction : {"Before", "After"}) {
    std::vector<std::string> walked;
    json::object page{{"PageSize", 2}};
    if (direction == "After") page[direction] = 0;
    for (bool more = true; more;) {
      const Answer answer = administer("ListAudit", page);
      ASSERT_EQ(answer.status, 200) << answer.message();
      for (const json::value& record : answer.result.at("AuditList").as_array()) {
        walked.emplace_back(record.at("Subject").as_string());
      }
      page[direction] = answer.result.at("Next");
      more = answer.result.at("More").as_bool();
    }
    if (direction == "After") std::ranges::reverse(walked);
    EXPECT_EQ(walked, newest_first) << direction;
  }
  // Who follows the log gets what came since, and its place again while nothing came.
  const Answer end = administer("ListAudit", {{"After", 0}, {"PageSize", 1000}});
  const json::value place = end.result.at("Next");
  EXPECT_FALSE(end.result.at("More").as_bool());
  const Answer nothing = administer("ListAudit", {{"After", place}});
  EXPECT_EQ(nothing.result.at("AuditList").as_array().size(), 0U);
  EXPECT_EQ(nothing.result.at("Next"), place);
  const std::string later = add_account("later");
  EXPECT_EQ(subjects({{"After", place}}), std::vector{later});
}

// A store that was restored is behind who followed it: its records would be left out until the positions meet.
TEST_F(Audit, IsNotReadFromAPlaceThatIsPastItsEnd) {
  const json::value place = administer("ListAudit", {{"After", 0}, {"PageSize", 1000}}).result.at("Next");
  const Answer past = administer("ListAudit", {{"After", place.as_int64() + 1}});
  EXPECT_EQ(past.status, 400);
  EXPECT_THAT(past.message(), HasSubstr("past the last record"));
}

// A store with a million writes, of which the filter admits none.
class LongLog final : public store::testing::ForwardingStore {
 public:
  static constexpr std::int64_t kLast = 1'000'000;
  explicit LongLog(store::Store& inner) : ForwardingStore(inner) {}
  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    TRY_ASSIGN(auto snapshot, ForwardingStore::read());
    return std::unique_ptr<store::Snapshot>(std::make_unique<Reads>(std::move(snapshot), asked));
  }
  std::vector<store::AuditFilter> asked;

 private:
  class Reads final : public store::testing::ForwardingSnapshot {
   public:
    Reads(std::unique_ptr<store::Snapshot> inner, std::vector<store::AuditFilter>& asked)
        : ForwardingSnapshot(std::move(inner)), asked_(asked) {}
    base::Result<std::int64_t> last_change() override { return kLast; }
    base::Result<std::vector<store::AuditRecord>> audit(const store::AuditFilter& filter, std::int64_t) override {
      asked_.push_back(filter);
      return std::vector<store::AuditRecord>();
    }

   private:
    std::vector<store::AuditFilter>& asked_;
  };
};

TEST(LongAudit, IsLookedAtPartByPart) {
  LongLog* log = nullptr;
  TestService::Options options;
  options.wrap_store = [&](store::Store& inner) {
    auto made = std::make_unique<LongLog>(inner);
    log = made.get();
    return made;
  };
  TestService service(std::move(options));
  for (const std::string direction : {"Before", "After"}) {
    log->asked.clear();
    json::object page{{"ActionName", "Nothing"}};
    if (direction == "After") page[direction] = 0;
    for (bool more = true; more;) {
      const Answer answer = service.call("ListAudit", json::serialize(page), "2026-12-01");
      ASSERT_EQ(answer.status, 200) << answer.message();
      page[direction] = answer.result.at("Next");
      more = answer.result.at("More").as_bool();
      ASSERT_LE(log->asked.size(), 11U) << "it comes to its end";
    }
    // Together the parts are the whole log, and none is larger than its bound.
    std::int64_t looked_at = 0;
    for (const store::AuditFilter& filter : log->asked) {
      const std::int64_t part = filter.before.value_or(0) - 1 - filter.after;
      EXPECT_LE(part, service::kAuditLooked);
      looked_at += part;
    }
    EXPECT_EQ(looked_at, LongLog::kLast) << direction;
  }
}

audit::Checkpoint checkpoint_in(const json::value& result) {
  const auto checkpoint = audit::parse_checkpoint(result.at("Checkpoint"));
  EXPECT_TRUE(checkpoint);
  return checkpoint.value_or(audit::Checkpoint());
}

TEST_F(Audit, VerifiesWithItsCheckpointsFromTheAnswersAlone) {
  add_account("first");
  const audit::Checkpoint kept = checkpoint_in(administer("CreateAuditCheckpoint").result);
  add_account("second");
  const audit::Checkpoint newest = checkpoint_in(administer("CreateAuditCheckpoint").result);
  EXPECT_GT(newest.position, kept.position);
  EXPECT_EQ(checkpoint_in(administer("CreateAuditCheckpoint").result), newest) << "nothing was written since";
  const json::value listed = administer("ListAuditCheckpoints").result;
  EXPECT_EQ(listed.at("PublicKey").as_string(), base::to_hex(kept.public_key));
  std::vector<audit::Checkpoint> checkpoints;
  for (const json::value& item : listed.at("CheckpointList").as_array()) {
    checkpoints.push_back(audit::parse_checkpoint(item).value_or(audit::Checkpoint()));
  }
  EXPECT_EQ(checkpoints, (std::vector{kept, newest}));
  EXPECT_EQ(
      administer("ListAuditCheckpoints", {{"After", kept.position}}).result.at("CheckpointList").as_array().size(), 1U);
  audit::Verifier verifier(checkpoints, kept, kept.public_key);
  for (const json::value& item : list({{"After", 0}, {"PageSize", 1000}})) {
    const auto record = audit::parse_record(item);
    ASSERT_TRUE(record) << json::serialize(item);
    verifier.add(*record);
  }
  const audit::Report report = verifier.finish();
  EXPECT_EQ(report.all_findings, 0);
  EXPECT_EQ(report.signed_to, newest.position);
  EXPECT_EQ(list({{"Kind", "write"}}).size(), static_cast<std::size_t>(report.records));
  EXPECT_EQ(list({{"Kind", "opening"}}).size(), 0U);
}

TEST_F(Audit, IsSignedWhenEnoughRecordsOrEnoughTimePassed) {
  service::Services& services = service.services();
  const auto look = [&] {
    return service::keep_checkpoint(services, service::own_context(services, "CreateAuditCheckpoint"),
                                    service::CheckpointRule{.records = 3, .age = std::chrono::minutes(10)});
  };
  add_account("first");
  const auto first = look();
  ASSERT_TRUE(first && *first) << "there was none";
  add_account("second");
  EXPECT_EQ(*look(), *first) << "one record, at once";
  add_account("third");
  add_account("fourth");
  const auto second = look();
  ASSERT_TRUE(second && *second);
  EXPECT_GT((*second)->position, (*first)->position) << "three records";
  add_account("fifth");
  service.clock().advance(std::chrono::minutes(10));
  EXPECT_GT((*look())->position, (*second)->position) << "ten minutes";
}

// A store in which somebody changed the record at `position`.
class BentLog final : public store::testing::ForwardingStore {
 public:
  explicit BentLog(store::Store& inner) : ForwardingStore(inner) {}
  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    TRY_ASSIGN(auto snapshot, ForwardingStore::read());
    return std::unique_ptr<store::Snapshot>(std::make_unique<Reads>(std::move(snapshot), position));
  }
  std::int64_t position = 0;

 private:
  class Reads final : public store::testing::ForwardingSnapshot {
   public:
    Reads(std::unique_ptr<store::Snapshot> inner, std::int64_t position)
        : ForwardingSnapshot(std::move(inner)), position_(position) {}
    base::Result<std::vector<store::AuditRecord>> audit(const store::AuditFilter& filter, std::int64_t limit) override {
      TRY_ASSIGN(auto records, ForwardingSnapshot::audit(filter, limit));
      for (store::AuditRecord& record : records) {
        if (record.position == position_) record.subject += "-changed";
      }
      return records;
    }

   private:
    const std::int64_t position_;
  };
};

TEST(BentAudit, IsNotSigned) {
  BentLog* log = nullptr;
  TestService::Options options;
  options.wrap_store = [&](store::Store& inner) {
    auto made = std::make_unique<BentLog>(inner);
    log = made.get();
    return made;
  };
  TestService service(std::move(options));
  const Answer first = service.call("CreateAuditCheckpoint", "{}", "2026-12-01");
  ASSERT_EQ(first.status, 200) << first.message();
  const std::int64_t signed_to = first.result.at("Checkpoint").at("Position").as_int64();
  ASSERT_EQ(service.call("CreateAccount", R"({"AccountName":"a"})", "2026-12-01").status, 200);
  ASSERT_EQ(service.call("CreateAccount", R"({"AccountName":"b"})", "2026-12-01").status, 200);
  service.clock().advance(std::chrono::hours(1));
  log->position = signed_to;
  const auto cut = service::cut_audit(service.services(), service.clock().now(), [] { return false; });
  ASSERT_FALSE(cut) << "the trace would be removed too";
  EXPECT_THAT(cut.error().message, HasSubstr("livecert audit verify"));
  EXPECT_EQ((*service.store().ask(&store::Snapshot::newest_checkpoint))->cut_through, 0);
  log->position = signed_to + 1;
  EXPECT_NE(service.call("CreateAuditCheckpoint", "{}", "2026-12-01").status, 200);
  const auto kept =
      service::keep_checkpoint(service.services(), service::own_context(service.services(), "Test"), std::nullopt);
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().message, HasSubstr("livecert audit verify"));
  EXPECT_EQ((*service.store().ask(&store::Snapshot::newest_checkpoint))->position, signed_to);
  log->position = 0;
  EXPECT_EQ(service.call("CreateAuditCheckpoint", "{}", "2026-12-01").status, 200);
}

// One refusal of each kind.
TEST_F(Audit, TellsEachRefusalByPermission) {
  const signature::Credentials user = service.new_account("user");
  const signature::Credentials limited = service.new_account("limited", {"shop"});
  const signature::Credentials suspended = service.new_account("suspended");
  const std::string chain = service.create_cert(service.pki().upload()).text("ChainID");
  const auto refusals_of = [&](const signature::Credentials& who) {
    EXPECT_TRUE(service.audit_book().flush());
    return list({{"Kind", "refusal"}, {"AccessKeyId", who.access_key_id}});
  };
  // Before the input is read.
  ASSERT_EQ(service.call(user, "DeleteEdge", R"({"Name":"nginx"})", "2026-12-01").status, 403);
  json::array refused = refusals_of(user);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].at("Action"), "DeleteEdge");
  EXPECT_EQ(refused[0].at("Subject"), "nginx");
  EXPECT_EQ(refused[0].at("PeerAddress"), "127.0.0.1");
  EXPECT_EQ(refused[0].at("RequestId").as_string().size(), 34U);
  EXPECT_THAT(std::string(refused[0].at("Detail").as_string()), HasSubstr("AccessDenied"));
  // Another account's chain: the store decides.
  ASSERT_EQ(service.create_cert(user, service.pki().upload(), {{"ChainID", chain}}).status, 403);
  refused = refusals_of(user);
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0].at("Action"), "CreateCert");
  EXPECT_EQ(refused[0].at("Subject").as_string(), chain);
  EXPECT_THAT(std::string(refused[0].at("Detail").as_string()), HasSubstr("AccountIDNotAllow"));
  // Another project.
  ASSERT_EQ(service.create_cert(limited, service.pki().upload(), {{"ProjectName", "default"}}).status, 403);
  refused = refusals_of(limited);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_THAT(std::string(refused[0].at("Detail").as_string()), HasSubstr("RequestForbidden"));
  // A suspended account.
  std::string id;
  const Answer accounts = administer("ListAccounts");
  for (const json::value& account : accounts.result.at("AccountList").as_array()) {
    if (account.at("AccountName") == "suspended") id = account.at("AccountId").as_string();
  }
  ASSERT_EQ(administer("SuspendAccount", {{"AccountId", id}}).status, 200);
  ASSERT_EQ(service.call(suspended, "ListCertV2", "{}").status, 403);
  refused = refusals_of(suspended);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_THAT(std::string(refused[0].at("Detail").as_string()), HasSubstr("BillingStatus"));
  // What a caller may do and did wrong is none.
  ASSERT_EQ(service.call(user, "DeleteCert", R"({"ChainID":"00000000000000000000000000000000"})").status, 404);
  EXPECT_EQ(refusals_of(user).size(), 2U);
}

TEST_F(Audit, TellsStrangersByTheirAddressAndRepeatsNothingOfTheirs) {
  signature::Credentials guess{"pasted-by-mistake", base::SecretBytes::copy_of("0123456789abcdef"), std::nullopt};
  ASSERT_EQ(service.call(guess, "ListCertV2", "{}").status, 401);
  guess.access_key_id = service.root().access_key_id;
  ASSERT_EQ(service.call(guess, "ListCertV2", R"({"ChainID":"0123456789abcdef0123456789abcdef"})").status, 401);
  ASSERT_TRUE(service.audit_book().flush());
  const json::array refused = list({{"Kind", "refusal"}});
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[1].at("Detail"), "InvalidAccessKey");
  EXPECT_EQ(refused[0].at("Detail"), "SignatureDoesNotMatch");
  for (const json::value& record : refused) {
    EXPECT_EQ(record.at("PeerAddress"), "127.0.0.1");
    EXPECT_EQ(record.at("AccessKeyId"), "");
    EXPECT_EQ(record.at("Subject"), "");
  }
}

// A secret in the place of a name is none of the audit's subjects.
TEST_F(Audit, ASubjectHasTheFormOfItsMember) {
  const signature::Credentials user = service.new_account("user");
  const auto subject_of = [&](const std::string& action, const json::object& body) {
    service.clock().advance(std::chrono::minutes(1));  // or it is one of a kind that is recorded already
    EXPECT_EQ(service.call(user, action, json::serialize(body), "2026-12-01").status, 403) << action;
    EXPECT_TRUE(service.audit_book().flush());
    const std::string subject(
        list({{"Kind", "refusal"}, {"ActionName", action}, {"PageSize", 1}}).at(0).at("Subject").as_string());
    return subject;
  };
  EXPECT_EQ(subject_of("DeleteAccessKey", {{"accesskeyid", "AKLTabc"}}), "AKLTabc");
  EXPECT_EQ(subject_of("DisableAccessKey", {{"AccessKeyId", "TnpCbGJXUm9ZVzFs"}}), "");
  EXPECT_EQ(subject_of("CreateEdge", {{"Name", "-----BEGIN PRIVATE KEY-----"}}), "");
  EXPECT_EQ(subject_of("SuspendAccount", {{"AccountId", "2100000001"}}), "2100000001");
  EXPECT_EQ(subject_of("MoveDomain", {{"AccountId", "2100000001"}, {"Domain", "a.example.net"}}), "a.example.net");
  EXPECT_EQ(subject_of("MoveDomain", {{"Domain", std::string(100, 'a')}}), "");
}

TEST_F(Audit, TellsSignIns) {
  const Answer made = administer("CreateSession", {{"Hours", 2}, {"ReadOnly", true}});
  ASSERT_EQ(made.status, 200) << made.message();
  ASSERT_TRUE(service.audit_book().flush());
  const json::array signed_in = list({{"Kind", "sign-in"}});
  ASSERT_EQ(signed_in.size(), 1U);
  EXPECT_EQ(signed_in[0].at("AccessKeyId").as_string(), service.root().access_key_id);
  EXPECT_EQ(signed_in[0].at("Subject").as_string(), made.text("AccessKeyId"));
  EXPECT_EQ(signed_in[0].at("PeerAddress"), "127.0.0.1");
  EXPECT_EQ(signed_in[0].at("Detail"), "for 2 hours, to read");
  const std::string all = json::serialize(list({}));
  EXPECT_EQ(all.find(made.text("SecretAccessKey")), std::string::npos);
}

TEST_F(Audit, TellsWhyAKeyWasOpened) {
  const std::string chain = service.create_cert(service.pki().upload()).text("ChainID");
  ASSERT_TRUE(service.audit_book().flush());
  EXPECT_EQ(list({{"Kind", "opening"}}).size(), 0U) << "an upload opens nothing that is stored";
  test::Tenant(service, service.root()).add_domain("live.example.net");
  const Answer bound =
      service.call("BindCert", json::serialize(json::object{{"ChainID", chain}, {"Domain", "live.example.net"}}));
  ASSERT_EQ(bound.status, 200) << bound.message();
  ASSERT_TRUE(service.audit_book().flush());
  const json::array opened = list({{"Kind", "opening"}, {"Subject", chain}});
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].at("Action"), "BindCert");
  EXPECT_EQ(opened[0].at("AccessKeyId").as_string(), service.root().access_key_id);
  EXPECT_THAT(std::string(opened[0].at("Detail").as_string()), testing::StartsWith("version "));
}

// Reads everything as `audit verify` does.
audit::Report verify(TestService& service, const std::optional<audit::Checkpoint>& kept = {}) {
  const auto page = service::list_checkpoints(service.services(), 0, 1'000'000);
  EXPECT_TRUE(page);
  audit::Verifier verifier(page->checkpoints, kept, page->public_key);
  const auto records = service.store().ask(&store::Snapshot::audit, store::AuditFilter(), 1'000'000);
  EXPECT_TRUE(records);
  for (const store::AuditRecord& record : records.value()) {
    verifier.add(record);
  }
  return verifier.finish();
}

TEST_F(Audit, IsCutAtACheckpointThatProvesWhatWasCut) {
  const auto cut_what_is_older_than = [&](std::chrono::hours age) {
    return service::cut_audit(service.services(), service.clock().now() - age, [] { return false; });
  };
  add_account("first");
  const audit::Checkpoint first = checkpoint_in(administer("CreateAuditCheckpoint").result);
  service.clock().advance(std::chrono::hours(24));
  add_account("second");
  const audit::Checkpoint second = checkpoint_in(administer("CreateAuditCheckpoint").result);
  service.clock().advance(std::chrono::hours(24));
  add_account("third");
  EXPECT_EQ(*cut_what_is_older_than(std::chrono::hours(72)), 0) << "nothing is that old";
  ASSERT_EQ(*cut_what_is_older_than(std::chrono::hours(36)), first.position);
  EXPECT_EQ(*cut_what_is_older_than(std::chrono::hours(36)), 0) << "once";
  EXPECT_EQ(subjects({{"Subject", std::to_string(first.position)}, {"ActionName", "CutAudit"}}).size(), 1U);
  audit::Report report = verify(service, first);
  EXPECT_EQ(report.all_findings, 0);
  EXPECT_EQ(report.cut_through, first.position);
  EXPECT_GT((*service.store().ask(&store::Snapshot::audit, store::AuditFilter(), 1)).front().position, first.position);
  service.clock().advance(std::chrono::hours(48));
  ASSERT_GE(*cut_what_is_older_than(std::chrono::hours(36)), second.position);
  report = verify(service, second);
  EXPECT_EQ(report.all_findings, 0) << "also with a checkpoint about what was cut twice";
  EXPECT_GT(report.records, 0);
}

TEST_F(Audit, ManyCheckpointsAreCutInStepsThatEachVerify) {
  for (int i = 0; i < 25; ++i) {
    add_account("user" + std::to_string(i));
    ASSERT_EQ(administer("CreateAuditCheckpoint").status, 200);
  }
  service.clock().advance(std::chrono::hours(1));
  int steps = 0;
  const auto cut = service::cut_audit(service.services(), service.clock().now(), [&] { return ++steps > 2; });
  ASSERT_TRUE(cut);
  EXPECT_GT(*cut, 0);
  EXPECT_EQ(verify(service).all_findings, 0) << "it was stopped between two steps";
  ASSERT_GT(*service::cut_audit(service.services(), service.clock().now(), [] { return false; }), *cut);
  EXPECT_EQ(verify(service).all_findings, 0);
}

// Another process that read the newest checkpoint before the cut must not replace it with one that denies the cut.
TEST_F(Audit, ACheckpointNeverTakesACutBack) {
  add_account("first");
  const audit::Checkpoint stale = checkpoint_in(administer("CreateAuditCheckpoint").result);
  service.clock().advance(std::chrono::hours(1));
  ASSERT_EQ(*service::cut_audit(service.services(), service.clock().now(), [] { return false; }), stale.position);
  const auto newest = service.store().ask(&store::Snapshot::newest_checkpoint);
  audit::Checkpoint denying = **newest;
  denying.cut_through = 0;
  const auto outcome =
      service.store().submit(service::own_context(service.services(), "Test"), store::KeepCheckpoint{denying}).wait();
  EXPECT_EQ(outcome.reason(), domain::Reason::kStale);
  add_account("second");
  EXPECT_EQ(checkpoint_in(administer("CreateAuditCheckpoint").result).cut_through, stale.position);
}

TEST_F(Audit, BadFiltersAreNamed) {
  EXPECT_THAT(administer("ListAudit", {{"Kind", "openings"}}).message(), HasSubstr("Kind"));
  EXPECT_THAT(administer("ListAudit", {{"After", 1}, {"Before", 5}}).message(), HasSubstr("Before"));
  EXPECT_THAT(administer("ListAudit", {{"PageSize", 0}}).message(), HasSubstr("PageSize"));
  EXPECT_THAT(administer("ListAudit", {{"From", -1}}).message(), HasSubstr("From"));
  EXPECT_EQ(administer("ListAudit", {{"AccountId", "2199999999"}}).status, 404);
}

}  // namespace
}  // namespace livecert
