#include "store/postgres/postgres_store.h"

#include <array>
#include <unistd.h>
#include <utility>

#include "store/change_signal.h"
#include "store/commands/commands.h"
#include "store/postgres/engine.h"
#include "store/postgres/follower.h"
#include "store/postgres/head.h"
#include "store/postgres/memory.h"
#include "store/postgres/nodes.h"
#include "store/postgres/reader_pool.h"
#include "store/postgres/schema.h"
#include "store/postgres/turns.h"
#include "store/sql/queries.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::postgres {
namespace {

constexpr int kWriterIdle = 500;  // milliseconds: a process that stands still must not hold up the others for long
constexpr int kReaderIdle = 10'000;
// Longer than the server's own limits, so that they answer first.
constexpr std::chrono::seconds kWriterLimit(4);
constexpr std::chrono::seconds kReaderLimit(12);
constexpr std::chrono::seconds kFollowerLimit(2);
constexpr std::chrono::seconds kTurnLimit(1);
// A step of an upgrade may change each of many million rows; a server that is gone is noticed by TCP.
constexpr std::chrono::hours kUpgradeLimit(2);

// An error of a check as one of a store that is in use.
base::Result<void> in_use(base::Result<void> checked) {
  if (checked || checked.error().code != base::ErrorCode::kConfiguration) return checked;
  return base::Error{base::ErrorCode::kStoreFailure, "the store failed", checked.error().message};
}

base::Error not_usable(const Options& options, const base::Error& error) {
  if (error.code == base::ErrorCode::kConfiguration) return error;
  return base::Error{base::ErrorCode::kConfiguration,
                     "The store " + describe(options.address.uri) + " cannot be opened: " + error.detail, error.detail};
}

// The reads of a connection that only looks.
class Inspected final : public sql::SqlSnapshot {
 public:
  explicit Inspected(sql::Session& session) : SqlSnapshot(session) {}
};

Identity who(Identity given, const Node& node) {
  if (given.machine.empty()) {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) given.machine = name.data();
  }
  if (given.holder.empty()) given.holder = std::to_string(node.number) + ":" + std::to_string(node.epoch);
  given.holder = given.machine + ":" + given.holder;
  return given;
}

base::Result<void> upgrade_if_older(Connection& database, const Options& options, Connection::Check check) {
  TRY_ASSIGN(const auto format, check_schema(database));
  if (!format || *format >= newest_format()) return {};
  Connection patient(options.address, kUpgradeLimit, std::move(check));
  return upgrade_schema(patient, released_steps(), kUpgradeLimit, options.report);
}

}  // namespace

// In the order of construction.
struct PostgresStore::Parts {
  Options options;
  Node node;
  Memory memory;
  Leases leases;
  ChangeSignal signal;
  Connection writing;
  Connection following;
  Connection turning;
  ReaderPool readers;
  std::unique_ptr<Follower> follower;
  PostgresEngine engine;
  std::unique_ptr<GroupWriter> writer;
  std::unique_ptr<Turns> turns;

  Parts(const Options& given, Node own, const Head& head)
      : options(given),
        node(own),
        memory(head),
        leases(own, who(given.identity, own)),
        signal(head.position),
        writing(options.address, kWriterLimit, check(kWriterIdle)),
        following(options.address, kFollowerLimit, check(kReaderIdle)),
        turning(options.address, kTurnLimit, turn_check()),
        readers(
            options.readers,
            [this] { return std::make_unique<Connection>(options.address, kReaderLimit, check(kReaderIdle)); },
            [this] { return memory.poll_failure(); }),
        engine(writing, signal, memory, node, leases, options.report) {}

  // Turns are worth nothing after a second, so nobody waits until they are safe.
  [[nodiscard]] Connection::Check turn_check() {
    return [inner = check(kWriterIdle)](Connection& database) -> base::Result<void> {
      TRY(inner(database));
      TRY(database.execute("SET synchronous_commit = off"));
      return {};
    };
  }
  // Each new connection may be to another server than the last one.
  [[nodiscard]] Connection::Check check(int idle_milliseconds) {
    return [this, idle_milliseconds](Connection& database) -> base::Result<void> {
      TRY(set_limits(database, idle_milliseconds));
      TRY(in_use(check_durability(database, options.demands)));
      const std::int64_t seen = memory.seen_position();
      TRY_ASSIGN(const Head head, read_head(database, Lock::kNone));
      TRY(in_use(check_readable(head.oldest_reader)));
      auto checked = in_use(check_not_older(head, seen));
      if (!checked && options.report) options.report(checked.error().detail);
      return checked;
    };
  }
};

PostgresStore::PostgresStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

PostgresStore::~PostgresStore() {
  parts_->turns.reset();
  parts_->writer.reset();
  parts_->follower.reset();
  // Otherwise the lease ends by itself.
  if (!parts_->following.is_open()) return;
  static_cast<void>(parts_->leases.release(parts_->following));
  if (parts_->following.is_open()) static_cast<void>(release(parts_->following, parts_->node));
}

base::Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const Options& options, const base::Clock& clock) {
  TRY(check_address(options.address.uri));
  const auto check = [&options](Connection& database) -> base::Result<void> {
    TRY(set_limits(database, kReaderIdle));
    return check_durability(database, options.demands);
  };
  Connection first(options.address, kReaderLimit, check);
  auto opened = first.ensure_open();
  if (opened) opened = prepare_schema(first, options.may_make_tables);
  if (opened) opened = upgrade_if_older(first, options, check);
  if (!opened) return not_usable(options, opened.error());
  const auto node = take_number(first);
  if (!node) return not_usable(options, node.error());
  const auto head = read_head(first, Lock::kNone);
  if (!head) return not_usable(options, head.error());

  auto parts = std::make_unique<Parts>(options, *node, *head);
  parts->follower = std::make_unique<Follower>(parts->following, parts->signal, parts->memory, parts->leases, *node,
                                               options.poll_interval, options.on_outdated);
  parts->writer =
      std::make_unique<GroupWriter>(parts->engine, commands::apply, clock, options.max_group, options.watch);
  parts->turns = std::make_unique<Turns>(parts->turning);
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(parts)));
}

base::Result<std::optional<Inspection>> PostgresStore::inspect(const Options& options) {
  TRY(check_address(options.address.uri));
  Connection connection(options.address, kReaderLimit, [&options](Connection& database) -> base::Result<void> {
    TRY(set_limits(database, kReaderIdle));
    return check_durability(database, options.demands);
  });
  if (const auto opened = connection.ensure_open(); !opened) return not_usable(options, opened.error());
  const auto look = [&]() -> base::Result<std::optional<Inspection>> {
    TRY_ASSIGN(const auto format, check_schema(connection));
    if (!format) return std::optional<Inspection>();
    TRY_ASSIGN(const auto moved, sql::find_why_moved(connection));
    if (moved) return base::Error{base::ErrorCode::kConfiguration, "The database of the store: " + *moved + "."};
    TRY_ASSIGN(sql::Query query, connection.query("SELECT header FROM vault"));
    TRY_ASSIGN(const bool found, query.next());
    Inspection inspection;
    inspection.format = *format;
    if (found) inspection.vault_header = query.blob(0);
    Inspected snapshot(connection);
    TRY_ASSIGN(inspection.master_keys, read_master_keys(snapshot));
    return std::optional(std::move(inspection));
  };
  auto found = look();
  if (!found) return not_usable(options, found.error());
  return found;
}

std::uint32_t PostgresStore::node() const {
  return static_cast<std::uint32_t>(parts_->node.number);
}

base::Later<Outcome> PostgresStore::submit(Context context, Command command) {
  return base::Later<Outcome>::brought_by([&writer = *parts_->writer, context = std::move(context),
                                           command = std::move(command)](base::Later<Outcome>::Receiver to) mutable {
    writer.submit(std::move(context), std::move(command), std::move(to));
  });
}

std::uint64_t PostgresStore::generation(Topic topic) {
  return parts_->memory.generation(topic);
}

base::Result<std::unique_ptr<Snapshot>> PostgresStore::read() {
  return parts_->readers.begin();
}

base::Result<bool> PostgresStore::wait_for_change(std::int64_t after, std::chrono::milliseconds wait) {
  return parts_->signal.wait(after, wait);
}

Health PostgresStore::health() {
  return parts_->memory.health();
}

Lease PostgresStore::lease(const std::string& name, Reach reach) {
  return parts_->leases.ask(name, reach, [this] { parts_->follower->wake(); });
}

void PostgresStore::give_up(const std::string& name) {
  parts_->leases.give_up(name);
}

std::optional<SharedTurn> PostgresStore::take_turn(const AskedTurn& asked) {
  if (!parts_->memory.has_company()) return std::nullopt;
  return parts_->turns->take(asked);
}

}  // namespace livecert::store::postgres
