#include "service/master_keys.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/submit.h"
#include "support/faulty_store.h"
#include "support/forwarding_snapshot.h"
#include "support/test_service.h"
#include "vault/master_key.h"

// The actions of the ring of master keys.
namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using testing::HasSubstr;

class MasterKeys : public testing::Test {
 protected:
  Answer administer(const std::string& action, const json::object& body = {}) {
    return service.call(action, json::serialize(body), "2026-12-01");
  }
  // Gives the process a key, as if its file had got another line.
  std::string add_key(std::uint8_t byte) {
    const std::string id = vault::master_key_id(base::SecretBytes(base::WipedBuffer(32, byte)));
    service.services().read_master_keys = [byte]() -> base::Result<vault::MasterKeys> {
      vault::MasterKeys keys;
      keys.push_back(base::SecretBytes(base::WipedBuffer(32, byte)));
      return keys;
    };
    return id;
  }
  // Something that the service seals for itself: the channel's secret.
  void add_channel() {
    const Answer channel = administer("CreateNotifyChannel", {{"Name", "duty"},
                                                              {"Kind", "webhook"},
                                                              {"URL", "https://hooks.example.net/secret-part"},
                                                              {"Secret", "a secret of sixteen bytes and more"}});
    ASSERT_EQ(channel.status, 200) << channel.message();
  }
  json::object listed(const std::string& id) {
    const Answer answer = administer("ListMasterKeys");
    for (const json::value& item : answer.result.at("MasterKeyList").as_array()) {
      if (item.at("MasterKeyId").as_string() == id) return item.as_object();
    }
    return {};
  }

  test::TestService service;
};

TEST_F(MasterKeys, AreForTheRootAccountAlone) {
  const Answer account = administer("CreateAccount", {{"AccountName", "user"}});
  const Answer key = administer("CreateAccessKey", {{"AccountId", account.text("AccountId")}});
  const signature::Credentials user{key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")),
                                    std::nullopt};
  for (const char* action : {"ListMasterKeys", "RotateMasterKey", "RetireMasterKey"}) {
    EXPECT_EQ(service.call(user, action, "{}", "2026-12-01").code(), "AccessDenied") << action;
  }
}

// Over PostgreSQL, another node rotates. What this one seals afterwards is under the key that is current then.
TEST_F(MasterKeys, WhatIsNewIsSealedUnderTheKeyThatAnotherProcessMadeCurrent) {
  service::Services& services = service.services();
  ASSERT_TRUE(service::register_master_keys(services, service::own_context(services, "AddMasterKeys")));
  const std::string former = service::list_master_keys(services)->front().key.id;
  const std::string added = add_key(0x21);
  const auto context = service::own_context(services, "Test");
  ASSERT_TRUE(service::submit(services, context,
                              store::AddMasterKeys{{{added, {}, domain::MasterKeyState::kAdded, context.at}}}));
  ASSERT_TRUE(service::submit(services, context, store::UseMasterKey{added}));
  ASSERT_EQ(administer("CreateAccount", {{"AccountName", "user"}}).status, 200);
  EXPECT_EQ(listed(added).at("Items"), 1);
  EXPECT_EQ(listed(former).at("Items"), 1) << "the root account's";
  add_channel();
  EXPECT_EQ(listed(added).at("Items"), 2);
}

TEST_F(MasterKeys, AProcessWithoutTheCurrentKeyGoesOnUnderItsOwn) {
  service::Services& services = service.services();
  ASSERT_TRUE(service::register_master_keys(services, service::own_context(services, "AddMasterKeys")));
  const std::string former = service::list_master_keys(services)->front().key.id;
  const auto context = service::own_context(services, "Test");
  ASSERT_TRUE(service::submit(
      services, context, store::AddMasterKeys{{{"0123456789abcdef", {}, domain::MasterKeyState::kAdded, context.at}}}));
  ASSERT_TRUE(service::submit(services, context, store::UseMasterKey{"0123456789abcdef"}));
  ASSERT_EQ(administer("CreateAccount", {{"AccountName", "user"}}).status, 200);
  EXPECT_EQ(listed(former).at("Items"), 2);
  EXPECT_EQ(administer("RetireMasterKey", {{"MasterKeyId", former}}).status, 400);
}

// Counts what is read of the accounts.
class CountingStore final : public store::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    TRY_ASSIGN(auto snapshot, ForwardingStore::read());
    return std::unique_ptr<store::Snapshot>(std::make_unique<Reads>(std::move(snapshot), *this));
  }
  std::size_t rows = 0;
  std::size_t counts = 0;

 private:
  class Reads final : public store::testing::ForwardingSnapshot {
   public:
    Reads(std::unique_ptr<store::Snapshot> inner, CountingStore& store)
        : ForwardingSnapshot(std::move(inner)), store_(store) {}
    base::Result<std::vector<store::WrappedKey>> list_account_keys(base::AccountId after, std::int64_t limit) override {
      auto page = ForwardingSnapshot::list_account_keys(after, limit);
      if (page) store_.rows += page->size();
      return page;
    }
    base::Result<std::vector<store::SealedCount>> count_sealed() override {
      ++store_.counts;
      return ForwardingSnapshot::count_sealed();
    }

   private:
    CountingStore& store_;
  };
};

// A page holds 1000 accounts, so a call reads that many however few it seals, and never those before.
// LIVECERT_ACCOUNTS=100000 LIVECERT_BATCH=500 measures the calls.
TEST(LargeRing, ARotationNeitherReadsNorCountsAllAccountsAtEachCall) {
  const auto from_environment = [](const char* name, std::int64_t usual) {
    const char* const text = std::getenv(name);
    return text == nullptr ? usual : std::stoll(text);
  };
  const std::int64_t accounts = from_environment("LIVECERT_ACCOUNTS", 3000);
  const std::int64_t batch = from_environment("LIVECERT_BATCH", 500);
  CountingStore* counting = nullptr;
  test::TestService::Options options;
  options.wrap_store = [&](store::Store& inner) {
    auto made = std::make_unique<CountingStore>(inner);
    counting = made.get();
    return made;
  };
  test::TestService service(std::move(options));
  service::Services& services = service.services();
  for (std::int64_t i = 0; i < accounts; ++i) {
    const domain::Account account{base::AccountId(3'000'000'000 + i), "user" + std::to_string(i), false,
                                  domain::AccountStatus::kActive, service.clock().now()};
    auto key = services.vault.make_account_key(account.id);
    ASSERT_TRUE(key);
    ASSERT_TRUE(service::submit(services, service::own_context(services, "Test"),
                                store::CreateAccount{account, *std::move(key)}));
  }
  ASSERT_TRUE(service::register_master_keys(services, service::own_context(services, "AddMasterKeys")));
  services.read_master_keys = []() -> base::Result<vault::MasterKeys> {
    vault::MasterKeys keys;
    keys.push_back(base::SecretBytes(base::WipedBuffer(32, 0x21)));
    return keys;
  };
  counting->rows = 0;
  counting->counts = 0;
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t processor = std::clock();
  std::int64_t calls = 0;
  for (std::int64_t left = 1; left > 0; ++calls) {
    const auto rotation =
        service::rotate_master_key(services, service::own_context(services, "RotateMasterKey"), batch);
    ASSERT_TRUE(rotation) << rotation.error().message << rotation.error().detail;
    left = rotation->left;
    ASSERT_LE(calls, accounts);
  }
  std::cout << accounts << " accounts, " << calls
            << " calls: " << std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count()
            << " s, of the processor " << static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC << " s\n";
  EXPECT_LE(counting->counts, 3U);
  EXPECT_LE(counting->rows, static_cast<std::size_t>(calls) * 1000 + 1000);
  // From the beginning at each call, it would be half of this.
  EXPECT_LT(counting->rows, static_cast<std::size_t>(accounts * calls / 2));
  const auto keys = service::list_master_keys(services);
  ASSERT_TRUE(keys);
  for (const auto& key : *keys) {
    EXPECT_EQ(key.items, key.key.state == domain::MasterKeyState::kCurrent ? accounts + 1 : 0);
  }
}

TEST_F(MasterKeys, WithoutANewKeyNothingRotates) {
  const Answer answer = administer("RotateMasterKey");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.message(), HasSubstr("livecert master-key add"));
}

TEST_F(MasterKeys, AKeyWhoseLineWasTakenOutOfTheFileIsNotUsed) {
  add_key(0x21);
  ASSERT_EQ(administer("RotateMasterKey").status, 200);
  const std::string taken_out = add_key(0x22);
  // The process holds it, as after a start with its line.
  service.services().vault.hold(service.services().read_master_keys().value());
  ASSERT_TRUE(
      service::register_master_keys(service.services(), service::own_context(service.services(), "AddMasterKeys")));
  ASSERT_EQ(listed(taken_out).at("Held"), true);
  add_key(0x21);
  const Answer refused = administer("RotateMasterKey");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.message(), HasSubstr("there is no new master key"));
  EXPECT_EQ(listed(taken_out).at("State"), "added");
}

TEST_F(MasterKeys, ARotationGoesOnInBatchesAndTheFormerKeyRetiresAtItsEnd) {
  for (const char* name : {"one", "two", "three", "four"}) administer("CreateAccount", {{"AccountName", name}});
  const std::string added = add_key(0x21);
  const Answer first = administer("RotateMasterKey", {{"Batch", 2}});
  ASSERT_EQ(first.status, 200) << first.message();
  EXPECT_EQ(first.text("MasterKeyId"), added);
  EXPECT_EQ(first.result.at("Left"), 3);
  EXPECT_EQ(first.result.at("Total"), 5);
  const Answer keys = administer("ListMasterKeys");
  const json::array& list = keys.result.at("MasterKeyList").as_array();
  ASSERT_EQ(list.size(), 2U);
  const std::string former(list.at(0).at("State") == "former" ? list.at(0).at("MasterKeyId").as_string()
                                                              : list.at(1).at("MasterKeyId").as_string());
  EXPECT_EQ(listed(former).at("Items"), 3);
  const Answer refused = administer("RetireMasterKey", {{"MasterKeyId", former}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.message(), HasSubstr("3 items are sealed under it"));
  EXPECT_THAT(administer("RetireMasterKey", {{"MasterKeyId", added}}).message(), HasSubstr("cannot be retired"));

  // New accounts are under the new key at once, and the rotation continues with the same key.
  administer("CreateAccount", {{"AccountName", "five"}});
  EXPECT_EQ(listed(former).at("Items"), 3);
  EXPECT_EQ(administer("RotateMasterKey", {{"Batch", 2}}).result.at("Left"), 1);
  const Answer last = administer("RotateMasterKey", {{"Batch", 2}});
  EXPECT_EQ(last.result.at("Left"), 0);
  EXPECT_EQ(last.text("MasterKeyId"), added);
  EXPECT_EQ(administer("RetireMasterKey", {{"MasterKeyId", former}}).status, 200);
  EXPECT_EQ(listed(former).at("State"), "retired");
  EXPECT_EQ(listed(former).at("Held"), false);
  EXPECT_EQ(service.call("ListCertV2", "{}", "2023-01-01").status, 200) << "the root key still opens";
  EXPECT_EQ(administer("RetireMasterKey", {{"MasterKeyId", "0000000000000000"}}).status, 404);
}

TEST_F(MasterKeys, WhatTheServiceSealsForItselfIsSealedAgainToo) {
  add_channel();
  add_key(0x22);
  const Answer rotated = administer("RotateMasterKey");
  EXPECT_EQ(rotated.result.at("Left"), 0);
  EXPECT_EQ(rotated.result.at("Total"), 2) << "the root account's key and the channel's secret";
  const Answer preview = administer("PreviewNotice", {{"Name", "duty"}});
  EXPECT_EQ(preview.status, 200) << "the channel's secret opens: " << preview.message();
}

// Releases before the ring wrote no key's id before what they sealed.
TEST_F(MasterKeys, OneRotationIsEnoughForAStoreOfAnEarlierRelease) {
  add_channel();
  const store::StoredNotifyChannel stored = service.store().ask(&store::Snapshot::list_notify_channels)->front();
  constexpr std::ptrdiff_t kName = 1 + 8;
  store::PutNotifyChannel earlier{
      stored.name, stored.definition, {{stored.secret.bytes.begin() + kName, stored.secret.bytes.end()}}};
  ASSERT_EQ(earlier.secret.bytes.front(), 1);
  ASSERT_TRUE(
      service::submit(service.services(), service::own_context(service.services(), "Test"), std::move(earlier)));
  ASSERT_EQ(administer("PreviewNotice", {{"Name", "duty"}}).status, 200);
  const std::string added = add_key(0x23);
  const Answer rotated = administer("RotateMasterKey");
  EXPECT_EQ(rotated.text("MasterKeyId"), added);
  EXPECT_EQ(rotated.result.at("Left"), 0);
  EXPECT_EQ(administer("PreviewNotice", {{"Name", "duty"}}).status, 200);
}

}  // namespace
}  // namespace livecert
