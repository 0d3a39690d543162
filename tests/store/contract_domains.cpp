#include <thread>

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

using base::CertId;
using domain::DomainStatus;

constexpr char kLive[] = "live.example.net";

class DomainContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    for (const std::uint64_t number : {1U, 2U, 3U}) ASSERT_EQ(submit(creation(number)).kind, OutcomeKind::kDone);
    ASSERT_EQ(add(kLive).kind, OutcomeKind::kDone);
  }

  Outcome add(const domain::DomainName& name) { return submit(CreateDomains{{{live_domain(name), std::nullopt}}}); }
  Outcome bind(std::uint64_t number, const domain::DomainName& domain = kLive) {
    return submit(bind_of(number, domain, {"*.example.net"}));
  }
  domain::ChainSummary chain(std::uint64_t number) {
    return read(store->ask(&Snapshot::find_chain, chain_id(number)))->summary;
  }
  DomainDetail detail(const domain::DomainName& name = kLive) {
    return *read(store->ask(&Snapshot::find_domain, name));
  }
  // Nothing was written since `before`.
  void expect_untouched(std::size_t before) {
    EXPECT_EQ(audit_size(), before);
    EXPECT_EQ(changes_size(), before);
  }
};

TEST_P(DomainContract, ADomainIsStoredWhole) {
  domain::LiveDomain made = live_domain("push.example.net");
  made.type = "push";
  made.tags = {{"a", "1"}, {"b", ""}};
  ASSERT_EQ(submit(CreateDomains{{{made, std::nullopt}}}).kind, OutcomeKind::kDone);
  reopen();
  const DomainDetail stored = detail("push.example.net");
  EXPECT_EQ(stored.domain.account, kRoot);
  EXPECT_EQ(stored.domain.project, "default");
  EXPECT_EQ(stored.domain.vhost, "show");
  EXPECT_EQ(stored.domain.type, "push");
  EXPECT_EQ(stored.domain.region, "cn");
  EXPECT_EQ(stored.domain.status, DomainStatus::kNormal);
  EXPECT_EQ(read(store->ask(&Snapshot::find_tags, "push.example.net")), made.tags);
  EXPECT_TRUE(read(store->ask(&Snapshot::find_tags, "other.example.net")).empty());
  EXPECT_EQ(stored.domain.created_at, kNow);
  EXPECT_FALSE(stored.binding);
  EXPECT_EQ(detail().push_domain, "push.example.net") << "of the same vhost";
  EXPECT_FALSE(read(store->ask(&Snapshot::find_domain, "other.example.net")));
}

TEST_P(DomainContract, CreatingAgainConvergesOnlyWhenItIsTheSame) {
  const std::size_t before = audit_size();
  EXPECT_EQ(add(kLive).kind, OutcomeKind::kConverged);
  domain::LiveDomain other = live_domain(kLive);
  other.type = "push";
  Outcome outcome = submit(CreateDomains{{{other, std::nullopt}}});
  ASSERT_EQ(outcome.reason(), domain::Reason::kTaken);
  EXPECT_EQ(outcome.refusal->names, std::vector<std::string>{kLive});
  outcome = store->submit(context_of(kOther), CreateDomains{{{live_domain(kLive, kOther), std::nullopt}}}).wait();
  EXPECT_EQ(outcome.reason(), domain::Reason::kForeign);
  expect_untouched(before);
}

TEST_P(DomainContract, AllOrNoneOfSeveralAreCreated) {
  const std::size_t before = audit_size();
  CreateDomains command{{{live_domain("a.example.net"), std::nullopt}, {live_domain("b.example.net"), std::nullopt}}};
  command.domains[1].domain.project = "nobody-made-it";
  EXPECT_EQ(submit(command).reason(), domain::Reason::kAbsent);
  command.domains[1].domain.project = "default";
  command.domains[1].bind = bind_of(1, "b.example.net", {"c.example.net"});
  EXPECT_EQ(submit(command).reason(), domain::Reason::kUncovered);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_domain, "a.example.net")));
  expect_untouched(before);
  command.domains[1].bind->dns_names = {"b.example.net"};
  EXPECT_EQ(submit(command).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail("b.example.net").binding->chain, chain_id(1));
  EXPECT_EQ(detail("b.example.net").cert_domain, "b.example.net");
  EXPECT_EQ(chain(1).domains, std::vector<domain::DomainName>{"b.example.net"});
  EXPECT_EQ(submit(command).kind, OutcomeKind::kConverged);
}

TEST_P(DomainContract, AVhostHoldsTenDomains) {
  for (int i = 1; i < 10; ++i)
    ASSERT_EQ(add(domain::DomainName::parse("d" + std::to_string(i) + ".example.net").value()).kind,
              OutcomeKind::kDone);
  const std::size_t before = audit_size();
  const Outcome outcome = add("d10.example.net");
  ASSERT_EQ(outcome.reason(), domain::Reason::kFull);
  EXPECT_EQ(outcome.refusal->names, std::vector<std::string>{"show"});
  domain::LiveDomain elsewhere = live_domain("d10.example.net");
  elsewhere.vhost = "other";
  ASSERT_EQ(submit(CreateDomains{{{elsewhere, std::nullopt}}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(SetDomainVhost{"d10.example.net", "show"}).reason(), domain::Reason::kFull);
  EXPECT_EQ(audit_size(), before + 1);
}

TEST_P(DomainContract, ADomainIsPutIntoTheVhostThatAnotherHas) {
  domain::LiveDomain other = live_domain("other.example.net");
  other.vhost = "elsewhere";
  ASSERT_EQ(submit(CreateDomains{{{other, std::nullopt}}}).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  const Outcome absent = submit(SetDomainVhost{kLive, "", "nobody.example.net"});
  ASSERT_EQ(absent.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(absent.refusal->names, std::vector<std::string>{"nobody.example.net"});
  expect_untouched(before);
  EXPECT_EQ(submit(SetDomainVhost{kLive, "", "other.example.net"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().domain.vhost, "elsewhere");
  EXPECT_EQ(submit(SetDomainVhost{kLive, "", "other.example.net"}).kind, OutcomeKind::kConverged);
  ASSERT_EQ(store->submit(context_of(kOther), CreateDomains{{{live_domain("c.example.net", kOther), std::nullopt}}})
                .wait()
                .kind,
            OutcomeKind::kDone);
  EXPECT_EQ(submit(SetDomainVhost{kLive, "", "c.example.net"}).reason(), domain::Reason::kForeign);
}

TEST_P(DomainContract, ABindIsShownOnBothSides) {
  Bind command = bind_of(1, kLive, {kLive});
  command.tls = {true, true, domain::TlsVersion::k11, domain::TlsVersion::k13};
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  reopen();
  const DomainDetail bound = detail();
  ASSERT_TRUE(bound.binding);
  EXPECT_EQ(bound.binding->chain, chain_id(1));
  EXPECT_EQ(bound.binding->tls, command.tls);
  EXPECT_EQ(bound.binding->bound_at, kNow);
  EXPECT_EQ(bound.binding->bound_by, "root-key");
  EXPECT_EQ(bound.binding->bound_from, "192.0.2.1");
  EXPECT_EQ(bound.cert_domain, kLive);
  EXPECT_EQ(bound.chain_name, chain(1).name);
  EXPECT_EQ(bound.version, chain(1).current);
  EXPECT_EQ(bound.not_before, chain(1).not_before);
  EXPECT_EQ(bound.not_after, chain(1).not_after);
  EXPECT_EQ(chain(1).domains, std::vector<domain::DomainName>{kLive});
  const std::size_t before = audit_size();
  EXPECT_EQ(submit(command).kind, OutcomeKind::kConverged);
  expect_untouched(before);
  command.tls.http2 = false;
  EXPECT_EQ(submit(command).kind, OutcomeKind::kDone) << "the switches are part of it";
}

// The name that covers the domain: a plain one before a wildcard, spelled as in the certificate.
TEST_P(DomainContract, ADomainTellsByWhichNameOfItsCertificateItIsCovered) {
  EXPECT_EQ(detail().cert_domain, "") << "by none";
  ASSERT_EQ(submit(bind_of(1, kLive, {"*.Example.NET", "Live.example.net"})).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().cert_domain, "Live.example.net");
  DomainFilter filter;
  filter.account = kRoot;
  EXPECT_EQ(read(store->ask(&Snapshot::list_domains, filter, 0, 10)).domains.at(0).cert_domain, "Live.example.net");

  PutVersion next = update(chain_id(1), 40);
  next.dns_names = {"a.example.net", "*.example.net"};
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().cert_domain, "*.example.net");
  ASSERT_EQ(submit(Rollback{chain_id(1), CertId(1), {kLive}, "r"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().cert_domain, kLive);

  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().cert_domain, "*.example.net") << "of the other chain";
  ASSERT_EQ(submit(Unbind{kLive}).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().cert_domain, "");
  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(MoveDomain{kLive, kOther}).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().cert_domain, "");
}

TEST_P(DomainContract, AChainTellsWhatItsCurrentLeafIsForemostFor) {
  const auto told = [&] {
    ChainFilter filter;
    filter.account = kRoot;
    const ChainPage page = read(store->ask(&Snapshot::list_chains, filter, {}, 0, 10));
    EXPECT_EQ(page.chains.at(2).representative, chain(1).representative) << "lists and reads agree";
    return chain(1).representative;
  };
  EXPECT_EQ(told(), representative(1));
  ASSERT_EQ(submit(update(chain_id(1), 40)).kind, OutcomeKind::kDone);
  EXPECT_EQ(told(), representative(40));
  PutVersion again = creation(41);
  again.content = content(40);
  ASSERT_EQ(submit(again).kind, OutcomeKind::kConverged);
  EXPECT_EQ(told(), representative(40)) << "nothing was written";
  ASSERT_EQ(submit(Rollback{chain_id(1), CertId(1), {}, "earlier.example.net"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(told(), "earlier.example.net");
  EXPECT_EQ(read(store->ask(&Snapshot::find_version, CertId(40)))->summary.representative, "earlier.example.net")
      << "that of the current version, whichever is asked for";
}

TEST_P(DomainContract, TheDomainsOfAChainAreInTheOrderTheyWereBoundWhateverTheClockSays) {
  const std::vector<domain::DomainName> names{"z.example.net", "a.example.net", "m.example.net"};
  for (const domain::DomainName& name : names) {
    ASSERT_EQ(add(name).kind, OutcomeKind::kDone);
    ASSERT_EQ(bind(1, name).kind, OutcomeKind::kDone);
    context.at -= std::chrono::hours(1);
  }
  EXPECT_EQ(chain(1).domains, names);
}

TEST_P(DomainContract, ABindIsRefusedForItsReason) {
  ASSERT_EQ(store->submit(context_of(kOther), CreateDomains{{{live_domain("other.example.net", kOther), std::nullopt}}})
                .wait()
                .kind,
            OutcomeKind::kDone);
  PutVersion late = creation(4);
  late.content.not_before = kNow + domain::kClockSkew + std::chrono::seconds(1);
  PutVersion nearly = creation(5);
  nearly.content.not_before = kNow + domain::kClockSkew;
  PutVersion old = creation(6);
  old.content.not_after = kNow - std::chrono::seconds(1);
  for (const PutVersion& command : {late, nearly, old}) ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);

  const std::size_t before = audit_size();
  EXPECT_EQ(bind(99).subject(), domain::Subject::kChain);
  EXPECT_EQ(bind(1, "unknown.example.net").subject(), domain::Subject::kDomain);
  EXPECT_EQ(bind(1, "other.example.net").reason(), domain::Reason::kForeign);
  EXPECT_EQ(store->submit(context_of(kOther), bind_of(1, "other.example.net", {"*.example.net"})).wait().reason(),
            domain::Reason::kForeign);
  EXPECT_EQ(submit(bind_of(1, kLive, {"example.net", "*.live.example.net"})).reason(), domain::Reason::kUncovered);
  EXPECT_EQ(bind(4).reason(), domain::Reason::kNotYetValid);
  EXPECT_EQ(bind(6).reason(), domain::Reason::kExpired);
  Bind stale = bind_of(1, kLive, {kLive});
  stale.judged = CertId(77);
  EXPECT_EQ(submit(stale).reason(), domain::Reason::kStale);
  Context limited = context;
  limited.caller.projects = {"live"};
  EXPECT_EQ(store->submit(limited, bind_of(1, kLive, {kLive})).wait().reason(), domain::Reason::kForbidden);
  expect_untouched(before);
  EXPECT_EQ(bind(5).kind, OutcomeKind::kDone) << "within the tolerance of clocks";
}

// A bind does not need the other domains of the chain, of which there may be many.
TEST_P(DomainContract, AChainIsReadWithoutItsDomains) {
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  domain::ChainDetail whole = *read(store->ask(&Snapshot::find_chain, chain_id(1)));
  const domain::ChainDetail alone = *read(store->ask(&Snapshot::find_chain_alone, chain_id(1)));
  EXPECT_EQ(whole.summary.domains.size(), 1U);
  EXPECT_TRUE(alone.summary.domains.empty());
  EXPECT_EQ(alone.summary.id, whole.summary.id);
  EXPECT_EQ(alone.summary.current, whole.summary.current);
  EXPECT_EQ(alone.certificates, whole.certificates);
  const base::CertId current = whole.summary.current;
  const domain::ChainDetail version = *read(store->ask(&Snapshot::find_version_alone, current));
  EXPECT_TRUE(version.summary.domains.empty());
  EXPECT_EQ(version.summary.id, whole.summary.id);
  EXPECT_EQ(version.summary.current, current);
  EXPECT_EQ(version.summary.ends_at, whole.summary.ends_at);
  EXPECT_EQ(version.certificates, whole.certificates);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_version_alone, base::CertId(current.number() + 1000))));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_chain_alone, chain_id(99))));
}

TEST_P(DomainContract, AllOrNoneOfSeveralAreBound) {
  const std::vector<domain::DomainName> names{"a.example.net", "b.example.net", kLive};
  ASSERT_EQ(add(names[0]).kind, OutcomeKind::kDone);
  ASSERT_EQ(add(names[1]).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(2, "a.example.net").kind, OutcomeKind::kDone);
  BindDomains command{bind_of(3, kLive, {"*.example.net"}), {"a.example.net", "nobody.example.net", "nor.example.net"}};
  std::size_t before = audit_size();
  Outcome refused = submit(command);
  ASSERT_EQ(refused.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(refused.refusal->names, (std::vector<std::string>{"nobody.example.net", "nor.example.net"}));
  expect_untouched(before);
  EXPECT_EQ(detail("a.example.net").binding->chain, chain_id(2));

  command.domains = names;
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  reopen();
  for (const domain::DomainName& name : names) EXPECT_EQ(detail(name).binding->chain, chain_id(3)) << name.view();
  EXPECT_TRUE(chain(2).superseded) << "its last domain moved to a later chain";
  before = audit_size();
  EXPECT_EQ(submit(command).kind, OutcomeKind::kConverged);
  expect_untouched(before);
}

TEST_P(DomainContract, SeveralDomainsFillAVhostTogether) {
  // Hyphens stand for dots in the vhost that a bind gives to a new domain, so these would all share one.
  std::vector<domain::DomainName> names;
  for (int bits = 0; bits < 11; ++bits) {
    std::string name = "a";
    for (int bit = 0; bit < 4; ++bit) name += std::string((bits >> bit & 1) != 0 ? "-" : ".") + "a";
    names.emplace_back(*domain::DomainName::parse(name + ".example.net"));
  }
  std::vector<std::string> texts;
  for (const auto& name : names) texts.emplace_back(name.view());
  domain::Bind one = bind_of(1, names.front(), texts);
  one.register_domain = true;
  EXPECT_EQ(submit(BindDomains{one, names}).reason(), domain::Reason::kFull);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_domain, names.front()))) << "none of them";
  names.pop_back();
  EXPECT_EQ(submit(BindDomains{one, names}).kind, OutcomeKind::kDone);
}

TEST_P(DomainContract, APreviewOfABindIsWhatASubmitAnswers) {
  const auto foretold = [&](const domain::Bind& command) {
    return read(store->ask(&Snapshot::preview_bind, context_of(kRoot), command));
  };
  const std::size_t before = audit_size();
  EXPECT_EQ(foretold(bind_of(1, kLive, {"*.example.net"})).kind, OutcomeKind::kDone);
  EXPECT_EQ(foretold(bind_of(1, kLive, {"other.example.org"})).reason(), domain::Reason::kUncovered);
  expect_untouched(before);
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  EXPECT_EQ(foretold(bind_of(1, kLive, {"*.example.net"})).kind, OutcomeKind::kConverged);
}

TEST_P(DomainContract, AnUnknownDomainIsRegisteredWhenAskedForAndCovered) {
  Bind command = bind_of(1, "new.example.net", {"other.example.net"});
  command.register_domain = true;
  EXPECT_EQ(submit(command).reason(), domain::Reason::kAbsent);
  command.dns_names = {"*.example.net"};
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail("new.example.net").domain.vhost, "new-example-net");
  EXPECT_EQ(detail("new.example.net").domain.type, "pull-flv");
  EXPECT_EQ(detail("new.example.net").binding->chain, chain_id(1));
}

TEST_P(DomainContract, AChainThatLostItsLastDomainToANewerOneIsSuperseded) {
  ASSERT_EQ(add("b.example.net").kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(1, "b.example.net").kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(1).superseded) << "one domain uses it still";
  ASSERT_EQ(bind(2, "b.example.net").kind, OutcomeKind::kDone);
  ASSERT_TRUE(chain(1).superseded);
  EXPECT_EQ(chain(1).superseded->by, chain_id(2));
  EXPECT_EQ(chain(1).superseded->at, kNow);

  ChainFilter filter;
  filter.account = kRoot;
  filter.superseded = true;
  ASSERT_EQ(read(store->ask(&Snapshot::list_chains, filter, {}, 0, 10)).chains.size(), 1U);
  EXPECT_EQ(read(store->ask(&Snapshot::list_chains, filter, {}, 0, 10)).chains[0].id, chain_id(1));
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 1);
  filter.superseded = false;
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 2);

  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(1).superseded) << "in use again";
  ASSERT_EQ(bind(1, "b.example.net").kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(2).superseded) << "an older one takes nobody's place";
}

TEST_P(DomainContract, ANewVersionEndsBeingSuperseded) {
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  ASSERT_TRUE(chain(1).superseded);
  ASSERT_EQ(submit(update(chain_id(1), 50)).kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(1).superseded);
}

TEST_P(DomainContract, ARollbackDoesNotEndBeingSuperseded) {
  ASSERT_EQ(submit(update(chain_id(1), 50)).kind, OutcomeKind::kDone);
  Bind first = bind_of(1, kLive, {kLive});
  first.judged = CertId(50);
  ASSERT_EQ(submit(first).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  ASSERT_TRUE(chain(1).superseded);
  ASSERT_EQ(submit(Rollback{chain_id(1), CertId(1), {}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(chain(1).current, CertId(1));
  ASSERT_TRUE(chain(1).superseded) << "an earlier version is no new one";
  EXPECT_EQ(chain(1).superseded->by, chain_id(2));
  ASSERT_EQ(submit(RelabelChain{chain_id(1), "renamed", std::nullopt}).kind, OutcomeKind::kDone);
  ASSERT_TRUE(chain(1).superseded);
  ASSERT_EQ(submit(update(chain_id(1), 51)).kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(1).superseded);
}

TEST_P(DomainContract, LeavingAChainWithoutANewOneDoesNotSupersedeIt) {
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(Unbind{kLive}).kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(1).superseded);
  EXPECT_FALSE(detail().binding);
  EXPECT_EQ(submit(Unbind{kLive}).kind, OutcomeKind::kConverged);
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteDomain{kLive}).kind, OutcomeKind::kDone);
  EXPECT_FALSE(chain(1).superseded);
  EXPECT_TRUE(chain(1).domains.empty());
  EXPECT_EQ(submit(DeleteDomain{kLive}).reason(), domain::Reason::kAbsent);
}

TEST_P(DomainContract, AnUpdateMustCoverWhatIsBound) {
  ASSERT_EQ(add("b.example.net").kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(1, "b.example.net").kind, OutcomeKind::kDone);
  PutVersion next = update(chain_id(1), 60);
  next.dns_names = {"b.example.net"};
  const std::size_t before = audit_size();
  Outcome outcome = submit(next);
  ASSERT_EQ(outcome.reason(), domain::Reason::kUncovered);
  EXPECT_EQ(outcome.refusal->names, std::vector<std::string>{kLive});
  next.dns_names = {"*.example.net"};
  next.content.not_before = kNow + std::chrono::hours(1);
  EXPECT_EQ(submit(next).reason(), domain::Reason::kNotYetValid);
  expect_untouched(before);
  EXPECT_EQ(chain(1).current, CertId(1)) << "the old one goes on";
  next.content.not_before = kNow;
  outcome = submit(next);
  EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
  EXPECT_EQ(outcome.domain, kLive) << "the one bound first";
  EXPECT_EQ(detail().version, CertId(60)) << "every domain has the new version at once";
  EXPECT_EQ(detail("b.example.net").version, CertId(60));
  PutVersion again = creation(61);
  again.content = next.content;
  EXPECT_EQ(submit(again).domain, kLive) << "of a blind upload that converges too";
}

TEST_P(DomainContract, APreviewIsWhatASubmitAnswers) {
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  PutVersion uncovered = update(chain_id(1), 70);
  PutVersion covered = uncovered;
  covered.dns_names = {kLive};
  PutVersion relabelled = update(chain_id(2), 2);
  relabelled.name = "another";
  PutVersion unknown = update(chain_id(99), 71);
  PutVersion elsewhere = creation(72);
  elsewhere.project = "nobody-made-it";
  PutVersion again = creation(73);
  again.content = content(3);
  PutVersion same_chain = creation(75);
  same_chain.chain = chain_id(3);
  PutVersion same_version = creation(76);
  same_version.version = CertId(3);
  PutVersion same_version_again = update(chain_id(2), 77);
  same_version_again.version = CertId(3);
  for (const PutVersion& command : {uncovered, covered, relabelled, unknown, elsewhere, again, creation(74), same_chain,
                                    same_version, same_version_again}) {
    const std::size_t before = audit_size();
    const Outcome foretold = read(store->ask(&Snapshot::preview, context, command));
    expect_untouched(before);
    const Outcome outcome = submit(command);
    EXPECT_EQ(foretold.kind, outcome.kind);
    EXPECT_EQ(foretold.refusal, outcome.refusal);
    EXPECT_EQ(foretold.chain, outcome.chain);
    EXPECT_EQ(foretold.version, outcome.version);
    EXPECT_EQ(foretold.domain, outcome.domain);
  }
}

TEST_P(DomainContract, OldVersionsGoButNeverTheCurrentOne) {
  for (std::uint64_t number = 100; number < 105; ++number) {
    PutVersion next = update(chain_id(1), number);
    next.keep_versions = 3;
    ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  }
  const auto ids = [&] {
    std::vector<std::int64_t> found;
    for (const auto& version : read(store->ask(&Snapshot::list_versions, chain_id(1))))
      found.push_back(version.id.number());
    return found;
  };
  EXPECT_EQ(ids(), (std::vector<std::int64_t>{104, 103, 102}));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_version, CertId(1))));
  ASSERT_EQ(submit(Rollback{chain_id(1), CertId(102), {}}).kind, OutcomeKind::kDone);
  PutVersion next = update(chain_id(1), 105);
  next.keep_versions = 1;
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  EXPECT_EQ(ids(), std::vector<std::int64_t>{105});
  const auto versions = read(store->ask(&Snapshot::list_versions, chain_id(1)));
  EXPECT_TRUE(versions[0].is_current);
  EXPECT_EQ(versions[0].created_by, "root-key");
  EXPECT_EQ(versions[0].created_from, "192.0.2.1");
  EXPECT_EQ(versions[0].leaf_der, content(105).leaf_der);
  EXPECT_TRUE(read(store->ask(&Snapshot::list_versions, chain_id(99))).empty());
}

TEST_P(DomainContract, ARollbackFollowsTheRulesOfAnUpdate) {
  PutVersion next = update(chain_id(1), 80);
  next.content.not_after = kNow + std::chrono::days(500);
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  Bind command = bind_of(1, kLive, {kLive});
  command.judged = CertId(80);
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  EXPECT_EQ(submit(Rollback{chain_id(1), CertId(1), {"b.example.net"}}).reason(), domain::Reason::kUncovered);
  EXPECT_EQ(submit(Rollback{chain_id(1), CertId(2), {kLive}}).subject(), domain::Subject::kVersion)
      << "of another chain";
  EXPECT_EQ(submit(Rollback{chain_id(99), CertId(1), {kLive}}).subject(), domain::Subject::kChain);
  EXPECT_EQ(submit(Rollback{chain_id(1), CertId(80), {kLive}}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(store->submit(context_of(kOther), Rollback{chain_id(1), CertId(1), {kLive}}).wait().reason(),
            domain::Reason::kForeign);
  Context later = context;
  later.at = content(1).not_after + std::chrono::seconds(1);
  EXPECT_EQ(store->submit(later, Rollback{chain_id(1), CertId(1), {kLive}}).wait().reason(), domain::Reason::kExpired);
  expect_untouched(before);
  ASSERT_EQ(submit(Rollback{chain_id(1), CertId(1), {kLive}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(chain(1).current, CertId(1));
  EXPECT_EQ(chain(1).not_after, content(1).not_after);
  EXPECT_EQ(detail().version, CertId(1));
  PutVersion again = creation(81);
  again.content = content(1);
  EXPECT_EQ(submit(again).chain, chain_id(1)) << "an upload of the old content converges on it again";
}

TEST_P(DomainContract, ABoundChainIsNotDeleted) {
  ASSERT_EQ(submit(update(chain_id(1), 90)).kind, OutcomeKind::kDone);
  Bind command = bind_of(1, kLive, {kLive});
  command.judged = CertId(90);
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  const Outcome refused = submit(DeleteChain{chain_id(1), std::nullopt});
  ASSERT_EQ(refused.reason(), domain::Reason::kBound);
  EXPECT_EQ(refused.refusal->names, std::vector<std::string>{kLive});
  EXPECT_EQ(store->submit(context_of(kOther), DeleteChain{chain_id(2), std::nullopt}).wait().reason(),
            domain::Reason::kForeign);
  expect_untouched(before);
  ASSERT_EQ(submit(Unbind{kLive}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteChain{chain_id(1), std::nullopt}).kind, OutcomeKind::kDone);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_chain, chain_id(1))));
  for (const std::int64_t version : {1, 90}) EXPECT_FALSE(read(store->ask(&Snapshot::find_content, CertId(version))));
  ChainFilter filter;
  filter.account = kRoot;
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 2);
  EXPECT_EQ(submit(DeleteChain{chain_id(1), std::nullopt}).reason(), domain::Reason::kAbsent);
  EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kDone) << "its content is free again";
}

TEST_P(DomainContract, PruningSparesWhatItsConditionDoesNotMeet) {
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  const base::Time end = content(1).not_after;
  EXPECT_EQ(submit(DeleteChain{chain_id(1), end}).reason(), domain::Reason::kKept) << "not expired before that";
  EXPECT_EQ(submit(DeleteChain{chain_id(3), end + std::chrono::seconds(1)}).reason(), domain::Reason::kKept)
      << "not superseded";
  EXPECT_EQ(submit(DeleteChain{chain_id(2), end + std::chrono::seconds(1)}).reason(), domain::Reason::kBound);
  EXPECT_EQ(submit(DeleteChain{chain_id(1), end + std::chrono::seconds(1)}).kind, OutcomeKind::kDone);
}

TEST_P(DomainContract, ARelabelKeepsTheVersion) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(RelabelChain{chain_id(1), "new", "live"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(chain(1).name, "new");
  EXPECT_EQ(chain(1).project, "live");
  EXPECT_EQ(chain(1).current, CertId(1));
  EXPECT_EQ(submit(RelabelChain{chain_id(1), "new", std::nullopt}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(RelabelChain{chain_id(1), std::nullopt, "absent"}).subject(), domain::Subject::kProject);
  EXPECT_EQ(submit(RelabelChain{chain_id(99), "x", std::nullopt}).subject(), domain::Subject::kChain);
  EXPECT_EQ(store->submit(context_of(kOther), RelabelChain{chain_id(1), "x", std::nullopt}).wait().reason(),
            domain::Reason::kForeign);
}

TEST_P(DomainContract, ADomainIsChangedByItsOwnerAlone) {
  const std::size_t before = audit_size();
  const Context other = context_of(kOther);
  Context limited = context;
  limited.caller.projects = {"live"};
  const std::vector<Command> commands{DeleteDomain{kLive}, SetDomainStatus{kLive, DomainStatus::kDisabled},
                                      SetDomainVhost{kLive, "other"}, Unbind{kLive}};
  for (const Command& command : commands) {
    EXPECT_EQ(store->submit(other, command).wait().reason(), domain::Reason::kForeign);
    EXPECT_EQ(store->submit(limited, command).wait().reason(), domain::Reason::kForbidden);
  }
  expect_untouched(before);
  ASSERT_EQ(submit(SetDomainStatus{kLive, DomainStatus::kDisabled}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(SetDomainStatus{kLive, DomainStatus::kDisabled}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(detail().domain.status, DomainStatus::kDisabled);
  ASSERT_EQ(submit(SetDomainVhost{kLive, "other"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().domain.vhost, "other");
}

TEST_P(DomainContract, ASuspendedAccountWritesNothing) {
  ASSERT_EQ(store->submit(context_of(kOther), CreateDomains{{{live_domain("o.example.net", kOther), std::nullopt}}})
                .wait()
                .kind,
            OutcomeKind::kDone);
  ASSERT_EQ(submit(SetAccountStatus{kOther, domain::AccountStatus::kSuspended}).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  const std::vector<Command> commands{
      DeleteDomain{"o.example.net"},
      SetDomainStatus{"o.example.net", DomainStatus::kDisabled},
      SetDomainVhost{"o.example.net", "x"},
      Unbind{"o.example.net"},
      CreateDomains{{{live_domain("p.example.net", kOther), std::nullopt}}},
      bind_of(1, "o.example.net", {"o.example.net"}),
      Rollback{chain_id(1), CertId(1), {}},
      DeleteChain{chain_id(1), std::nullopt},
      RelabelChain{chain_id(1), "x", std::nullopt},
      MoveDomain{"o.example.net", kRoot},
      MoveDomain{"unknown.example.net", kRoot},
  };
  for (const Command& command : commands) {
    EXPECT_EQ(store->submit(context_of(kOther), command).wait().reason(), domain::Reason::kInactive) << command.index();
  }
  expect_untouched(before);
}

TEST_P(DomainContract, AMovedDomainLosesItsBinding) {
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(MoveDomain{kLive, kOther}).kind, OutcomeKind::kDone);
  EXPECT_EQ(detail().domain.account, kOther);
  EXPECT_FALSE(detail().binding);
  EXPECT_EQ(submit(MoveDomain{kLive, kOther}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(MoveDomain{kLive, base::AccountId(1)}).subject(), domain::Subject::kAccount);
  EXPECT_EQ(submit(MoveDomain{"unknown.example.net", kOther}).subject(), domain::Subject::kDomain);
  EXPECT_EQ(submit(DeleteChain{chain_id(1), std::nullopt}).kind, OutcomeKind::kDone);
}

TEST_P(DomainContract, DomainsAreListedNewestFirstAndFiltered) {
  for (const domain::DomainName& name : std::vector<domain::DomainName>{"a.example.net", "b.example.net"}) {
    ASSERT_EQ(add(name).kind, OutcomeKind::kDone);
  }
  ASSERT_EQ(submit(SetDomainVhost{"b.example.net", "other"}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(SetDomainStatus{"a.example.net", DomainStatus::kDisabled}).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(1).kind, OutcomeKind::kDone);
  const auto listed = [&](const std::function<void(DomainFilter&)>& narrow, std::int64_t skip = 0) {
    DomainFilter filter;
    filter.account = kRoot;
    narrow(filter);
    std::string text;
    const DomainPage page = read(store->ask(&Snapshot::list_domains, filter, skip, 2));
    for (const DomainDetail& each : page.domains) text += each.domain.name.view().substr(0, 1);
    return text + std::to_string(page.total);
  };
  EXPECT_EQ(listed([](auto&) {}), "ba3");
  EXPECT_EQ(listed([](auto&) {}, 2), "l3");
  EXPECT_EQ(listed([](auto&) {}, 4), "3") << "past the end";
  EXPECT_EQ(listed([](auto& filter) { filter.vhosts = {"show", "none", "none"}; }), "al2");
  EXPECT_EQ(listed([](auto& filter) { filter.names = {"b.example.net"}; }), "b1");
  EXPECT_EQ(listed([](auto& filter) { filter.statuses = {DomainStatus::kDisabled}; }), "a1");
  EXPECT_EQ(listed([](auto& filter) { filter.types = {"push"}; }), "0");
  EXPECT_EQ(listed([](auto& filter) { filter.regions = {"cn"}; }), "ba3");
  EXPECT_EQ(listed([](auto& filter) { filter.projects = {"other"}; }), "0");
  EXPECT_EQ(listed([](auto& filter) { filter.bound_only = true; }), "l1");
  EXPECT_EQ(listed([](auto& filter) { filter.chain = chain_id(1); }), "l1");
  EXPECT_EQ(listed([](auto& filter) { filter.account = kOther; }), "0");
}

TEST_P(DomainContract, ChainsAreFoundByDomainPrefixAndEnd) {
  PutVersion soon = creation(4);
  soon.content.not_after = kNow + std::chrono::days(3);
  ASSERT_EQ(submit(soon).kind, OutcomeKind::kDone);
  ASSERT_EQ(bind(2).kind, OutcomeKind::kDone);
  const auto found = [&](const std::function<void(ChainFilter&)>& narrow, base::AccountId account = kRoot) {
    ChainFilter filter;
    filter.account = account;
    filter.now = kNow;
    narrow(filter);
    std::vector<base::ChainId> ids;
    for (const auto& each : read(store->ask(&Snapshot::list_chains, filter, {}, 0, 10)).chains) ids.push_back(each.id);
    EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, static_cast<std::int64_t>(ids.size()));
    return ids;
  };
  using Ids = std::vector<base::ChainId>;
  EXPECT_EQ(found([](auto& filter) { filter.domain = kLive; }), Ids{chain_id(2)});
  EXPECT_EQ(found([](auto& filter) { filter.domain = kLive; }, kOther), Ids{});
  EXPECT_EQ(found([](auto& filter) { filter.domain = "unbound.example.net"; }), Ids{});
  EXPECT_EQ(found([](auto& filter) { filter.expires_before = kNow + std::chrono::days(4); }), Ids{chain_id(4)});
  for (const std::size_t digits : {8UL, 15UL, 16UL, 17UL, 32UL}) {
    EXPECT_EQ(found([&](auto& filter) { filter.id_prefix = chain_id(3).to_string().substr(0, digits); }),
              Ids{chain_id(3)});
  }
  EXPECT_EQ(found([](auto& filter) { filter.id_prefix = chain_id(3).to_string(); }, kOther), Ids{});
}

TEST_P(DomainContract, ABindRacingADeleteNeverLeavesABoundChainDeleted) {
  for (std::uint64_t number = 200; number < 230; ++number) {
    ASSERT_EQ(submit(creation(number)).kind, OutcomeKind::kDone);
    Outcome bound;
    Outcome deleted;
    std::thread binding([&] { bound = store->submit(context, bind_of(number, kLive, {kLive})).wait(); });
    std::thread deleting([&] { deleted = store->submit(context, DeleteChain{chain_id(number), std::nullopt}).wait(); });
    binding.join();
    deleting.join();
    if (bound.kind == OutcomeKind::kDone) {
      EXPECT_EQ(deleted.reason(), domain::Reason::kBound);
      EXPECT_EQ(detail().binding->chain, chain_id(number));
    } else {
      EXPECT_EQ(bound.reason(), domain::Reason::kAbsent);
      EXPECT_EQ(deleted.kind, OutcomeKind::kDone);
    }
  }
}

TEST_P(DomainContract, ABindRacingAnUpdateNeverServesWhatDoesNotCover) {
  for (std::uint64_t number = 300; number < 330; ++number) {
    ASSERT_EQ(submit(creation(number)).kind, OutcomeKind::kDone);
    PutVersion next = update(chain_id(number), number + 100);
    next.dns_names = {"other.example.net"};
    Outcome bound;
    Outcome updated;
    std::thread binding([&] { bound = store->submit(context, bind_of(number, kLive, {kLive})).wait(); });
    std::thread updating([&] { updated = store->submit(context, next).wait(); });
    binding.join();
    updating.join();
    const bool bound_first = bound.kind == OutcomeKind::kDone;
    EXPECT_EQ(updated.kind, bound_first ? OutcomeKind::kRefused : OutcomeKind::kDone);
    if (!bound_first) {
      EXPECT_EQ(bound.reason(), domain::Reason::kStale);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Adapters, DomainContract, ::testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace livecert::store::testing
