#include "service/caller_directory.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/faulty_store.h"
#include "support/test_service.h"

namespace livecert {
namespace {

using base::ErrorCode;
using service::CallerDirectory;
using test::TestService;

// Counts the reads that reach the store, and runs a step in the middle of a read.
class WatchedStore final : public store::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    ++reads;
    TRY_ASSIGN(auto snapshot, inner().read());
    // From here on it sees nothing that is written later.
    TRY(snapshot->last_change());
    if (meanwhile) std::exchange(meanwhile, {})();
    return snapshot;
  }
  std::atomic<int> reads = 0;
  std::function<void()> meanwhile;
};

class CallerDirectoryTest : public testing::Test {
 protected:
  CallerDirectoryTest() : store(service.store()), callers(store, service.services().vault, service.clock()) {}

  // The fault of root's key; nullopt: none.
  std::optional<ErrorCode> ask() {
    const auto found = callers.find_caller(key);
    return found ? std::nullopt : std::optional(found.error().code);
  }
  void set_enabled(bool enabled) {
    store::Context context;
    context.deadline = service.clock().steady_now();
    ASSERT_EQ(service.store().submit(context, store::SetAccessKeyEnabled{key, enabled}).wait().kind,
              store::OutcomeKind::kDone);
  }

  TestService service;
  std::string key = service.root().access_key_id;
  WatchedStore store;
  CallerDirectory callers;
};

TEST_F(CallerDirectoryTest, ReadsTheStoreOnceForManyRequests) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(), std::nullopt);
  EXPECT_EQ(store.reads, 1);
  ASSERT_EQ(service.create_cert(service.pki().upload()).status, 200);
  EXPECT_EQ(ask(), std::nullopt);
  EXPECT_EQ(store.reads, 1) << "a certificate changes nobody's access";
}

TEST_F(CallerDirectoryTest, ForgetsTheCallerWhenAccessChanges) {
  ASSERT_EQ(ask(), std::nullopt);
  set_enabled(false);
  EXPECT_EQ(ask(), ErrorCode::kInvalidAccessKey);
  set_enabled(true);
  EXPECT_EQ(ask(), std::nullopt);
}

TEST_F(CallerDirectoryTest, DoesNotKeepWhatWasReadWhileItChanged) {
  store.meanwhile = [&] { set_enabled(false); };
  EXPECT_EQ(ask(), std::nullopt) << "it was so when it was read";
  EXPECT_EQ(ask(), ErrorCode::kInvalidAccessKey);
}

TEST_F(CallerDirectoryTest, ReadsTheStoreOnceForAKeyThatDoesNotExist) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(callers.find_caller("nobody").error().code, ErrorCode::kInvalidAccessKey);
  }
  EXPECT_EQ(store.reads, 1);
  set_enabled(false);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(), ErrorCode::kInvalidAccessKey);
  EXPECT_EQ(store.reads, 2) << "nor for one that is disabled";
  EXPECT_EQ(callers.find_caller("nobody").error().code, ErrorCode::kInvalidAccessKey);
  EXPECT_EQ(store.reads, 3) << "somebody may have made it meanwhile";
}

TEST_F(CallerDirectoryTest, DoesNotReadTheStoreForWhatIsTooLongToBeAKey) {
  EXPECT_EQ(callers.find_caller(std::string(129, 'a')).error().code, ErrorCode::kInvalidAccessKey);
  EXPECT_EQ(store.reads, 0);
}

TEST_F(CallerDirectoryTest, NoNumberOfInventedKeysPushesARealOneOut) {
  ASSERT_EQ(ask(), std::nullopt);
  for (int i = 0; i < 10000; ++i) {
    EXPECT_EQ(callers.find_caller(std::to_string(i)).error().code, ErrorCode::kInvalidAccessKey);
  }
  const int before = store.reads;
  EXPECT_EQ(ask(), std::nullopt);
  EXPECT_EQ(store.reads, before);
}

TEST_F(CallerDirectoryTest, AnOpenedSecretDoesNotStayForLong) {
  ASSERT_EQ(ask(), std::nullopt);
  std::weak_ptr<const service::CallerCredential> kept = *callers.find_caller(key);
  ASSERT_FALSE(kept.expired());
  service.clock().advance(std::chrono::minutes(11));
  EXPECT_EQ(callers.find_caller("nobody").error().code, ErrorCode::kInvalidAccessKey);
  EXPECT_TRUE(kept.expired()) << "whoever asks next makes it go";
}

// A caller that was told that the key is disabled must not get in afterwards, whatever other threads do meanwhile.
TEST_F(CallerDirectoryTest, NobodyGetsInAfterTheAnswerThatTheKeyIsDisabled) {
  std::atomic<bool> ended = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&] {
      while (!ended) static_cast<void>(ask());
    });
  }
  for (int round = 0; round < 200; ++round) {
    set_enabled(false);
    EXPECT_EQ(ask(), ErrorCode::kInvalidAccessKey);
    set_enabled(true);
    EXPECT_EQ(ask(), std::nullopt);
  }
  ended = true;
  for (std::thread& other : others) other.join();
}

}  // namespace
}  // namespace livecert
