#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

using base::CertId;

std::vector<base::Bytes> certificates_of(const domain::VersionContent& content) {
  std::vector<base::Bytes> certificates{content.leaf_der};
  for (const auto& issuer : content.issuers) certificates.push_back(issuer.der);
  return certificates;
}

TEST_P(StoreContract, StoresAChainWhole) {
  PutVersion command = creation(1);
  command.content.issuers = {issuer(3), issuer(1), issuer(2)};
  const Outcome outcome = submit(command);
  ASSERT_EQ(outcome.kind, OutcomeKind::kDone);
  EXPECT_EQ(outcome.chain, chain_id(1));
  EXPECT_EQ(outcome.version, CertId(1));

  const auto detail = read(store->ask(&Snapshot::find_chain, chain_id(1)));
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->summary.id, chain_id(1));
  EXPECT_EQ(detail->summary.current, CertId(1));
  EXPECT_EQ(detail->summary.account, kRoot);
  EXPECT_EQ(detail->summary.name, "name-1");
  EXPECT_EQ(detail->summary.project, "default");
  EXPECT_EQ(detail->summary.created_at, kNow);
  EXPECT_EQ(detail->summary.not_before, command.content.not_before);
  EXPECT_EQ(detail->summary.not_after, command.content.not_after);
  EXPECT_EQ(detail->key_kind, "ecdsa");
  EXPECT_EQ(detail->certificates, certificates_of(command.content)) << "the issuers in the order of the upload";

  const auto stored = read(store->ask(&Snapshot::find_content, CertId(1)));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->leaf_der, command.content.leaf_der);
  ASSERT_EQ(stored->issuers.size(), 3U);
  EXPECT_EQ(stored->issuers[0].sha256, issuer(3).sha256);
  EXPECT_EQ(stored->issuers[0].subject_der, issuer(3).subject_der);
  EXPECT_EQ(stored->content_digest, command.content.content_digest);
  EXPECT_EQ(stored->leaf_key_digest, command.content.leaf_key_digest);
  EXPECT_EQ(stored->sealed_key.bytes, command.content.sealed_key.bytes);
  EXPECT_EQ(stored->not_after, command.content.not_after);
}

TEST_P(StoreContract, KeepsEverythingOverAReopening) {
  PutVersion command = creation(1);
  command.content.issuers.clear();
  command.name = "";
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  reopen();
  const auto detail = read(store->ask(&Snapshot::find_chain, chain_id(1)));
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->summary.name, "");
  EXPECT_EQ(detail->certificates, certificates_of(command.content));
  EXPECT_EQ(submit(initialisation()).reason(), domain::Reason::kTaken);
}

TEST_P(StoreContract, AnUpdateAddsAVersionAndKeepsTheOldOne) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion next = update(chain_id(1), 2);
  next.content.issuers = {issuer(7)};
  next.content.not_after += std::chrono::days(90);
  const Outcome outcome = submit(next);
  ASSERT_EQ(outcome.kind, OutcomeKind::kDone);
  EXPECT_EQ(outcome.chain, chain_id(1));
  EXPECT_EQ(outcome.version, CertId(2));

  const auto chain = read(store->ask(&Snapshot::find_chain, chain_id(1)));
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->summary.current, CertId(2));
  EXPECT_EQ(chain->summary.name, "name-1") << "kept, because none was sent";
  EXPECT_EQ(chain->summary.not_after, next.content.not_after);
  EXPECT_EQ(chain->certificates, certificates_of(next.content));

  const auto old = read(store->ask(&Snapshot::find_version, CertId(1)));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->summary.id, chain_id(1));
  EXPECT_EQ(old->summary.current, CertId(1)) << "the version asked for";
  EXPECT_EQ(old->summary.not_after, content(1).not_after);
  EXPECT_EQ(old->certificates, certificates_of(content(1)));
  EXPECT_EQ(read(store->ask(&Snapshot::find_version, CertId(2)))->certificates, chain->certificates);
}

TEST_P(StoreContract, AnUpdateMayRenameAndMoveTheChain) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion next = update(chain_id(1), 2);
  next.name = "renamed";
  next.project = "live";
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  const auto chain = read(store->ask(&Snapshot::find_chain, chain_id(1)));
  EXPECT_EQ(chain->summary.name, "renamed");
  EXPECT_EQ(chain->summary.project, "live");
}

TEST_P(StoreContract, EqualContentOnlyRelabels) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion same = update(chain_id(1), 1);
  same.version = CertId(2);
  Outcome outcome = submit(same);
  EXPECT_EQ(outcome.kind, OutcomeKind::kConverged);
  EXPECT_EQ(outcome.chain, chain_id(1));
  EXPECT_EQ(outcome.version, CertId(1));

  const std::size_t before = audit_size();
  same.name = "renamed";
  outcome = submit(same);
  EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
  EXPECT_EQ(outcome.version, CertId(1)) << "no new version";
  EXPECT_FALSE(read(store->ask(&Snapshot::find_version, CertId(2))));
  EXPECT_EQ(read(store->ask(&Snapshot::find_chain, chain_id(1)))->summary.name, "renamed");
  EXPECT_EQ(audit_size(), before + 1);
  EXPECT_EQ(submit(same).kind, OutcomeKind::kConverged);
  EXPECT_EQ(audit_size(), before + 1);
}

TEST_P(StoreContract, AnUploadThatIsThereAlreadyConverges) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  PutVersion again = creation(2);
  again.content = content(1);
  const Outcome outcome = submit(again);
  EXPECT_EQ(outcome.kind, OutcomeKind::kConverged);
  EXPECT_EQ(outcome.chain, chain_id(1));
  EXPECT_EQ(outcome.version, CertId(1));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_chain, chain_id(2))));
  EXPECT_EQ(audit_size(), before);
  EXPECT_EQ(changes_size(), before);
}

TEST_P(StoreContract, UploadsConvergeOnlyWithinOneAccountAndProject) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion elsewhere = creation(2);
  elsewhere.content = content(1);
  elsewhere.project = "live";
  EXPECT_EQ(submit(elsewhere).kind, OutcomeKind::kDone);
  PutVersion other = creation(3);
  other.content = content(1);
  EXPECT_EQ(store->submit(context_of(kOther), other).wait().kind, OutcomeKind::kDone);
}

TEST_P(StoreContract, DuplicatesAreMadeWhenAskedFor) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion duplicate = creation(2);
  duplicate.content = content(1);
  duplicate.converge_duplicates = false;
  EXPECT_EQ(submit(duplicate).kind, OutcomeKind::kDone);
  PutVersion third = creation(3);
  third.content = content(1);
  const Outcome outcome = submit(third);
  EXPECT_EQ(outcome.kind, OutcomeKind::kConverged);
  EXPECT_EQ(outcome.chain, chain_id(1)) << "the one that has held the content longest";
}

TEST_P(StoreContract, UploadsConvergeOnCurrentVersionsOnly) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(update(chain_id(1), 2)).kind, OutcomeKind::kDone);
  PutVersion old = creation(3);
  old.content = content(1);
  EXPECT_EQ(submit(old).kind, OutcomeKind::kDone) << "content(1) is no chain's current version any more";
  PutVersion current = creation(4);
  current.content = content(2);
  EXPECT_EQ(submit(current).chain, chain_id(1));
}

TEST_P(StoreContract, AnUpdateMayMakeTwoChainsEqual) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(2)).kind, OutcomeKind::kDone);
  PutVersion equal = update(chain_id(1), 3);
  equal.content = content(2);
  EXPECT_EQ(submit(equal).kind, OutcomeKind::kDone);
  PutVersion again = creation(4);
  again.content = content(2);
  EXPECT_EQ(submit(again).chain, chain_id(2)) << "it has held the content longer";

  ASSERT_EQ(submit(update(chain_id(2), 5)).kind, OutcomeKind::kDone);
  const Outcome outcome = submit(again);
  EXPECT_EQ(outcome.kind, OutcomeKind::kConverged);
  EXPECT_EQ(outcome.chain, chain_id(1)) << "now the only one that holds it";
}

TEST_P(StoreContract, ARollbackBeginsToHoldTheContentAgain) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(update(chain_id(1), 2)).kind, OutcomeKind::kDone);
  PutVersion again = creation(3);
  again.content = content(1);
  ASSERT_EQ(submit(again).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(Rollback{chain_id(1), base::CertId(1), {}}).kind, OutcomeKind::kDone);
  PutVersion fourth = creation(4);
  fourth.content = content(1);
  const Outcome outcome = submit(fourth);
  EXPECT_EQ(outcome.kind, OutcomeKind::kConverged);
  EXPECT_EQ(outcome.chain, chain_id(3)) << "the other chain has the smaller CertID, and held something else meanwhile";
  EXPECT_EQ(outcome.version, base::CertId(3));
}

TEST_P(StoreContract, AMovedChainTakesItsContentAlong) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion move = update(chain_id(1), 1);
  move.project = "live";
  ASSERT_EQ(submit(move).kind, OutcomeKind::kDone);
  PutVersion again = creation(2);
  again.content = content(1);
  again.project = "live";
  EXPECT_EQ(submit(again).chain, chain_id(1));
  again.project.reset();
  EXPECT_EQ(submit(again).kind, OutcomeKind::kDone) << "the default project holds it no more";
}

TEST_P(StoreContract, NamesWhatIsAbsent) {
  Outcome outcome = submit(update(chain_id(9), 1));
  EXPECT_EQ(outcome.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(outcome.subject(), domain::Subject::kChain);
  PutVersion command = creation(1);
  command.project = "nowhere";
  outcome = submit(command);
  EXPECT_EQ(outcome.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(outcome.subject(), domain::Subject::kProject);
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  command = update(chain_id(1), 2);
  command.project = "nowhere";
  EXPECT_EQ(submit(command).subject(), domain::Subject::kProject);
  EXPECT_EQ(read(store->ask(&Snapshot::find_chain, chain_id(1)))->summary.current, CertId(1));
}

TEST_P(StoreContract, LeavesTheChainsOfOthersAlone) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  EXPECT_EQ(store->submit(context_of(kOther), update(chain_id(1), 2)).wait().reason(), domain::Reason::kForeign);
  EXPECT_EQ(store->submit(context_of(kOther), update(chain_id(1), 1)).wait().reason(), domain::Reason::kForeign);
  EXPECT_EQ(read(store->ask(&Snapshot::find_chain, chain_id(1)))->summary.current, CertId(1));
  EXPECT_EQ(audit_size(), before);
}

TEST_P(StoreContract, KeepsALimitedKeyInsideItsProjects) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  context.caller.projects = {"live"};
  EXPECT_EQ(submit(creation(2)).reason(), domain::Reason::kForbidden);
  EXPECT_EQ(submit(update(chain_id(1), 2)).reason(), domain::Reason::kForbidden);
  PutVersion inside = creation(2);
  inside.project = "live";
  EXPECT_EQ(submit(inside).kind, OutcomeKind::kDone);
}

TEST_P(StoreContract, RefusesIdsThatAreTaken) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  PutVersion same_chain = creation(2);
  same_chain.chain = chain_id(1);
  EXPECT_EQ(submit(same_chain).reason(), domain::Reason::kTaken);
  PutVersion same_version = creation(2);
  same_version.version = CertId(1);
  EXPECT_EQ(submit(same_version).reason(), domain::Reason::kTaken);
  same_version = update(chain_id(1), 2);
  same_version.version = CertId(1);
  EXPECT_EQ(submit(same_version).reason(), domain::Reason::kTaken);
  EXPECT_EQ(read(store->ask(&Snapshot::find_chain, chain_id(1)))->certificates, certificates_of(content(1)));
}

// Law 14: the newest version is the one that was committed last, whatever the clock said when its id was made.
TEST_P(StoreContract, AVersionComesAfterThoseOfItsChainOrNotAtAll) {
  ASSERT_EQ(submit(creation(10)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(update(chain_id(10), 30)).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(update(chain_id(10), 20)).reason(), domain::Reason::kOvertaken);
  EXPECT_EQ(read(store->ask(&Snapshot::preview, context, update(chain_id(10), 20))).reason(),
            domain::Reason::kOvertaken);
  // It is still the newest when an older one is current.
  ASSERT_EQ(submit(Rollback{chain_id(10), base::CertId(10), {}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(update(chain_id(10), 20)).reason(), domain::Reason::kOvertaken);
  EXPECT_EQ(submit(update(chain_id(10), 31)).kind, OutcomeKind::kDone);
  // The order holds only within one chain.
  EXPECT_EQ(submit(creation(5)).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(update(chain_id(5), 6)).kind, OutcomeKind::kDone);
}

TEST_P(StoreContract, TellsTheLargestVersion) {
  EXPECT_EQ(read(store->ask(&Snapshot::largest_version)), base::CertId());
  ASSERT_EQ(submit(creation(10)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(5)).kind, OutcomeKind::kDone);
  EXPECT_EQ(read(store->ask(&Snapshot::largest_version)), base::CertId(10));
  reopen();
  EXPECT_EQ(read(store->ask(&Snapshot::largest_version)), base::CertId(10));
}

TEST_P(StoreContract, IsSoundWhileNothingFails) {
  EXPECT_EQ(store->health().state, Health::State::kSound);
  EXPECT_EQ(submit(creation(10)).kind, OutcomeKind::kDone);
  EXPECT_EQ(store->health().state, Health::State::kSound);
}

TEST_P(StoreContract, FindsIssuersBySubjectWithinOneAccount) {
  domain::IssuerCertificate renewed = issuer(3);
  renewed.subject_der = issuer(1).subject_der;
  PutVersion command = creation(1);
  command.content.issuers = {issuer(1), renewed};
  ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(2)).kind, OutcomeKind::kDone) << "names issuer(1) once more";
  const auto found = read(store->ask(&Snapshot::find_issuers, kRoot, issuer(1).subject_der));
  EXPECT_EQ(found, (std::vector<base::Bytes>{renewed.der, issuer(1).der})) << "each once, the last one first";
  EXPECT_TRUE(read(store->ask(&Snapshot::find_issuers, kOther, issuer(1).subject_der)).empty());
  EXPECT_TRUE(read(store->ask(&Snapshot::find_issuers, kRoot, issuer(9).subject_der)).empty());
}

TEST_P(StoreContract, DoesNotBeginWhatIsTooLate) {
  context.deadline = clock.steady_now() - std::chrono::nanoseconds(1);
  EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kDeadlineExceeded);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_chain, chain_id(1))));
  context.deadline = clock.steady_now();
  EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
}

}  // namespace
}  // namespace livecert::store::testing
