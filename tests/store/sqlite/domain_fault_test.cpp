#include <sstream>

#include "store/sqlite/faults.h"

// Every command on domains and on the chains that they use, each one alone on a failing disk: the whole store is as it
// was before, or as the command would have left it.
namespace livecert::store::testing {
namespace {

constexpr char kBound[] = "bound.example.net";
constexpr char kFree[] = "free.example.net";
constexpr char kNew[] = "new.example.net";

constexpr std::uint64_t kOld = 1;         // has an earlier version, and a domain that is bound to it
constexpr std::uint64_t kNext = 2;        // made later
constexpr std::uint64_t kSuperseded = 3;  // by a fourth one
constexpr std::int64_t kCurrent = 11;     // of kOld

domain::LiveDomain tagged(const domain::DomainName& name) {
  domain::LiveDomain made = live_domain(name);
  made.tags = {{"stage", "test"}, {"team", std::string(name)}};
  return made;
}

Bind bind_current(const domain::DomainName& name) {
  Bind command = bind_of(kOld, name, {"*.example.net"});
  command.judged = base::CertId(kCurrent);
  return command;
}

PutVersion covering_update(std::uint64_t number) {
  PutVersion command = update(chain_id(kOld), number);
  command.dns_names = {"*.example.net"};
  return command;
}

bool prepare(Store& store) {
  const std::vector<Command> commands{
      creation(kOld),
      covering_update(static_cast<std::uint64_t>(kCurrent)),
      creation(kNext),
      creation(kSuperseded),
      creation(4),
      CreateDomains{{{tagged(kBound), bind_current(kBound)}, {live_domain(kFree), std::nullopt}}},
      CreateDomains{{{tagged("moved.example.net"), bind_of(kSuperseded, "moved.example.net", {"*.example.net"})}}},
      bind_of(4, "moved.example.net", {"*.example.net"}),
  };
  for (const Command& command : commands) {
    if (store.submit(context_of(kRoot), command).wait().kind != OutcomeKind::kDone) return false;
  }
  return true;
}

void describe(const DomainDetail& detail, const std::vector<domain::Tag>& tags, std::ostream& out) {
  const domain::LiveDomain& domain = detail.domain;
  out << domain.name.view() << ' ' << domain.account.to_string() << ' ' << domain.project << ' ' << domain.vhost << ' '
      << static_cast<int>(domain.status);
  for (const domain::Tag& tag : tags) out << ' ' << tag.key << '=' << tag.value;
  if (detail.binding) {
    out << " uses " << detail.binding->chain.to_string() << ' ' << detail.binding->tls.https
        << base::to_unix_micros(detail.binding->bound_at) << detail.binding->bound_by << " as " << detail.cert_domain;
  }
  out << '\n';
}

void describe(const domain::ChainSummary& chain, std::ostream& out) {
  out << chain.id.to_string() << ' ' << chain.name << ' ' << chain.current.to_string();
  for (const domain::DomainName& domain : chain.domains) out << ' ' << domain.view();
  out << ' ' << chain.representative;
  if (chain.superseded) out << " superseded by " << chain.superseded->by.to_string();
  out << '\n';
}

// Unwraps a read that must succeed.
template <typename T>
T read(base::Result<T> result) {
  EXPECT_TRUE(result.has_value());
  return result ? *std::move(result) : T();
}

// Everything that the commands below write.
std::string describe(Store& store) {
  std::ostringstream out;
  for (const base::AccountId account : {kRoot, kOther}) {
    DomainFilter domains;
    domains.account = account;
    const DomainPage page = read(store.ask(&Snapshot::list_domains, domains, 0, 100));
    for (const DomainDetail& domain : page.domains)
      describe(domain, read(store.ask(&Snapshot::find_tags, domain.domain.name)), out);
    ChainFilter chains;
    chains.account = account;
    const ChainPage chain_page = read(store.ask(&Snapshot::list_chains, chains, {}, 0, 100));
    for (const domain::ChainSummary& chain : chain_page.chains) {
      describe(chain, out);
      for (const auto& version : read(store.ask(&Snapshot::list_versions, chain.id)))
        out << "  " << version.id.to_string() << '\n';
    }
  }
  for (const Change& change : read(store.ask(&Snapshot::changes, 0, 1'000))) {
    out << change.position << ' ' << domain::to_text(change.kind.value()) << ' ' << change.account.to_string() << ' '
        << change.subject << '\n';
  }
  for (const AuditRecord& record : read(store.ask(&Snapshot::audit, AuditFilter{}, 1'000)))
    out << record.position << ' ' << record.subject << '\n';
  return out.str();
}

class DomainFaults : public Faults {
 protected:
  void SetUp() override {
    Faults::SetUp();
    auto store = open(original.path());
    ASSERT_TRUE(store);
    ASSERT_TRUE(prepare(*store));
    before = describe(*store);
  }

  // The state that the command leaves when nothing fails.
  std::string after(const Command& command) {
    const TemporaryDirectory directory;
    copy_store(original.path(), directory.path());
    auto store = open(directory.path());
    EXPECT_EQ(store->submit(context_of(kRoot), command).wait().kind, OutcomeKind::kDone);
    return describe(*store);
  }

  void expect_all_or_nothing(const Command& command) {
    const std::string done = after(command);
    ASSERT_NE(done, before);
    Outcome outcome;
    const auto work = [&](Store& store) { outcome = store.submit(context_of(kRoot), command).wait(); };
    const auto verify = [&](Store& store) {
      const std::string found = describe(store);
      EXPECT_TRUE(found == before || found == done) << found << "is neither\n" << before << "nor\n" << done;
      expect_effect(outcome, found == done, "the command");
    };
    for_every_failure(work, verify);
  }

  std::string before;
};

TEST_P(DomainFaults, CreateDomains) {
  expect_all_or_nothing(CreateDomains{{{tagged(kNew), bind_of(kNext, kNew, {kNew})},
                                       {live_domain("second.example.net"), std::nullopt},
                                       {live_domain(kFree), bind_of(kNext, kFree, {kFree})}}});
}

TEST_P(DomainFaults, DeleteDomain) {
  expect_all_or_nothing(DeleteDomain{kBound});
}

TEST_P(DomainFaults, SetDomainStatus) {
  expect_all_or_nothing(SetDomainStatus{kBound, domain::DomainStatus::kDisabled});
}

TEST_P(DomainFaults, SetDomainVhost) {
  expect_all_or_nothing(SetDomainVhost{kBound, "another"});
}

TEST_P(DomainFaults, MoveDomain) {
  expect_all_or_nothing(MoveDomain{kBound, kOther});
}

TEST_P(DomainFaults, BindThatSupersedes) {
  expect_all_or_nothing(bind_of(kNext, kBound, {kBound}));
}

TEST_P(DomainFaults, BindThatRegisters) {
  Bind command = bind_current(kNew);
  command.register_domain = true;
  expect_all_or_nothing(command);
}

TEST_P(DomainFaults, BindThatEndsBeingSuperseded) {
  expect_all_or_nothing(bind_of(kSuperseded, kFree, {kFree}));
}

TEST_P(DomainFaults, Unbind) {
  expect_all_or_nothing(store::Unbind{kBound});
}

TEST_P(DomainFaults, UpdateOfWhatIsBound) {
  PutVersion command = covering_update(12);
  command.keep_versions = 1;
  command.project = "live";
  expect_all_or_nothing(command);
}

TEST_P(DomainFaults, Rollback) {
  expect_all_or_nothing(store::Rollback{chain_id(kOld), base::CertId(kOld), {"*.example.net"}});
}

TEST_P(DomainFaults, DeleteChain) {
  expect_all_or_nothing(
      store::DeleteChain{chain_id(kSuperseded), content(kSuperseded).not_after + std::chrono::seconds(1)});
}

// One of each kind of failure; sequences of commands try the rest of them.
INSTANTIATE_TEST_SUITE_P(Sqlite, DomainFaults,
                         ::testing::Values(Fault{Operation::kWrite, Duration::kOnce, "WriteFails"},
                                           Fault{Operation::kTornWrite, Duration::kFromThenOn, "WritesAreTorn"},
                                           Fault{Operation::kSync, Duration::kOnce, "SyncFails"},
                                           Fault{Operation::kSync, Duration::kFromThenOn, "SyncsFail"},
                                           Fault{Operation::kFullDisk, Duration::kFromThenOn, "DiskIsFull"}),
                         [](const auto& fault) { return fault.param.name; });

}  // namespace
}  // namespace livecert::store::testing
