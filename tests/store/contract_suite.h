#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/store.h"

// The laws of store/store.h as tests, which run on every adapter that adapters() lists.
namespace livecert::store::testing {

// The place of a store of one kind; stores that are made in it one after the other find the data of the earlier ones.
class Place {
 public:
  virtual ~Place() = default;
  [[nodiscard]] virtual std::unique_ptr<Store> open(const base::Clock& clock) = 0;
};

struct Adapter {
  std::string name;
  std::function<std::unique_ptr<Place>()> make_place;
  friend void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }
};

// Defined by the test binary.
[[nodiscard]] const std::vector<Adapter>& adapters();

inline std::string adapter_name(const ::testing::TestParamInfo<Adapter>& info) {
  return info.param.name;
}

class StoreContract : public ::testing::TestWithParam<Adapter> {
 protected:
  void SetUp() override {
    place = GetParam().make_place();
    reopen();
    if (populated) {
      ASSERT_TRUE(populate(*store));
    }
  }

  void reopen() {
    store.reset();
    store = place->open(clock);
    ASSERT_TRUE(store);
  }

  Outcome submit(Command command) { return store->submit(context, std::move(command)).wait(); }

  // Unwraps a read that must succeed.
  template <typename T>
  static T read(base::Result<T> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().detail);
    return result ? std::move(result).value() : T();
  }
  [[nodiscard]] std::size_t audit_size() { return read(store->ask(&Snapshot::audit, AuditFilter{}, 1'000'000)).size(); }
  [[nodiscard]] std::size_t changes_size() { return read(store->ask(&Snapshot::changes, 0, 1'000'000)).size(); }

  bool populated = true;
  ManualClock clock;
  std::unique_ptr<Place> place;
  std::unique_ptr<Store> store;
  Context context = context_of(kRoot);
};

// A store before Initialise.
class EmptyStoreContract : public StoreContract {
 protected:
  EmptyStoreContract() { populated = false; }
};

}  // namespace livecert::store::testing
