#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Adapters, StoreContract, ::testing::ValuesIn(adapters()), adapter_name);
INSTANTIATE_TEST_SUITE_P(Adapters, EmptyStoreContract, ::testing::ValuesIn(adapters()), adapter_name);

TEST_P(EmptyStoreContract, HoldsNothing) {
  EXPECT_FALSE(read(store->ask(&Snapshot::find_vault_header)));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_credential, "root-key")));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_account, kRoot)));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_account_key, kRoot)));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_chain, chain_id(1))));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_version, base::CertId(1))));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_content, base::CertId(1))));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_setting, "tls")));
  EXPECT_TRUE(read(store->ask(&Snapshot::list_accounts)).empty());
  EXPECT_EQ(changes_size(), 0U);
  EXPECT_EQ(audit_size(), 0U);
}

TEST_P(EmptyStoreContract, IsInitialisedOnce) {
  EXPECT_EQ(submit(initialisation()).kind, OutcomeKind::kDone);
  Initialise second = initialisation();
  second.root.id = kOther;
  second.root.name = "second";
  second.access_key = access_key(kOther, "second-key");
  EXPECT_EQ(submit(second).reason(), domain::Reason::kTaken);
  EXPECT_EQ(read(store->ask(&Snapshot::list_accounts)).size(), 1U);
  EXPECT_EQ(read(store->ask(&Snapshot::find_vault_header)), initialisation().vault_header);
  EXPECT_EQ(audit_size(), 1U);
}

TEST_P(EmptyStoreContract, KnowsNobodyWhoCouldUpload) {
  const Outcome outcome = submit(creation(1));
  EXPECT_EQ(outcome.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(outcome.subject(), domain::Subject::kAccount);
}

TEST_P(StoreContract, ReadsACredentialWithItsAccount) {
  const auto credential = read(store->ask(&Snapshot::find_credential, "root-key"));
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->access_key.id, "root-key");
  EXPECT_EQ(credential->access_key.account, kRoot);
  EXPECT_TRUE(credential->access_key.enabled);
  EXPECT_TRUE(credential->access_key.projects.empty());
  EXPECT_EQ(credential->access_key.created_at, kNow);
  EXPECT_EQ(credential->access_key.sealed_secret.bytes, access_key(kRoot, "root-key").sealed_secret.bytes);
  EXPECT_EQ(credential->account.name, "root");
  EXPECT_TRUE(credential->account.is_root);
  EXPECT_EQ(credential->account.status, domain::AccountStatus::kActive);
  EXPECT_EQ(credential->wrapped_account_key.bytes, initialisation().wrapped_account_key.bytes);
  EXPECT_EQ(read(store->ask(&Snapshot::find_account_key, kRoot))->bytes, initialisation().wrapped_account_key.bytes);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_credential, "ROOT-KEY")));
}

TEST_P(StoreContract, RefusesAnAccountWhoseIdOrNameIsTaken) {
  Outcome outcome = submit(CreateAccount{account(kOther, "new"), {}});
  EXPECT_EQ(outcome.reason(), domain::Reason::kTaken);
  EXPECT_EQ(outcome.subject(), domain::Subject::kAccount);
  outcome = submit(CreateAccount{account(base::AccountId(2100000003), "other"), {}});
  EXPECT_EQ(outcome.reason(), domain::Reason::kTaken);
  EXPECT_EQ(outcome.subject(), domain::Subject::kAccountName);
  EXPECT_EQ(read(store->ask(&Snapshot::list_accounts)).size(), 2U);
}

TEST_P(StoreContract, SuspendsAndRevivesAnAccount) {
  EXPECT_EQ(submit(SetAccountStatus{kOther, domain::AccountStatus::kActive}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(SetAccountStatus{kOther, domain::AccountStatus::kSuspended}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(SetAccountStatus{kOther, domain::AccountStatus::kSuspended}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(read(store->ask(&Snapshot::find_account, kOther))->status, domain::AccountStatus::kSuspended);
  EXPECT_EQ(store->submit(context_of(kOther), creation(1)).wait().reason(), domain::Reason::kInactive);
  EXPECT_EQ(submit(SetAccountStatus{kOther, domain::AccountStatus::kActive}).kind, OutcomeKind::kDone);
  EXPECT_EQ(store->submit(context_of(kOther), creation(1)).wait().kind, OutcomeKind::kDone);
  const Outcome unknown = submit(SetAccountStatus{base::AccountId(2100000009), domain::AccountStatus::kActive});
  EXPECT_EQ(unknown.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(unknown.subject(), domain::Subject::kAccount);
}

TEST_P(StoreContract, LimitsAKeyOnlyToProjectsThatExist) {
  domain::AccessKey key = access_key(kOther, "limited");
  key.projects = {"default", "live"};
  Outcome outcome = submit(CreateAccessKey{key});
  EXPECT_EQ(outcome.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(outcome.subject(), domain::Subject::kProject);
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(CreateAccessKey{key}).reason(), domain::Reason::kAbsent) << "the project is another account's";
  ASSERT_EQ(submit(CreateProject{{kOther, "live", kNow}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(CreateAccessKey{key}).kind, OutcomeKind::kDone);
  EXPECT_EQ(read(store->ask(&Snapshot::find_credential, "limited"))->access_key.projects, key.projects);

  outcome = submit(CreateAccessKey{access_key(kRoot, "limited")});
  EXPECT_EQ(outcome.reason(), domain::Reason::kTaken);
  EXPECT_EQ(outcome.subject(), domain::Subject::kAccessKey);
  outcome = submit(CreateAccessKey{access_key(base::AccountId(2100000009), "nobody")});
  EXPECT_EQ(outcome.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(outcome.subject(), domain::Subject::kAccount);
}

TEST_P(StoreContract, ListsKeysWithoutTheirSecrets) {
  domain::AccessKey limited = access_key(kOther, "limited");
  limited.projects = {"default"};
  ASSERT_EQ(submit(CreateAccessKey{limited}).kind, OutcomeKind::kDone);
  const auto keys = read(store->ask(&Snapshot::list_access_keys, kOther));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].id, "other-key");
  EXPECT_EQ(keys[1].id, "limited");
  EXPECT_EQ(keys[1].projects, limited.projects);
  EXPECT_EQ(keys[1].account, kOther);
  EXPECT_TRUE(keys[1].sealed_secret.bytes.empty());
}

TEST_P(StoreContract, DisablesAndEnablesAKey) {
  EXPECT_EQ(submit(SetAccessKeyEnabled{"other-key", true}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(SetAccessKeyEnabled{"other-key", false}).kind, OutcomeKind::kDone);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_credential, "other-key"))->access_key.enabled);
  EXPECT_EQ(read(store->ask(&Snapshot::changes, 0, 100)).back().account, kOther)
      << "a change is filed under the owner of the thing";
  EXPECT_EQ(read(store->ask(&Snapshot::audit, AuditFilter{}, 100)).back().account, kRoot)
      << "the audit names who did it";
  EXPECT_EQ(submit(SetAccessKeyEnabled{"other-key", false}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(SetAccessKeyEnabled{"other-key", true}).kind, OutcomeKind::kDone);
  const Outcome unknown = submit(SetAccessKeyEnabled{"nobody", true});
  EXPECT_EQ(unknown.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(unknown.subject(), domain::Subject::kAccessKey);
}

TEST_P(StoreContract, EveryAccountHasTheDefaultProject) {
  const auto projects = read(store->ask(&Snapshot::list_projects, kOther));
  ASSERT_EQ(projects.size(), 1U);
  EXPECT_EQ(projects[0].name, "default");
  EXPECT_EQ(projects[0].account, kOther);
  const Outcome again = submit(CreateProject{{kOther, "default", kNow}});
  EXPECT_EQ(again.reason(), domain::Reason::kTaken);
  EXPECT_EQ(again.subject(), domain::Subject::kProject);
}

TEST_P(StoreContract, KeepsTheProjectsOfAccountsApart) {
  EXPECT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).reason(), domain::Reason::kTaken);
  EXPECT_EQ(submit(CreateProject{{kOther, "live", kNow}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(read(store->ask(&Snapshot::list_projects, kRoot)).size(), 2U);
  const Outcome unknown = submit(CreateProject{{base::AccountId(2100000009), "live", kNow}});
  EXPECT_EQ(unknown.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(unknown.subject(), domain::Subject::kAccount);
}

TEST_P(StoreContract, ReplacesASetting) {
  EXPECT_EQ(submit(PutSetting{"tls", {1, 2, 3}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(PutSetting{"tls", {1, 2, 3}}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(PutSetting{"tls", {}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(PutSetting{"other", {4}}).kind, OutcomeKind::kDone);

  // Of several processes that replace the same value, one does.
  const base::Bytes former{4};
  EXPECT_EQ(submit(ReplaceSettings{std::nullopt, {{"other", {5}}, {"third", {6}}}}).kind, OutcomeKind::kConverged);
  const auto third = store->ask(&Snapshot::find_setting, "third");
  EXPECT_TRUE(third && !*third);
  EXPECT_EQ(submit(ReplaceSettings{former, {{"other", {5}}, {"third", {6}}}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(ReplaceSettings{former, {{"other", {7}}}}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(ReplaceSettings{std::nullopt, {{"fourth", {8}}}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(PutSetting{"other", {4}}).kind, OutcomeKind::kDone);
  const auto value = read(store->ask(&Snapshot::find_setting, "tls"));
  ASSERT_TRUE(value);
  EXPECT_TRUE(value->empty());
}

TEST_P(StoreContract, DeletesOnlyADisabledKeyWithItsLimits) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  domain::AccessKey key{"limited-key", kRoot, true, {"live"}, kNow, {}};
  ASSERT_EQ(submit(CreateAccessKey{key}).kind, OutcomeKind::kDone);
  const std::uint64_t generation = store->generation(Topic::kAccess);
  EXPECT_EQ(submit(DeleteAccessKey{"limited-key"}).reason(), domain::Reason::kInUse);
  EXPECT_EQ(submit(DeleteAccessKey{"nobody"}).reason(), domain::Reason::kAbsent);
  EXPECT_TRUE(read(store->ask(&Snapshot::find_credential, "limited-key")));
  ASSERT_EQ(submit(SetAccessKeyEnabled{"limited-key", false}).kind, OutcomeKind::kDone);
  const Outcome in_use = submit(DeleteProject{kRoot, "live"});
  EXPECT_EQ(in_use.reason(), domain::Reason::kInUse);
  ASSERT_EQ(submit(DeleteAccessKey{"limited-key"}).kind, OutcomeKind::kDone);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_credential, "limited-key")));
  EXPECT_NE(store->generation(Topic::kAccess), generation) << "nobody goes on trusting it";
  EXPECT_EQ(submit(DeleteAccessKey{"limited-key"}).reason(), domain::Reason::kAbsent);
  // It can be made again, and is limited to what it is given then.
  key.projects = {};
  ASSERT_EQ(submit(CreateAccessKey{key}).kind, OutcomeKind::kDone);
  EXPECT_TRUE(read(store->ask(&Snapshot::find_credential, "limited-key"))->access_key.projects.empty());
  EXPECT_EQ(submit(DeleteProject{kRoot, "live"}).kind, OutcomeKind::kDone);
}

TEST_P(StoreContract, DeletesASuspendedAccountInSteps) {
  // Its own chains, one of which a domain uses, and a project with a key that is limited to it.
  ASSERT_EQ(submit(CreateProject{{kOther, "live", kNow}}).kind, OutcomeKind::kDone);
  domain::AccessKey limited = access_key(kOther, "limited-key");
  limited.projects = {"live"};
  ASSERT_EQ(submit(CreateAccessKey{limited}).kind, OutcomeKind::kDone);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    ASSERT_EQ(store->submit(context_of(kOther), creation(number)).wait().kind, OutcomeKind::kDone);
  }
  ASSERT_EQ(submit(creation(4)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(AttachPolicy{"ReadOnly", true, {kOther, ""}}).kind, OutcomeKind::kDone);

  EXPECT_EQ(submit(EmptyAccount{kOther, 10}).reason(), domain::Reason::kInUse) << "it is active";
  ASSERT_EQ(submit(SetAccountStatus{kOther, domain::AccountStatus::kSuspended}).kind, OutcomeKind::kDone);
  const Outcome refused = submit(DeleteAccount{kOther});
  EXPECT_EQ(refused.reason(), domain::Reason::kInUse);
  EXPECT_EQ(refused.refusal->names,
            (std::vector<std::string>{"it has 3 certificates", "it has 2 access keys", "it has 1 project"}));

  const std::size_t records = audit_size();
  ASSERT_EQ(submit(EmptyAccount{kOther, 2}).kind, OutcomeKind::kDone);
  EXPECT_EQ(audit_size(), records + 2) << "a step deletes no more than it may";
  EXPECT_EQ(submit(DeleteAccount{kOther}).reason(), domain::Reason::kInUse);
  ASSERT_EQ(submit(EmptyAccount{kOther, 2}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(EmptyAccount{kOther, 2}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(EmptyAccount{kOther, 2}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(audit_size(), records + 6) << "three chains, two keys, a project";
  const std::uint64_t generation = store->generation(Topic::kAccess);
  ASSERT_EQ(submit(DeleteAccount{kOther}).kind, OutcomeKind::kDone);
  EXPECT_NE(store->generation(Topic::kAccess), generation);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_account, kOther)));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_account_key, kOther)));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_credential, "other-key")));
  EXPECT_TRUE(read(store->ask(&Snapshot::find_chain, chain_id(4))));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_chain, chain_id(1))));
  EXPECT_EQ(submit(DeleteAccount{kOther}).reason(), domain::Reason::kAbsent);
  EXPECT_EQ(submit(EmptyAccount{kOther, 2}).reason(), domain::Reason::kAbsent);
  // Its id and name can be given again.
  EXPECT_EQ(submit(CreateAccount{account(kOther, "other"), {}}).kind, OutcomeKind::kDone);
}

TEST_P(StoreContract, KeepsPoliciesAndWhereTheyAreAttached) {
  ASSERT_EQ(submit(PutPolicy{"mine", "first", kNow}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(PutPolicy{"mine", "first", kNow}).kind, OutcomeKind::kConverged);
  const domain::PolicyHolder key{kOther, "other-key"};
  const domain::PolicyHolder whole{kOther, ""};
  ASSERT_EQ(submit(AttachPolicy{"mine", false, key}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(AttachPolicy{"mine", false, key}).kind, OutcomeKind::kConverged);
  ASSERT_EQ(submit(AttachPolicy{"ReadOnly", true, whole}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(AttachPolicy{"none", false, key}).subject(), domain::Subject::kPolicy);
  EXPECT_EQ(submit(AttachPolicy{"mine", false, {kRoot, "other-key"}}).subject(), domain::Subject::kAccessKey)
      << "a key of another account";
  EXPECT_EQ(submit(AttachPolicy{"mine", false, {base::AccountId(2100000009), ""}}).subject(),
            domain::Subject::kAccount);

  const std::uint64_t generation = store->generation(Topic::kAccess);
  ASSERT_EQ(submit(PutPolicy{"mine", "second", kNow}).kind, OutcomeKind::kDone);
  EXPECT_NE(store->generation(Topic::kAccess), generation) << "nobody goes on with the former text";
  const auto credential = read(store->ask(&Snapshot::find_credential, "other-key"));
  ASSERT_TRUE(credential);
  ASSERT_EQ(credential->policies.size(), 2U);
  EXPECT_EQ(credential->policies[0].name, "ReadOnly");
  EXPECT_EQ(credential->policies[0].document, "");
  EXPECT_TRUE(credential->policies[0].is_of_account);
  EXPECT_EQ(credential->policies[1].name, "mine");
  EXPECT_EQ(credential->policies[1].document, "second");
  EXPECT_FALSE(credential->policies[1].is_of_account);
  EXPECT_TRUE(read(store->ask(&Snapshot::find_credential, "root-key"))->policies.empty());
  EXPECT_EQ(read(store->ask(&Snapshot::list_holders, "mine", 10)), std::vector{key});
  EXPECT_EQ(read(store->ask(&Snapshot::list_access_keys, kOther)).front().policies, std::vector<std::string>{"mine"});
  const auto policies = read(store->ask(&Snapshot::list_policies));
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(policies.front().document, "second");

  const Outcome in_use = submit(DeletePolicy{"mine"});
  EXPECT_EQ(in_use.reason(), domain::Reason::kInUse);
  EXPECT_EQ(in_use.refusal->names, std::vector<std::string>{"access key other-key"});
  const std::uint64_t before = store->generation(Topic::kAccess);
  ASSERT_EQ(submit(DetachPolicy{"mine", key}).kind, OutcomeKind::kDone);
  EXPECT_NE(store->generation(Topic::kAccess), before);
  EXPECT_EQ(submit(DetachPolicy{"mine", key}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(DeletePolicy{"mine"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(DeletePolicy{"mine"}).reason(), domain::Reason::kAbsent);
}

TEST_P(StoreContract, GivesAHolderTenPoliciesAtMost) {
  const domain::PolicyHolder key{kOther, "other-key"};
  for (std::size_t i = 0; i < domain::kMostPolicies; ++i) {
    const std::string name = "p" + std::to_string(i);
    ASSERT_EQ(submit(PutPolicy{name, "{}", kNow}).kind, OutcomeKind::kDone);
    ASSERT_EQ(submit(AttachPolicy{name, false, key}).kind, OutcomeKind::kDone);
  }
  EXPECT_EQ(submit(AttachPolicy{"ReadOnly", true, key}).reason(), domain::Reason::kFull);
  EXPECT_EQ(submit(AttachPolicy{"ReadOnly", true, {kOther, ""}}).kind, OutcomeKind::kDone);
}

TEST_P(StoreContract, KeepsWhatAKeyIsLimitedToAndWhenItWasUsed) {
  domain::AccessKey key{"limited-key", kOther, true, {}, kNow, {}};
  key.domains = {"*.example.net", "live.example.com"};
  key.expires_at = kNow + base::Seconds(60);
  ASSERT_EQ(submit(CreateAccessKey{key}).kind, OutcomeKind::kDone);
  const auto credential = read(store->ask(&Snapshot::find_credential, "limited-key"));
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->access_key.domains, key.domains);
  EXPECT_EQ(credential->access_key.expires_at, key.expires_at);

  const std::size_t records = audit_size();
  const std::uint64_t generation = store->generation(Topic::kAccess);
  ASSERT_EQ(submit(KeepKeyUses{{{"limited-key", kNow}, {"nobody", kNow}}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(KeepKeyUses{{{"limited-key", kNow + base::Seconds(5)}}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(audit_size(), records) << "nobody asked for it";
  EXPECT_EQ(store->generation(Topic::kAccess), generation) << "a use changes nothing that callers keep";
  const auto keys = read(store->ask(&Snapshot::list_access_keys, kOther));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_FALSE(keys[0].last_used_at);
  EXPECT_FALSE(keys[0].expires_at);
  EXPECT_EQ(keys[1].last_used_at, kNow + base::Seconds(5));
  EXPECT_EQ(keys[1].domains, key.domains);
  EXPECT_EQ(keys[1].expires_at, key.expires_at);

  // With the key goes all of it.
  ASSERT_EQ(submit(AttachPolicy{"ReadOnly", true, {kOther, "limited-key"}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(SetAccessKeyEnabled{"limited-key", false}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteAccessKey{"limited-key"}).kind, OutcomeKind::kDone);
  key.domains = {};
  key.expires_at.reset();
  ASSERT_EQ(submit(CreateAccessKey{key}).kind, OutcomeKind::kDone);
  const auto again = read(store->ask(&Snapshot::find_credential, "limited-key"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->policies.empty());
  EXPECT_TRUE(again->access_key.domains.empty());
  EXPECT_FALSE(again->access_key.expires_at);
  EXPECT_FALSE(read(store->ask(&Snapshot::list_access_keys, kOther)).back().last_used_at);
}

TEST_P(StoreContract, DeletesOnlyAnEmptyProject) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(CreateProject{{kOther, "live", kNow}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(DeleteProject{kRoot, "none"}).reason(), domain::Reason::kAbsent);
  EXPECT_EQ(submit(DeleteProject{kRoot, "live"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(DeleteProject{kRoot, "live"}).reason(), domain::Reason::kAbsent);
  EXPECT_EQ(read(store->ask(&Snapshot::list_projects, kOther)).size(), 2U) << "others keep theirs of that name";
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  PutVersion upload = creation(1);
  upload.project = "live";
  ASSERT_EQ(submit(upload).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(DeleteProject{kRoot, "live"}).reason(), domain::Reason::kInUse);
  ASSERT_EQ(submit(DeleteChain{chain_id(1), std::nullopt}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(DeleteProject{kRoot, "live"}).kind, OutcomeKind::kDone) << "what it had is gone";
}

TEST_P(StoreContract, RecordsEachWriteOnceAndNothingElse) {
  const std::size_t before = audit_size();
  ASSERT_EQ(changes_size(), before);
  context.action = "CreateProject";
  context.request_id = "2024-request";
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).reason(), domain::Reason::kTaken);
  ASSERT_EQ(submit(SetAccountStatus{kRoot, domain::AccountStatus::kActive}).kind, OutcomeKind::kConverged);
  ASSERT_EQ(submit(SetAccessKeyEnabled{"nobody", true}).reason(), domain::Reason::kAbsent);

  const auto audit = read(store->ask(&Snapshot::audit, AuditFilter{}, 100));
  ASSERT_EQ(audit.size(), before + 1);
  EXPECT_EQ(audit.back().at, kNow);
  EXPECT_EQ(audit.back().account, kRoot);
  EXPECT_EQ(audit.back().access_key_id, "root-key");
  EXPECT_EQ(audit.back().action, "CreateProject");
  EXPECT_EQ(audit.back().request_id, "2024-request");
  EXPECT_EQ(audit.back().peer_address, "192.0.2.1");
  EXPECT_EQ(audit.back().subject, "live");
  const auto changes = read(store->ask(&Snapshot::changes, 0, 100));
  ASSERT_EQ(changes.size(), before + 1);
  EXPECT_EQ(changes.back().kind, domain::ChangeKind::kProject);
  EXPECT_EQ(changes.back().subject, "live");
}

TEST_P(StoreContract, ChangesCanBeFollowedFromAnyPosition) {
  for (std::uint64_t i = 1; i <= 10; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  std::vector<std::string> followed;
  std::int64_t position = 0;
  for (;;) {
    const auto page = read(store->ask(&Snapshot::changes, position, 4));
    if (page.empty()) break;
    for (const Change& change : page) {
      EXPECT_GT(change.position, position);
      position = change.position;
      if (change.kind == domain::ChangeKind::kChain) followed.push_back(change.subject);
    }
  }
  ASSERT_EQ(followed.size(), 10U);
  EXPECT_EQ(followed.front(), chain_id(1).to_string());
  EXPECT_EQ(followed.back(), chain_id(10).to_string());
  EXPECT_TRUE(read(store->ask(&Snapshot::changes, position, 4)).empty());
}

}  // namespace
}  // namespace livecert::store::testing
