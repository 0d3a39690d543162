#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/id_clock.h"
#include "service/jumping_clock.h"
#include "service/list_certs.h"
#include "service/list_versions.h"
#include "service/rollback_cert.h"
#include "support/create_cert.h"
#include "support/test_service.h"

// The clock says anything: the order of commits alone decides which version is newest, which one an update replaces and
// which ones are removed.
namespace livecert::service {
namespace {

using std::chrono::days;

class Clocks : public testing::Test {
 protected:
  Clocks() { restart(); }

  // Does the same as a process that starts again: only the store knows what was before.
  void restart() {
    const auto largest = below_.store().ask(&store::Snapshot::largest_version);
    ASSERT_TRUE(largest);
    id_clock_ = std::make_unique<IdClock>(clock_, *largest);
    ids_ = std::make_unique<IdSource>(*id_clock_, random_, 0);
    const Services& base = below_.services();
    services_ = std::make_unique<Services>(
        Services{base.store, base.vault, clock_, random_, *ids_, base.callers, base.issuers, {.keep_versions = 3}});
  }
  [[nodiscard]] Context context() const {
    Context context;
    context.caller = {*base::AccountId::parse(below_.root_account()), true, below_.root().access_key_id, {}};
    context.action = "Test";
    context.at = clock_.now();
    context.deadline = below_.services().clock.steady_now() + std::chrono::hours(1);
    return context;
  }
  // Uploads a certificate that is valid at all times of these tests. Returns the ChainID.
  std::string upload(const std::optional<std::string>& chain = std::nullopt) {
    test::Pki::Leaf leaf{.dns_names = {"a.example"}};
    leaf.not_before = *base::parse_basic_time("20260301T000000Z");
    leaf.not_after = *base::parse_basic_time("20340701T000000Z");
    const test::PemPair pair = below_.pki().upload(leaf);
    CreateCertInput input;
    input.chain_id = chain;
    input.certificates_pem = pair.certificates;
    input.private_key_pem = pair.key;
    const auto output = test::create_cert(*services_, context(), input);
    EXPECT_TRUE(output) << output.error().message << output.error().detail;
    return output ? output->chain.to_string() : "";
  }
  [[nodiscard]] std::vector<base::CertId> versions(const std::string& chain) const {
    std::vector<base::CertId> ids;
    const auto listed = list_versions(*services_, context(), chain);
    EXPECT_TRUE(listed);
    if (!listed) return ids;
    for (const CertVersion& version : listed->versions) ids.push_back(version.summary.id);
    return ids;
  }
  [[nodiscard]] base::CertId current(const std::string& chain) const {
    return below_.store().ask(&store::Snapshot::find_chain, *base::ChainId::parse(chain))->value().summary.current;
  }
  // Without a version named.
  [[nodiscard]] std::optional<base::CertId> roll_back(const std::string& chain) const {
    const auto output = rollback_cert(*services_, context(), chain, std::nullopt);
    return output ? std::optional(output->current) : std::nullopt;
  }

  mutable test::TestService below_;
  test::JumpingClock clock_{below_.clock().now()};
  crypto::SystemRandom random_;
  std::unique_ptr<IdClock> id_clock_;
  std::unique_ptr<IdSource> ids_;
  std::unique_ptr<Services> services_;
};

// The fault behind these tests: after one update while the clock ran ahead, every later one counted as older.
TEST_F(Clocks, AnUpdateUnderAClockAheadIsReplacedByTheNextOne) {
  const std::string chain = upload();
  const base::CertId first = current(chain);
  clock_.set_by(days(365));
  restart();
  upload(chain);
  const base::CertId ahead = current(chain);
  clock_.set_by(-days(365));
  restart();
  upload(chain);
  const base::CertId right = current(chain);
  EXPECT_EQ(versions(chain), (std::vector{right, ahead, first}));
  EXPECT_EQ(roll_back(chain), ahead);
  EXPECT_EQ(roll_back(chain), first);
  upload(chain);
  EXPECT_EQ(versions(chain), (std::vector{current(chain), right, ahead})) << "the oldest one went";
}

// Jumps, restarts, updates and rollbacks in any order, compared with a list of all commits.
TEST_F(Clocks, HistoryIsTheOrderOfCommits) {
  std::mt19937 random(20261129);
  const auto any = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const base::Time begin = clock_.now();
  std::vector<std::string> chains;                           // oldest first
  std::map<std::string, std::vector<base::CertId>> history;  // oldest first
  std::map<std::string, base::CertId> currents;
  for (int step = 0; step < 120; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    if (any(2) == 0) clock_.set_by(begin - clock_.now() + days(any(2900) - 90));
    if (any(3) == 0) restart();
    if (chains.size() < 2 || any(10) == 0) {
      chains.push_back(upload());
      currents[chains.back()] = current(chains.back());
      history[chains.back()] = {current(chains.back())};
    }
    const std::string& chain = chains[static_cast<std::size_t>(any(static_cast<int>(chains.size())))];
    std::vector<base::CertId>& kept = history[chain];
    if (any(3) > 0) {
      upload(chain);
      currents[chain] = current(chain);
      ASSERT_EQ(std::ranges::find(kept, currents[chain]), kept.end());
      kept.push_back(currents[chain]);
      if (kept.size() > 3) kept.erase(kept.begin());
    } else {
      const auto at = std::ranges::find(kept, currents[chain]);
      const auto rolled = roll_back(chain);
      if (at == kept.begin()) {
        EXPECT_EQ(rolled, std::nullopt);
      } else {
        EXPECT_EQ(rolled, *std::prev(at));
        currents[chain] = *std::prev(at);
      }
    }
    EXPECT_EQ(versions(chain), std::vector(kept.rbegin(), kept.rend()));
    EXPECT_EQ(current(chain), currents[chain]);
    if (HasFailure()) return;
  }
  store::ChainFilter filter;
  filter.account = context().caller.account;
  std::vector<std::string> listed;
  const auto page = below_.store().ask(&store::Snapshot::list_chains, filter, {}, 0, 1000);
  ASSERT_TRUE(page);
  for (const domain::ChainSummary& chain : page->chains) listed.push_back(chain.id.to_string());
  EXPECT_EQ(listed, std::vector(chains.rbegin(), chains.rend())) << "newest first";
}

}  // namespace
}  // namespace livecert::service
