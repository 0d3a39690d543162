#include "audit/verifier.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/json.h"

namespace livecert::audit {

// GoogleTest finds it by its argument.
inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << static_cast<int>(finding.kind) << ": " << finding.from << " to " << finding.to;
}

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Finding::Kind;

constexpr std::int64_t kRecords = 30;

base::SecretBytes key_of(std::uint8_t seed) {
  return base::SecretBytes(base::WipedBuffer(crypto::kEd25519KeySize, seed));
}

Record record_at(std::int64_t position) {
  Record record;
  record.position = position;
  record.at = base::from_unix_micros(1'800'000'000'000'001 + position);
  record.account = base::AccountId(2'100'000'001);
  record.access_key_id = "AKLTexample";
  record.action = "BindCert";
  record.request_id = "request-" + std::to_string(position);
  record.peer_address = "192.0.2.1";
  record.subject = "live" + std::to_string(position) + ".example.net";
  return record;
}

// Thirty records with checkpoints at 10 and 20 and at the end, as the service makes them.
class Chain : public ::testing::Test {
 protected:
  Chain() {
    for (std::int64_t i = 1; i <= kRecords; ++i) records.push_back(record_at(i));
    hash_from(0);
    for (const std::int64_t position : {10, 20, 30}) checkpoints.push_back(checkpoint_at(position));
  }

  // Makes the hashes again from that index on, as somebody does who knows how they are made.
  void hash_from(std::size_t index, std::size_t count = kRecords) {
    for (std::size_t i = index; i < std::min(records.size(), index + count); ++i) {
      records[i].hash = hash_of(i == 0 ? kBeforeAll : records[i - 1].hash, records[i]);
    }
  }
  Checkpoint checkpoint_at(std::int64_t position, std::int64_t cut_through = 0, std::uint8_t key = 1) const {
    const auto record = std::ranges::find(records, position, &Record::position);
    Checkpoint checkpoint;
    checkpoint.position = position;
    checkpoint.at = record->at;
    checkpoint.hash = record->hash;
    checkpoint.cut_through = cut_through;
    return *signed_by(key_of(key), checkpoint);
  }
  Record& at(std::int64_t position) { return *std::ranges::find(records, position, &Record::position); }
  void remove(std::int64_t from, std::int64_t to) {
    std::erase_if(records, [&](const Record& record) { return record.position >= from && record.position <= to; });
  }
  Report verify() {
    Verifier verifier(checkpoints, kept, crypto::ed25519_public_key(key_of(1)));
    for (const Record& record : records) verifier.add(record);
    return verifier.finish();
  }
  std::vector<Finding> findings() { return verify().findings; }

  std::vector<Record> records;
  std::vector<Checkpoint> checkpoints;
  std::optional<Checkpoint> kept;
};

TEST_F(Chain, ThatNobodyTouchedIsWhole) {
  kept = checkpoint_at(20);
  const Report report = verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.records, kRecords);
  EXPECT_EQ(report.last, kRecords);
  EXPECT_EQ(report.signed_to, kRecords);
}

TEST_F(Chain, WithNumbersThatSkipIsWhole) {
  records[14].position = 1500;
  for (std::size_t i = 15; i < records.size(); ++i) records[i].position += 2000;
  hash_from(0);
  checkpoints = {checkpoint_at(10), checkpoint_at(1500)};
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Chain, ThatIsEmptyIsWholeWithoutCheckpoints) {
  records.clear();
  checkpoints.clear();
  EXPECT_THAT(findings(), IsEmpty());
}

// The manipulations, one after the other.

TEST_F(Chain, NamesAChangedRecordWithEachMember) {
  using Change = void (*)(Record&);
  const std::vector<Change> changes{
      [](Record& record) { record.at += std::chrono::microseconds(1); },
      [](Record& record) { record.account = base::AccountId(2'100'000'002); },
      [](Record& record) { record.access_key_id = "AKLTother"; },
      [](Record& record) { record.action = "UnbindCert"; },
      [](Record& record) { record.request_id += "x"; },
      [](Record& record) { record.peer_address = "192.0.2.2"; },
      [](Record& record) { record.subject = "other.example.net"; },
      [](Record& record) { record.kind = kRefusal; },
      [](Record& record) { record.detail = "not at all"; },
      // Moves a byte from one text to the next one.
      [](Record& record) {
        record.action += record.request_id.front();
        record.request_id.erase(0, 1);
      },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Record before = at(15);
    changes[i](at(15));
    EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kChanged, 14, 15})) << "change " << i;
    at(15) = before;
  }
  at(1).subject = "other.example.net";
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kChanged, 1, 1}));
}

TEST_F(Chain, NamesARecordThatWasChangedWithItsHash) {
  at(15).subject = "other.example.net";
  hash_from(14, 1);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kChanged, 15, 16}));
}

TEST_F(Chain, NamesARecordThatWasChangedWithAllLaterHashes) {
  at(15).subject = "other.example.net";
  hash_from(14);
  EXPECT_THAT(findings(), Contains(Finding{Kind::kRewritten, 11, 20}));
}

TEST_F(Chain, NamesTheLastRecordWhenItWasChanged) {
  at(kRecords).subject = "other.example.net";
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kChanged, 29, 30}));
  hash_from(kRecords - 1);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRewritten, 21, 30}));
}

TEST_F(Chain, NamesRemovedRecords) {
  remove(15, 15);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRemoved, 15, 15}));
  remove(16, 20);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRemoved, 15, 20}));
}

TEST_F(Chain, NamesRecordsThatWereRemovedWithAllLaterHashesMadeAgain) {
  remove(15, 16);
  hash_from(14);
  EXPECT_THAT(findings(), Contains(Finding{Kind::kRewritten, 11, 20}));
}

TEST_F(Chain, NamesTheRecordOfEachCheckpointThatWasRemovedWithAllLaterHashesMadeAgain) {
  remove(10, 10);
  remove(20, 20);
  remove(30, 30);
  hash_from(0);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRemoved, 10, 10}, Finding{Kind::kRemoved, 20, 20},
                                      Finding{Kind::kCutTail, 30, 30}));
}

TEST_F(Chain, NamesTheRecordOfAKeptCheckpointThatWasRemovedThoughTheServiceSignedTheRest) {
  kept = checkpoint_at(15);
  remove(15, 15);
  hash_from(0);
  checkpoints = {checkpoint_at(10), checkpoint_at(30)};
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRemoved, 15, 15}));
}

TEST_F(Chain, NamesRecordsThatWereRemovedAtTheBeginning) {
  remove(1, 10);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRemoved, 1, 10})) << "a checkpoint alone permits no cut";
}

TEST_F(Chain, NamesAnInsertedRecord) {
  // Numbers may skip, so that there is room for another record.
  for (std::size_t i = 15; i < records.size(); ++i) records[i].position += 5;
  hash_from(0);
  checkpoints = {checkpoint_at(10), checkpoint_at(25), checkpoint_at(35)};
  ASSERT_THAT(findings(), IsEmpty());
  Record inserted = record_at(17);
  records.insert(records.begin() + 15, inserted);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kInserted, 17, 17})) << "without a hash";
  hash_from(15, 1);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kInserted, 17, 17})) << "with its own hash";
  hash_from(15);
  EXPECT_THAT(findings(), Contains(Finding{Kind::kRewritten, 11, 25})) << "with all hashes";
}

TEST_F(Chain, NamesASecondRecordAtOnePosition) {
  records.insert(records.begin() + 15, record_at(15));
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kInserted, 15, 15}));
}

TEST_F(Chain, NamesRecordsInEachOthersPlace) {
  for (const auto& [first, second] : {std::pair{12, 13}, std::pair{12, 17}}) {
    for (const bool with_hashes : {true, false}) {
      const std::vector<Record> before = records;
      std::swap(at(first), at(second));
      std::swap(records[static_cast<std::size_t>(first - 1)].position,
                records[static_cast<std::size_t>(second - 1)].position);
      if (!with_hashes) {
        std::swap(records[static_cast<std::size_t>(first - 1)].hash,
                  records[static_cast<std::size_t>(second - 1)].hash);
      }
      EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kReordered, first, second}))
          << first << " and " << second << (with_hashes ? " with" : " without") << " their hashes";
      records = before;
    }
  }
}

TEST_F(Chain, NamesLinesOfAFileInAnotherOrder) {
  std::swap(records[14], records[15]);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kReordered, 15, 16}));
}

TEST_F(Chain, NamesACutTail) {
  remove(25, 30);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kCutTail, 25, 30}));
}

TEST_F(Chain, NamesAForgedCheckpoint) {
  checkpoints[1].hash[0] ^= 1U;
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kForgedCheckpoint, 20, 20}));
  checkpoints[1] = checkpoint_at(20, 0, 2);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kForgedCheckpoint, 20, 20})) << "by another key";
  checkpoints[1] = checkpoint_at(20);
  checkpoints[1].cut_through = 10;
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kForgedCheckpoint, 20, 20})) << "a cut that nobody made";
}

TEST_F(Chain, NamesAKeptCheckpointOfAnotherService) {
  kept = checkpoint_at(20, 0, 2);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kForgedKept, 20, 20}));
}

TEST_F(Chain, NamesTheStoreOfAnEarlierDay) {
  kept = checkpoint_at(30);
  remove(21, 30);
  checkpoints.pop_back();
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kOlder, 21, 30}));
}

// Whoever has the service's key can sign what he likes, but cannot change what is kept elsewhere.
TEST_F(Chain, NamesAHistoryThatWasMadeAgainWithTheServicesOwnKey) {
  kept = checkpoint_at(30);
  at(15).subject = "other.example.net";
  hash_from(14);
  checkpoints = {checkpoint_at(10), checkpoint_at(20), checkpoint_at(30)};
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRewritten, 21, 30}));
}

TEST_F(Chain, NamesAKeptCheckpointBetweenTheStoresOwn) {
  kept = checkpoint_at(15);
  ASSERT_THAT(findings(), IsEmpty());
  at(12).subject = "other.example.net";
  hash_from(11);
  checkpoints = {checkpoint_at(10), checkpoint_at(20), checkpoint_at(30)};
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRewritten, 11, 15}));
}

// The service may cut the beginning off, and says in its checkpoints how much.

TEST_F(Chain, ThatTheServiceCutIsWhole) {
  kept = checkpoint_at(10);
  checkpoints[2] = checkpoint_at(30, 20);
  ASSERT_THAT(findings(), IsEmpty()) << "it may be cut, and was not yet";
  remove(1, 20);
  const Report report = verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.cut_through, 20);
  EXPECT_EQ(report.signed_to, 30);
}

TEST_F(Chain, ThatWasCutFurtherThanTheServiceSaysIsNamed) {
  checkpoints[2] = checkpoint_at(30, 10);
  remove(1, 20);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kRemoved, 11, 20}));
}

TEST_F(Chain, ThatWasCutNoLongerFitsAForgedKeptCheckpoint) {
  kept = checkpoint_at(5);
  checkpoints[2] = checkpoint_at(30, 20);
  remove(1, 20);
  EXPECT_THAT(findings(), ElementsAre(Finding{Kind::kKeptGone, 5, 5}));
}

TEST_F(Chain, AnswersWithTheFirstHundredFindings) {
  records.clear();
  for (std::int64_t i = 1; i <= 1000; ++i) records.push_back(record_at(i));
  checkpoints.clear();
  const Report report = verify();
  EXPECT_EQ(report.findings.size(), Verifier::kMostFindings);
  EXPECT_EQ(report.all_findings, 1000);
}

TEST(Json, KeepsRecordsAndCheckpointsWithTheirHashes) {
  Record record = record_at(7);
  record.kind = kOpening;
  record.detail = "version 3 for the edge \"nginx\"";
  record.hash = hash_of(kBeforeAll, record);
  const auto again = parse_record(boost::json::parse(boost::json::serialize(to_json(record))));
  EXPECT_EQ(again, record);
  Checkpoint checkpoint;
  checkpoint.position = 7;
  checkpoint.at = record.at;
  checkpoint.hash = record.hash;
  checkpoint = *signed_by(key_of(1), checkpoint);
  const auto signed_again = parse_checkpoint(boost::json::parse(boost::json::serialize(to_json(checkpoint))));
  ASSERT_EQ(signed_again, checkpoint);
  EXPECT_TRUE(has_valid_signature(*signed_again));
}

TEST(Json, RefusesWhatPeopleWouldReadDifferently) {
  boost::json::object object = to_json(record_at(7));
  ASSERT_TRUE(parse_record(object));
  object["Time"] = "2026-01-01T00:00:00Z";
  EXPECT_FALSE(parse_record(object));
  object = to_json(record_at(7));
  object["AccountId"] = "2100000009";
  EXPECT_FALSE(parse_record(object));
  object = to_json(record_at(7));
  object["Hash"] = "00";
  EXPECT_FALSE(parse_record(object));
  object.erase("Hash");
  EXPECT_FALSE(parse_record(object));
  EXPECT_FALSE(parse_record(boost::json::value("text")));
}

// RFC 8032, section 7.1, test 2.
TEST(Ed25519, SignsAsTheStandardDoes) {
  const auto secret = base::parse_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const base::SecretBytes key = base::SecretBytes::copy_of(*secret);
  const auto public_key = crypto::ed25519_public_key(key);
  ASSERT_TRUE(public_key);
  EXPECT_EQ(base::to_hex(*public_key), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const base::Bytes message{0x72};
  const auto signature = crypto::sign_ed25519(key, message);
  ASSERT_TRUE(signature);
  EXPECT_EQ(
      base::to_hex(*signature),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
      "eeb00d291612bb0c00");
  EXPECT_TRUE(crypto::verify_ed25519(*public_key, message, *signature));
  EXPECT_FALSE(crypto::verify_ed25519(*public_key, base::Bytes{0x73}, *signature));
  EXPECT_FALSE(crypto::sign_ed25519(base::SecretBytes(), message));
}

}  // namespace
}  // namespace livecert::audit
