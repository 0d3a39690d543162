#include "x509/path_end.h"

#include <gtest/gtest.h>

#include "x509/hierarchy.h"

// When a chain stops working for clients.
namespace livecert::x509 {
namespace {

AuthorityProfile ending(const std::string& name, int days) {
  AuthorityProfile profile = authority(name);
  profile.not_after = after_now(days);
  return profile;
}

class PathEnd : public testing::Test {
 protected:
  Identity root = make_root(authority("Root"));
  Identity early = make_intermediate(ending("Early", 5), root);
  Identity late = make_intermediate(authority("Late"), root);
};

TEST_F(PathEnd, IsTheLeafsWhereItsIssuersLast) {
  const Identity leaf = make_leaf(server({"a.example.net"}), late);
  EXPECT_EQ(path_end({leaf.certificate, late.certificate}, nullptr), leaf.certificate.not_after());
  EXPECT_EQ(path_end({leaf.certificate}, nullptr), leaf.certificate.not_after());
}

TEST_F(PathEnd, IsThatOfAnIssuerThatEndsFirst) {
  const Identity leaf = make_leaf(server({"a.example.net"}), early);
  const RootSet roots({root.certificate});
  EXPECT_EQ(path_end({leaf.certificate, early.certificate}, nullptr), after_now(5));
  EXPECT_EQ(path_end({leaf.certificate, early.certificate}, &roots), after_now(5));
  const Identity below = make_intermediate(authority("Below"), early);
  const Identity other = make_leaf(server({"a.example.net"}), below);
  EXPECT_EQ(path_end({other.certificate, below.certificate, early.certificate}, &roots), after_now(5));
}

TEST_F(PathEnd, IsNotThatOfAnIssuerThatIsNotNeeded) {
  const Identity leaf = make_leaf(server({"a.example.net"}), late);
  EXPECT_EQ(path_end({leaf.certificate, late.certificate, early.certificate}, nullptr), leaf.certificate.not_after())
      << "nobody's issuer";
  // The same authority twice, cross-signed by a root that ends.
  const Identity old_root = make_root(ending("Old Root", 5));
  AuthorityProfile crossed = ending("Late", 5);
  const Certificate cross = *issue_intermediate(crossed, late.key, old_root.as_issuer());
  EXPECT_EQ(path_end({leaf.certificate, cross, late.certificate}, nullptr), leaf.certificate.not_after());
  EXPECT_EQ(path_end({leaf.certificate, late.certificate, cross}, nullptr), leaf.certificate.not_after());
  EXPECT_EQ(path_end({leaf.certificate, cross}, nullptr), after_now(5));
}

TEST_F(PathEnd, AKnownRootTakesThePlaceOfAnIssuerThatEnds) {
  const Identity leaf = make_leaf(server({"a.example.net"}), late);
  const Identity old_root = make_root(ending("Old Root", 5));
  const Certificate cross = *issue_intermediate(ending("Late", 5), late.key, old_root.as_issuer());
  const RootSet knows_late({late.certificate});
  EXPECT_EQ(path_end({leaf.certificate, cross}, &knows_late), leaf.certificate.not_after());
  // With another key, it is only another authority of the same name.
  const Identity namesake = make_root(authority("Late"));
  const RootSet knows_namesake({namesake.certificate});
  EXPECT_EQ(path_end({leaf.certificate, cross}, &knows_namesake), after_now(5));
}

TEST_F(PathEnd, IsWhatTheJudgeSays) {
  const Identity leaf = make_leaf(server({"a.example.net"}), early);
  Policy policy;
  policy.now = test_now();
  FixedSource nobody;
  const auto judged = judge(chain_text({leaf.certificate, early.certificate}), key_text(leaf.key), policy, nobody);
  ASSERT_TRUE(judged && judged->accepted);
  EXPECT_EQ(judged->accepted->ends_at, after_now(5));
  EXPECT_TRUE(judged->report.has("issuer-ends-first"));
}

}  // namespace
}  // namespace livecert::x509
