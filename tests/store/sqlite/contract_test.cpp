#include "store/contract_suite.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::testing {
namespace {

class SqlitePlace final : public Place {
 public:
  explicit SqlitePlace(int max_group) : max_group_(max_group) {}
  std::unique_ptr<Store> open(const base::Clock& clock) override {
    sqlite::Options options;
    options.directory = directory_.path();
    options.max_group = max_group_;
    auto store = sqlite::SqliteStore::open(options, clock);
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
    return store ? *std::move(store) : nullptr;
  }

 private:
  TemporaryDirectory directory_;
  int max_group_;
};

}  // namespace

const std::vector<Adapter>& adapters() {
  static const std::vector<Adapter> all{
      {"Sqlite", [] { return std::make_unique<SqlitePlace>(256); }},
      {"SqliteWithoutGroups", [] { return std::make_unique<SqlitePlace>(1); }},
  };
  return all;
}

}  // namespace livecert::store::testing
