#include "service/audit_book.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/faulty_store.h"
#include "support/test_service.h"

namespace livecert {
namespace {

using service::AuditBook;
using service::KeyOpening;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Takes no records while it is full.
class FullStore final : public store::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  base::Later<store::Outcome> submit(store::Context context, store::Command command) override {
    if (!is_full) return ForwardingStore::submit(std::move(context), std::move(command));
    return store::Outcome{store::OutcomeKind::kUnavailable, "the disk is full"};
  }
  bool is_full = false;
};

class AuditBookTest : public testing::Test {
 protected:
  std::vector<store::AuditRecord> records(std::string_view kind) {
    store::AuditFilter filter;
    filter.kind = kind;
    auto found = service.store().ask(&store::Snapshot::audit, filter, 100'000);
    EXPECT_TRUE(found);
    return found ? *std::move(found) : std::vector<store::AuditRecord>();
  }
  std::vector<std::string> details(std::string_view kind) {
    std::vector<std::string> all;
    for (const store::AuditRecord& record : records(kind)) all.push_back(record.detail);
    return all;
  }
  void flush() { EXPECT_TRUE(book.flush()); }
  void refuse(const std::string& caller, const std::string& action, const std::string& address = "192.0.2.1") {
    audit::Record record;
    record.at = service.clock().now();
    record.access_key_id = caller;
    record.action = action;
    record.peer_address = address;
    record.subject = "live.example.net";
    record.detail = "AccessDenied";
    book.note_refusal(caller, "AccessDenied", record);
  }
  void open(std::int64_t version, const std::string& edge = "web", const std::string& action = "Deliver") {
    book.note_opening({.action = action, .edge = edge, .owner = base::AccountId(7), .version = base::CertId(version)});
  }

  test::TestService service;
  FullStore store{service.store()};
  AuditBook book{store, service.clock()};
};

TEST_F(AuditBookTest, WritesRefusalsOfOneKindOnceAndTheirNumberAtTheMinutesEnd) {
  for (int i = 0; i < 500; ++i) refuse("AKLT1", "DeleteCert");
  refuse("AKLT1", "BindCert");
  refuse("AKLT2", "DeleteCert");
  flush();
  EXPECT_THAT(details(audit::kRefusal), ElementsAre("AccessDenied", "AccessDenied", "AccessDenied"));
  service.clock().advance(seconds(59));
  for (int i = 0; i < 500; ++i) refuse("AKLT1", "DeleteCert");
  flush();
  EXPECT_THAT(records(audit::kRefusal), SizeIs(3));
  service.clock().advance(seconds(1));
  flush();
  ASSERT_THAT(records(audit::kRefusal), SizeIs(4)) << "only one kind has a count";
  const store::AuditRecord count = records(audit::kRefusal).back();
  EXPECT_EQ(count.detail, "AccessDenied, 999 more within a minute");
  EXPECT_EQ(count.access_key_id, "AKLT1");
  EXPECT_EQ(count.action, "DeleteCert");
  refuse("AKLT1", "DeleteCert");
  flush();
  EXPECT_THAT(records(audit::kRefusal), SizeIs(5)) << "the next minute begins";
}

// A key that calls everything, and an address that guesses keys, leave the others their records.
TEST_F(AuditBookTest, OneCallerAndAllStrangersAreBounded) {
  for (int i = 0; i < 1000; ++i) refuse("AKLT1", "Action" + std::to_string(i));
  for (int i = 0; i < 1000; ++i) refuse("", "", "2001:db8::" + std::to_string(i));
  refuse("AKLT2", "DeleteCert");
  flush();
  EXPECT_THAT(records(audit::kRefusal), SizeIs(AuditBook::kMostOfCaller + AuditBook::kMostOfStrangers + 1));
  EXPECT_EQ(records(audit::kRefusal).back().access_key_id, "AKLT2");
  service.clock().advance(minutes(1));
  flush();
  EXPECT_THAT(details(audit::kRefusal).back(), HasSubstr("1960 more refusals"));
  for (int i = 0; i < 100'000; ++i) refuse("AKLT" + std::to_string(i), "DeleteCert");
  flush();
  service.clock().advance(minutes(1));
  flush();
  EXPECT_THAT(records(audit::kRefusal), SizeIs(2 * AuditBook::kMostOfCaller + 1 + 1 + AuditBook::kMostKinds + 1));
}

TEST_F(AuditBookTest, FindsTheSubjectOnlyForARecordThatIsWritten) {
  int asked = 0;
  for (int i = 0; i < 100; ++i) {
    book.note_refusal("AKLT1", "AccessDenied", {}, [&] { return "subject" + std::to_string(++asked); });
  }
  flush();
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(records(audit::kRefusal).back().subject, "subject1");
}

TEST_F(AuditBookTest, AnOpeningNamesEdgeVersionAndReason) {
  book.note_opening({.action = "BindCert",
                     .owner = base::AccountId(7),
                     .chain = base::ChainId({1}),
                     .version = base::CertId(11),
                     .access_key_id = "AKLT1",
                     .request_id = "request",
                     .peer_address = "192.0.2.1"});
  open(12);
  book.note_opening({.action = "OwnCertificate", .item = "https key"});
  flush();
  const auto opened = records(audit::kOpening);
  ASSERT_THAT(opened, SizeIs(3));
  const auto bound = std::ranges::find(opened, "BindCert", &store::AuditRecord::action);
  ASSERT_NE(bound, opened.end());
  EXPECT_EQ(bound->detail, "version 11");
  EXPECT_EQ(bound->subject, base::ChainId({1}).to_string());
  EXPECT_EQ(bound->access_key_id, "AKLT1");
  EXPECT_EQ(bound->request_id, "request");
  EXPECT_EQ(bound->peer_address, "192.0.2.1");
  const auto delivered = std::ranges::find(opened, "Deliver", &store::AuditRecord::action);
  ASSERT_NE(delivered, opened.end());
  EXPECT_EQ(delivered->detail, "version 12, for the edge web");
  EXPECT_EQ(delivered->account, base::AccountId(7));
  EXPECT_EQ(delivered->at, service.clock().now());
  const auto own = std::ranges::find(opened, "OwnCertificate", &store::AuditRecord::action);
  ASSERT_NE(own, opened.end());
  EXPECT_EQ(own->subject, "https key");
}

TEST_F(AuditBookTest, ManyOpeningsShareRecordsThatListEachVersion) {
  for (std::int64_t version = 1; version <= 250; ++version) open(version);
  for (std::int64_t version = 1; version <= 3; ++version) open(version, "other");
  flush();
  const auto opened = records(audit::kOpening);
  ASSERT_THAT(opened, SizeIs(3 + 3));
  std::string lists;
  for (const store::AuditRecord& record : opened) {
    if (record.subject == "web") lists += record.detail.substr(record.detail.find(':') + 1);
  }
  for (std::int64_t version = 1; version <= 250; ++version) {
    EXPECT_THAT(lists + " ", HasSubstr(" " + base::CertId(version).to_string() + " "));
  }
}

TEST_F(AuditBookTest, OpeningsOfOneVersionInALoopAreCounted) {
  for (int minute = 0; minute < 9; ++minute) {
    for (int i = 0; i < 100; ++i) open(1);
    service.clock().advance(minutes(1));
    flush();
  }
  EXPECT_THAT(details(audit::kOpening), ElementsAre("version 1, for the edge web"));
  service.clock().advance(minutes(2));
  flush();
  EXPECT_THAT(details(audit::kOpening),
              ElementsAre("version 1, for the edge web", "version 1, for the edge web, 899 more within 10 minutes"));
}

TEST_F(AuditBookTest, TheLastFlushWritesTheCounts) {
  refuse("AKLT1", "DeleteCert");
  refuse("AKLT1", "DeleteCert");
  open(1);
  open(1);
  EXPECT_TRUE(book.flush(true));
  EXPECT_THAT(details(audit::kRefusal).back(), EndsWith("1 more within a minute"));
  EXPECT_THAT(details(audit::kOpening).back(), EndsWith("1 more within 10 minutes"));
}

TEST_F(AuditBookTest, WhatTheStoreDidNotTakeIsWrittenLaterInItsOrder) {
  store.is_full = true;
  open(1);
  EXPECT_FALSE(book.flush());
  EXPECT_EQ(book.counts().failures, 1);
  service.clock().advance(minutes(1));
  refuse("AKLT1", "DeleteCert");
  EXPECT_FALSE(book.flush());
  EXPECT_EQ(book.counts().waiting, 2U);
  store.is_full = false;
  flush();
  EXPECT_EQ(book.counts().waiting, 0U);
  const auto opened = records(audit::kOpening);
  const auto refused = records(audit::kRefusal);
  ASSERT_THAT(opened, SizeIs(1));
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_LT(opened[0].position, refused[0].position);
  EXPECT_EQ(refused[0].at - opened[0].at, minutes(1)) << "the time is that of the event";
}

TEST_F(AuditBookTest, WhatDoesNotFitWhileTheStoreTakesNothingIsCounted) {
  store.is_full = true;
  audit::Record sign_in;
  sign_in.action = "CreateSession";
  for (std::size_t i = 0; i < AuditBook::kMostWaiting + 30; ++i) book.note_sign_in(sign_in);
  EXPECT_FALSE(book.flush());
  EXPECT_EQ(book.counts().waiting, AuditBook::kMostWaiting);
  EXPECT_EQ(book.counts().lost, 30);
  store.is_full = false;
  flush();
  flush();
  EXPECT_THAT(records(audit::kSignIn), SizeIs(AuditBook::kMostWaiting));
  EXPECT_THAT(details(audit::kRefusal), ElementsAre(HasSubstr("30 records")));
  EXPECT_EQ(book.counts().written.at("sign-in"), static_cast<std::int64_t>(AuditBook::kMostWaiting));
}

}  // namespace
}  // namespace livecert
