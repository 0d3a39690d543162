#include "service/master_keys.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/submit.h"
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
