#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/failing_vfs.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

// A disk that fails: whichever write or sync it is, every answer stays true, nothing is half there, and the same is
// found after reopening, as after a crash at that moment.
namespace livecert::store::testing {

using Operation = FailingVfs::Operation;
using Duration = FailingVfs::Duration;

struct Fault {
  Operation operation;
  Duration duration;
  std::string name;
  friend void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }
};

class Faults : public ::testing::TestWithParam<Fault> {
 protected:
  void SetUp() override {
    auto store = open(original.path());
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
    ASSERT_EQ(store->submit(context_of(kRoot), creation(kBefore)).wait().kind, OutcomeKind::kDone);
    ASSERT_EQ(store->submit(context_of(kRoot), CreateProject{{kRoot, "live", kNow}}).wait().kind, OutcomeKind::kDone);
  }

  std::unique_ptr<sqlite::SqliteStore> open(const std::filesystem::path& directory) {
    auto store = sqlite::SqliteStore::open({.directory = directory, .readers = 2, .vfs = vfs.name()}, clock);
    if (!store) return nullptr;
    return *std::move(store);
  }

  // Runs `work(store, n)` on a copy of the original while the n-th operation fails, for n from 1 until nothing failed,
  // and `verify(store, n)` right after, after a crash at that moment, and after closing and reopening.
  template <typename Work, typename Verify>
  void for_every_failure(const Work& work, const Verify& verify) {
    for (int n = 1;; ++n) {
      SCOPED_TRACE("failure " + std::to_string(n));
      ASSERT_LT(n, 500);
      const TemporaryDirectory tried;
      const TemporaryDirectory crashed;
      copy_store(original.path(), tried.path());
      auto store = open(tried.path());
      ASSERT_TRUE(store);
      vfs.fail(GetParam().operation, n, GetParam().duration);
      work(*store);
      const bool failed = vfs.has_failed();
      verify(*store);
      copy_store(tried.path(), crashed.path());
      store.reset();
      vfs.stop_failing();
      for (const auto& directory : {crashed.path(), tried.path()}) {
        store = open(directory);
        ASSERT_TRUE(store);
        verify(*store);
        store.reset();
        EXPECT_EQ(inspect(directory), "");
      }
      if (!failed) return;
      if (HasFailure()) return;
    }
  }

  static constexpr std::uint64_t kBefore = 1000;
  FailingVfs vfs;
  ManualClock clock;
  TemporaryDirectory original;
};

// Whether the command took effect, according to its outcome; nullopt if the outcome leaves that open.
inline std::optional<bool> took_effect(const Outcome& outcome) {
  if (outcome.kind == OutcomeKind::kUnknown) return std::nullopt;
  return outcome.kind == OutcomeKind::kDone;
}

inline void expect_effect(const Outcome& outcome, bool found, const std::string& what) {
  const auto told = took_effect(outcome);
  if (told) {
    EXPECT_EQ(found, *told) << what << " answered " << static_cast<int>(outcome.kind) << ": " << outcome.why;
  }
}

}  // namespace livecert::store::testing
