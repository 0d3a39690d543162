#include <iostream>

#include "store/contract_suite.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/server.h"

namespace livecert::store::testing {
namespace {

using std::chrono::milliseconds;

class PostgresPlace : public Place {
 public:
  explicit PostgresPlace(int max_group, milliseconds poll_interval = milliseconds(200)) {
    PostgresServer* const server = PostgresServer::shared();
    options_.address.uri = server->make_schema();
    options_.demands.fsync = false;  // see PostgresServer
    options_.max_group = max_group;
    options_.poll_interval = poll_interval;
  }
  ~PostgresPlace() override {
    static_cast<void>(PostgresServer::shared()->run("SET client_min_messages = warning; DROP SCHEMA " +
                                                    schema_of(options_.address.uri) + " CASCADE"));
  }
  std::unique_ptr<Store> open(const base::Clock& clock) override {
    auto store = postgres::PostgresStore::open(options_, clock);
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
    return store ? *std::move(store) : nullptr;
  }

 private:
  postgres::Options options_;
};

// Writes at one node, and reads at another when that one has heard of the write.
class TwoNodes final : public Store {
 public:
  TwoNodes(std::unique_ptr<Store> writing, std::unique_ptr<Store> reading)
      : reading_(std::move(reading)), writing_(std::move(writing)) {}

  base::Later<Outcome> submit(Context context, Command command) override {
    return base::Later<Outcome>::brought_by([writing = writing_.get(), reading = reading_.get(),
                                             context = std::move(context),
                                             command = std::move(command)](base::Later<Outcome>::Receiver to) mutable {
      writing->submit(std::move(context), std::move(command))
          .start([writing, reading, to = std::move(to)](Outcome outcome) mutable {
            const auto last = writing->ask(&Snapshot::last_change);
            EXPECT_TRUE(last);
            // The bound of law 12 between nodes.
            const auto heard = reading->wait_for_change(last ? *last - 1 : 0, milliseconds(500));
            EXPECT_TRUE(heard && (*heard || (last && *last == 0)));
            std::move(to)(std::move(outcome));
          });
    });
  }
  base::Result<std::unique_ptr<Snapshot>> read() override { return reading_->read(); }
  std::uint64_t generation(Topic topic) override { return reading_->generation(topic); }
  base::Result<bool> wait_for_change(std::int64_t after, milliseconds wait) override {
    return reading_->wait_for_change(after, wait);
  }
  Health health() override { return reading_->health(); }

 private:
  std::unique_ptr<Store> reading_;
  std::unique_ptr<Store> writing_;  // ends first, because its answers wait for the other one
};

class TwoNodesPlace final : public PostgresPlace {
 public:
  TwoNodesPlace() : PostgresPlace(256, milliseconds(2)) {}
  std::unique_ptr<Store> open(const base::Clock& clock) override {
    auto reading = PostgresPlace::open(clock);
    auto writing = PostgresPlace::open(clock);
    if (!reading || !writing) return nullptr;
    return std::make_unique<TwoNodes>(std::move(writing), std::move(reading));
  }
};

// Without a server there is no adapter, and the suite has nothing to run.
class NoServer : public ::testing::Environment {
 public:
  void SetUp() override {
    if (PostgresServer::is_installed()) return;
    std::cout << "PostgreSQL is not installed: NONE OF ITS TESTS RAN. `./dev test` installs it.\n";
  }
};
[[maybe_unused]] ::testing::Environment* const kNoServer = ::testing::AddGlobalTestEnvironment(new NoServer());

}  // namespace

const std::vector<Adapter>& adapters() {
  static const std::vector<Adapter> all{
      {"Postgres", [] { return std::make_unique<PostgresPlace>(256); }},
      {"PostgresWithoutGroups", [] { return std::make_unique<PostgresPlace>(1); }},
      {"PostgresTwoNodes", [] { return std::make_unique<TwoNodesPlace>(); }},
  };
  static const std::vector<Adapter> none;
  return PostgresServer::is_installed() ? all : none;
}

}  // namespace livecert::store::testing
