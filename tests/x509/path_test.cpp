#include <numeric>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include "x509/contradiction.h"
#include "x509/corpus.h"
#include "x509/hierarchy.h"
#include "x509/judge.h"
#include "x509/name_constraints.h"
#include "x509/openssl_owner.h"
#include "x509/pem_scanner.h"
#include "x509/signature_check.h"

// The path that the search takes among those that an upload offers, and the cost of the search.
namespace livecert::x509 {
namespace {

using testing::Contains;
using testing::HasSubstr;

OwnedCertificate to_openssl(const Certificate& certificate) {
  const unsigned char* position = certificate.der().data();
  return OwnedCertificate(d2i_X509(nullptr, &position, static_cast<long>(certificate.der().size())));
}

// Whether OpenSSL finds a path from the first certificate to one of the roots.
bool openssl_finds_path(const std::vector<Certificate>& chain, const std::vector<Certificate>& roots) {
  using OwnedStore = Owned<X509_STORE, X509_STORE_free>;
  using OwnedContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
  const OwnedStore store(X509_STORE_new());
  for (const Certificate& each : roots) X509_STORE_add_cert(store.get(), to_openssl(each).get());
  std::vector<OwnedCertificate> owned;
  STACK_OF(X509)* others = sk_X509_new_null();
  for (std::size_t i = 1; i < chain.size(); ++i) {
    owned.push_back(to_openssl(chain[i]));
    sk_X509_push(others, owned.back().get());
  }
  const OwnedCertificate leaf = to_openssl(chain.front());
  const OwnedContext context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), others);
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), base::to_unix_seconds(test_now()));
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  const bool found = X509_verify_cert(context.get()) == 1;
  sk_X509_free(others);
  return found;
}

// Authorities that share few names and few keys, so that many paths lead up from one leaf and most of them end nowhere.
class Thicket {
 public:
  explicit Thicket(std::mt19937& random) : random_(random) {
    for (int i = 0; i < 5; ++i) keys_.push_back(*generate_ec_p256_key());
    for (int i = 0; i < 2; ++i) {
      PrivateKey& key = keys_[pick(keys_.size())];
      roots_.push_back(*issue_root(some_authority("Root " + std::to_string(pick(2))), key));
      made_.push_back({roots_.back(), &key, made_.size()});
    }
    for (int i = 0; i < 6; ++i) {
      const std::size_t above = pick(made_.size());
      const Made issuer = made_[above];
      PrivateKey& key = keys_[pick(keys_.size())];
      const std::string name = "Authority " + std::to_string(pick(3));
      made_.push_back({*issue_intermediate(some_authority(name), key, {issuer.certificate, *issuer.key}), &key, above});
    }
    leaf_issuer_ = 2 + pick(made_.size() - 2);
    const Made issuer = made_[leaf_issuer_];
    leaf_key_ = &keys_[pick(keys_.size())];
    leaf_ = *issue_leaf(server({"live.example.com"}), *leaf_key_, {issuer.certificate, *issuer.key});
  }

  // The leaf, mostly the authorities above it in order, and some others in any order.
  std::vector<Certificate> some_upload() {
    std::vector<Certificate> chain{*leaf_};
    std::vector<std::size_t> rest(made_.size());
    std::iota(rest.begin(), rest.end(), std::size_t{0});
    if (pick(4) > 0) {
      for (std::size_t i = leaf_issuer_; i >= roots_.size(); i = made_[i].issuer) {
        chain.push_back(made_[i].certificate);
        std::erase(rest, i);
      }
    }
    std::ranges::shuffle(rest, random_);
    for (std::size_t i = 0, count = pick(2) * pick(rest.size()); i < count; ++i)
      chain.push_back(made_[rest[i]].certificate);
    return chain;
  }
  const std::vector<Certificate>& roots() const { return roots_; }
  const PrivateKey& leaf_key() const { return *leaf_key_; }

 private:
  struct Made {
    Certificate certificate;
    PrivateKey* key;
    std::size_t issuer;  // its place in made_
  };

  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }

  AuthorityProfile some_authority(std::string name) {
    AuthorityProfile profile = authority(std::move(name));
    if (pick(8) == 0) profile.not_after = before_now(1);
    if (pick(8) == 0) profile.permitted_dns = {"example.org"};
    if (pick(8) == 0) profile.path_length = 0;
    return profile;
  }

  std::mt19937& random_;
  std::vector<PrivateKey> keys_;
  std::vector<Certificate> roots_;
  std::vector<Made> made_;
  std::size_t leaf_issuer_ = 0;
  PrivateKey* leaf_key_ = nullptr;
  std::optional<Certificate> leaf_;
};

// Of several trusted roots with one name OpenSSL tries only one, and the uploader cannot choose which.
bool openssl_follows_to_some(const std::vector<Certificate>& chain, const std::vector<Certificate>& roots) {
  return std::ranges::any_of(roots, [&](const Certificate& root) { return openssl_finds_path(chain, {root}); });
}

std::set<std::string> ids_of(const ValidationReport& report) {
  std::set<std::string> ids;
  for (const Finding& finding : report.findings()) ids.insert(finding.id);
  return ids;
}

TEST(Paths, AreFoundWhereverOpenSslFindsOneAndNoTwoFindingsContradict) {
  std::mt19937 random(20261129);
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 200; ++round) {
    Thicket thicket(random);
    const RootSet roots(thicket.roots());
    for (int i = 0; i < 3; ++i) {
      const std::vector<Certificate> chain = thicket.some_upload();
      for (const bool demanded : {true, false}) {
        Policy policy{.now = test_now()};
        (demanded ? policy.required_roots : policy.known_roots) = &roots;
        FixedSource source;
        const auto judgement = judge(chain_text(chain), key_text(thicket.leaf_key()), policy, source);
        ASSERT_TRUE(judgement);
        const std::set<std::string> ids = ids_of(judgement->report);
        const std::string told = "round " + std::to_string(round) + ": " + judgement->report.message();
        EXPECT_NE(judgement->accepted.has_value(), judgement->report.has_errors()) << told;
        EXPECT_EQ(find_contradiction(judgement->report), "") << told;
        if (!demanded) continue;
        const bool reachable = openssl_finds_path(chain, thicket.roots());
        EXPECT_FALSE(reachable && ids.contains("no-path-to-required-root")) << told;
        if (judgement->accepted) {
          EXPECT_TRUE(openssl_follows_to_some(judgement->accepted->certificates, thicket.roots())) << told;
        }
        ++(judgement->accepted ? accepted : refused);
      }
    }
  }
  EXPECT_GE(accepted, 50);
  EXPECT_GE(refused, 50);
}

// Ten variants of one authority, each of which may have issued every other.
TEST(Paths, OfATangleAreTriedWithinTheBudget) {
  const PrivateKey key = *generate_ec_p256_key();
  const Certificate first = *issue_root(authority("Twin"), key);
  std::vector<Certificate> chain{*issue_leaf(server({"live.example.com"}), key, {first, key})};
  // None of them ends the search: another key signed the one that seems to have issued them all.
  for (int i = 0; i < 9; ++i) {
    AuthorityProfile profile = authority("Twin");
    profile.path_length = i;
    chain.push_back(*issue_intermediate(profile, key, {first, key}));
  }
  FixedSource source;
  const RootSet roots({make_root(authority("Elsewhere")).certificate});
  const Policy policy{.now = test_now(), .required_roots = &roots};
  const auto judgement = judge(chain_text(chain), key_text(key), policy, source);
  ASSERT_TRUE(judgement);
  EXPECT_FALSE(judgement->accepted);
  EXPECT_LE(judgement->work.steps(), WorkBudget::kPathSteps);
  EXPECT_LE(judgement->work.signature_microseconds(), WorkBudget::kSignatureMicroseconds);
}

struct Constrained {
  std::vector<Certificate> chain;
  std::string key;
};

// A leaf with this many names below an authority with this many constraints.
Constrained make_constrained(std::size_t names, std::size_t constraints) {
  AuthorityProfile profile = authority("Constrained");
  for (std::size_t i = 0; i < constraints; ++i) profile.permitted_dns.push_back("c" + std::to_string(i) + ".example");
  const Identity root = make_root(profile);
  std::vector<std::string> dns_names;
  for (std::size_t i = 0; i < names; ++i) dns_names.push_back("n" + std::to_string(i) + ".c0.example");
  const Identity leaf = make_leaf(server(std::move(dns_names)), root);
  return {{leaf.certificate, root.certificate}, key_text(leaf.key)};
}

TEST(WorkBudgets, AreFarFromSpentByAHundredNamesUnderAHundredConstraints) {
  const Constrained upload = make_constrained(100, 100);
  FixedSource source;
  const auto judgement = judge(chain_text(upload.chain), upload.key, Policy{.now = test_now()}, source);
  EXPECT_TRUE(judgement->accepted) << judgement->report.message();
  EXPECT_LT(judgement->work.comparisons(), WorkBudget::kNameComparisons / 5);
}

TEST(WorkBudgets, CountTheCheckOfPolicies) {
  const auto without = load_case("good-ecdsa-p256").judge_it();
  const auto with = load_case("good-policy-demanded").judge_it();
  ASSERT_TRUE(without && with);
  EXPECT_GE(with->work.signature_microseconds(), without->work.signature_microseconds() + 300);
}

TEST(WorkBudgets, CountPoliciesByTheirSquare) {
  const auto hundred = load_case("good-policies-hundred").judge_it();
  ASSERT_TRUE(hundred && hundred->accepted);
  EXPECT_GE(hundred->work.signature_microseconds(), 2 * (8 * 100 + 100 * 100 / 100));
  const auto many = load_case("chain-policies-too-many").judge_it();
  ASSERT_TRUE(many);
  EXPECT_EQ(ids_of(many->report), std::set<std::string>({"too-costly-to-judge"}));
  EXPECT_LE(many->work.signature_microseconds(), WorkBudget::kSignatureMicroseconds);
  // Policies that were not counted are not checked.
  const auto uncounted = load_case("chain-policies-in-ber").judge_it();
  ASSERT_TRUE(uncounted);
  EXPECT_LT(uncounted->work.signature_microseconds(), 300);
}

// A path costs a step for each certificate that is tried, and one for each that is compared with other paths.
TEST(WorkBudgets, CountEachPathThatIsCompared) {
  const Identity above = make_intermediate(authority("Above"), make_root(authority("Root")));
  const PrivateKey key = *generate_ec_p256_key();
  std::vector<Certificate> variants;
  for (int i = 0; i < 2; ++i) variants.push_back(*issue_intermediate(authority("Twin"), key, above.as_issuer()));
  const PrivateKey leaf_key = *generate_ec_p256_key();
  const Certificate leaf = *issue_leaf(server({"live.example.com"}), leaf_key, {variants.front(), key});
  FixedSource source;
  const auto judgement =
      judge(chain_text({leaf, variants[0], variants[1]}), key_text(leaf_key), Policy{.now = test_now()}, source);
  ASSERT_TRUE(judgement->accepted) << judgement->report.message();
  EXPECT_EQ(judgement->work.steps(), 2U + 2U * 2U);
}

// Two authorities that issued each other, five times: there are more paths up than can be tried. If the first one is
// good, the others are not needed.
TEST(WorkBudgets, AreNotExceededByPathsThatNobodyNeeds) {
  const PrivateKey a_key = *generate_ec_p256_key();
  const PrivateKey b_key = *generate_ec_p256_key();
  const Certificate a = *issue_root(authority("A"), a_key);
  const Certificate b = *issue_root(authority("B"), b_key);
  const PrivateKey leaf_key = *generate_ec_p256_key();
  // None of them is the only one, and each has a warning, so the search goes on.
  std::vector<Certificate> chain{*issue_leaf(server({"live.example.com"}), leaf_key, {a, a_key})};
  for (int i = 0; i < 4; ++i) {
    AuthorityProfile profile = authority("A");
    profile.not_after = after_now(70);
    chain.push_back(*issue_intermediate(profile, a_key, {b, b_key}));
    profile.common_name = "B";
    chain.push_back(*issue_intermediate(profile, b_key, {a, a_key}));
  }
  FixedSource source;
  for (const Certificate& root : {b, make_root(authority("Elsewhere")).certificate}) {
    const RootSet roots({root});
    const auto judgement =
        judge(chain_text(chain), key_text(leaf_key), Policy{.now = test_now(), .required_roots = &roots}, source);
    ASSERT_TRUE(judgement);
    EXPECT_TRUE(judgement->work.has_untried_paths());
    EXPECT_EQ(judgement->accepted.has_value(), root == b) << judgement->report.message();
    EXPECT_EQ(judgement->report.has("too-costly-to-judge"), root != b);
    EXPECT_LE(judgement->work.steps(), WorkBudget::kPathSteps);
  }
}

TEST(WorkBudgets, LimitTheValuesOfAllCertificatesTogether) {
  // Each of the two is within the limit.
  const Constrained upload = make_constrained(4000, 5300);
  for (const Certificate& each : upload.chain) EXPECT_TRUE(Certificate::parse(each.der(), Certificate::kMaxParts));
  FixedSource source;
  const auto judgement = judge(chain_text(upload.chain), upload.key, Policy{.now = test_now()}, source);
  ASSERT_TRUE(judgement);
  EXPECT_EQ(to_corpus_form(judgement->report), std::vector<std::string>({"error too-costly-to-judge certificates:2"}));
  // A chain is not completed to one that could not be uploaded again.
  FixedSource knowing({upload.chain.back()});
  const auto completed = judge(chain_text({upload.chain.front()}), upload.key, Policy{.now = test_now()}, knowing);
  ASSERT_TRUE(completed->accepted) << completed->report.message();
  EXPECT_TRUE(completed->report.has("chain-incomplete"));
}

TEST(WorkBudgets, LookForAWildcardInEachPairOnce) {
  const CorpusCase upload = load_case("warn-wildcard-over-excluded-name");
  const auto blocks = scan_pem(upload.certificates_pem, 2);
  const Certificate leaf = *Certificate::parse(blocks[0].der);
  const Certificate issuer = *Certificate::parse(blocks[1].der);
  WorkBudget budget;
  NameConstraintChecker names(budget);
  const auto first = names.wildcard_over_excluded(leaf, issuer);
  EXPECT_TRUE(first.has_value());
  const std::size_t once = budget.comparisons();
  EXPECT_GT(once, 0U);
  EXPECT_EQ(names.wildcard_over_excluded(leaf, issuer), first);
  EXPECT_EQ(budget.comparisons(), once);
}

TEST(WorkBudgets, EndTheComparisonOfNamesWithOneFindingThatSaysSo) {
  const Constrained upload = make_constrained(1500, 1500);
  FixedSource source;
  const auto judgement = judge(chain_text(upload.chain), upload.key, Policy{.now = test_now()}, source);
  ASSERT_TRUE(judgement);
  EXPECT_FALSE(judgement->accepted);
  EXPECT_LE(judgement->work.comparisons(), WorkBudget::kNameComparisons);
  EXPECT_EQ(ids_of(judgement->report), std::set<std::string>({"too-costly-to-judge"}));
  EXPECT_THAT(judgement->report.message(), HasSubstr("take more work to judge"));
}

// The same pair costs once, however many paths go through it.
TEST(WorkBudgets, CompareEachPairOnce) {
  const Constrained upload = make_constrained(50, 20);
  WorkBudget budget;
  NameConstraintChecker names(budget);
  const auto first = names.check(upload.chain[0], upload.chain[1]);
  const std::size_t once = budget.comparisons();
  EXPECT_GT(once, 0U);
  EXPECT_EQ(names.check(upload.chain[0], upload.chain[1]), first);
  EXPECT_EQ(budget.comparisons(), once);
}

TEST(WorkBudgets, CoverSignaturesOfEveryPairOnce) {
  const Identity root = make_root(authority("Root"));
  const Identity leaf = make_leaf(server({"live.example.com"}), root);
  WorkBudget budget;
  SignatureChecker checker(nullptr, budget);
  EXPECT_EQ(checker.check(leaf.certificate, root.certificate), SignatureState::kValid);
  const auto once = budget.signature_microseconds();
  EXPECT_GT(once, 0);
  EXPECT_EQ(checker.check(leaf.certificate, root.certificate), SignatureState::kValid);
  EXPECT_EQ(budget.signature_microseconds(), once);
}

}  // namespace
}  // namespace livecert::x509
