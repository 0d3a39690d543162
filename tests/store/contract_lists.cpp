#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <thread>

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

std::vector<std::string> names(const ChainPage& page) {
  std::vector<std::string> names;
  for (const auto& chain : page.chains) names.push_back(chain.name);
  return names;
}

using Names = std::vector<std::string>;

class ListContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    filter.account = kRoot;
    filter.now = kNow;
  }

  void put(std::uint64_t number, const std::string& name, base::Time not_after,
           const std::string& project = "default") {
    PutVersion command = creation(number);
    command.name = name;
    command.project = project;
    command.content.not_after = not_after;
    ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  }
  ChainPage list(std::int64_t skip = 0, std::int64_t limit = 100) {
    return read(store->ask(&Snapshot::list_chains, filter, {}, skip, limit));
  }

  ChainFilter filter;
};

TEST_P(ListContract, IsEmptyWithoutChains) {
  EXPECT_TRUE(list().chains.empty());
  EXPECT_FALSE(list().next);
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 0);
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).closing, 0);
}

TEST_P(ListContract, ShowsTheNewestFirst) {
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(update(chain_id(1), 4)).kind, OutcomeKind::kDone);
  const ChainPage page = list();
  EXPECT_EQ(names(page), (Names{"name-3", "name-2", "name-1"})) << "an update does not move a chain";
  EXPECT_EQ(page.chains[2].current, base::CertId(4));
  EXPECT_EQ(page.chains[2].id, chain_id(1));
}

TEST_P(ListContract, FollowsCursorsToTheEndWhileChainsArrive) {
  for (std::uint64_t i = 1; i <= 7; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  const ChainPage first = read(store->ask(&Snapshot::list_chains, filter, {}, 0, 3));
  EXPECT_EQ(names(first), (Names{"name-7", "name-6", "name-5"}));
  ASSERT_TRUE(first.next);
  ASSERT_EQ(submit(creation(8)).kind, OutcomeKind::kDone);
  const ChainPage second = read(store->ask(&Snapshot::list_chains, filter, *first.next, 0, 3));
  EXPECT_EQ(names(second), (Names{"name-4", "name-3", "name-2"}));
  ASSERT_TRUE(second.next);
  const ChainPage third = read(store->ask(&Snapshot::list_chains, filter, *second.next, 0, 3));
  EXPECT_EQ(names(third), (Names{"name-1"}));
  EXPECT_FALSE(third.next);
}

TEST_P(ListContract, APageThatEndsTheListSaysSo) {
  for (std::uint64_t i = 1; i <= 4; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  EXPECT_FALSE(list(0, 4).next);
  EXPECT_TRUE(list(0, 3).next);
  EXPECT_EQ(names(list(2, 2)), (Names{"name-2", "name-1"}));
  EXPECT_FALSE(list(2, 2).next);
  EXPECT_TRUE(list(4, 2).chains.empty()) << "past the end";
  EXPECT_FALSE(list(4, 2).next);
  EXPECT_TRUE(list(1'000'000, 2).chains.empty());
  EXPECT_EQ(list(0, std::numeric_limits<std::int64_t>::max()).chains.size(), 4U);
}

TEST_P(ListContract, ShowsOneAccountOnly) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_EQ(store->submit(context_of(kOther), creation(2)).wait().kind, OutcomeKind::kDone);
  EXPECT_EQ(names(list()), (Names{"name-1"}));
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 1);
  filter.account = base::AccountId(2100000009);
  EXPECT_TRUE(list().chains.empty());
}

TEST_P(ListContract, FiltersByProjects) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(CreateProject{{kRoot, "vod", kNow}}).kind, OutcomeKind::kDone);
  put(1, "a", kNow, "default");
  put(2, "b", kNow, "live");
  put(3, "c", kNow, "vod");
  filter.projects = {"live"};
  EXPECT_EQ(names(list()), (Names{"b"}));
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 1);
  filter.projects = {"vod", "nowhere", "default"};
  EXPECT_EQ(names(list()), (Names{"c", "a"}));
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 2);
  filter.projects = {"nowhere"};
  EXPECT_TRUE(list().chains.empty());
  filter.projects = {"LIVE"};
  EXPECT_TRUE(list().chains.empty()) << "project names are exact";
}

TEST_P(ListContract, FiltersByPartOfTheName) {
  put(1, "Live_100%", kNow);
  put(2, "liveX100 percent", kNow);
  put(3, "\xc3\x84rger", kNow);
  filter.name_contains = "LIVE";
  EXPECT_EQ(names(list()), (Names{"liveX100 percent", "Live_100%"}));
  filter.name_contains = "live_";
  EXPECT_EQ(names(list()), (Names{"Live_100%"})) << "an underscore is an underscore";
  filter.name_contains = "%";
  EXPECT_EQ(names(list()), (Names{"Live_100%"}));
  filter.name_contains = "\xc3\xa4";
  EXPECT_TRUE(list().chains.empty()) << "only ASCII letters have two cases";
  filter.name_contains = "\xc3\x84R";
  EXPECT_EQ(names(list()), (Names{"\xc3\x84rger"}));
  filter.name_contains = "' OR 1=1 --";
  EXPECT_TRUE(list().chains.empty());
  filter.name_contains = "";
  EXPECT_EQ(list().chains.size(), 3U);
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 3);
}

TEST_P(ListContract, FiltersAndCountsByExpiry) {
  put(1, "past", kNow - std::chrono::microseconds(1));
  put(2, "this instant", kNow);
  put(3, "in 30 days", kNow + domain::kClosingWindow);
  put(4, "later", kNow + domain::kClosingWindow + std::chrono::microseconds(1));
  ChainCounts counts = read(store->ask(&Snapshot::count_chains, filter));
  EXPECT_EQ(counts.total, 4);
  EXPECT_EQ(counts.expired, 1);
  EXPECT_EQ(counts.active, 3);
  EXPECT_EQ(counts.closing, 2);
  filter.expired = true;
  EXPECT_EQ(names(list()), (Names{"past"}));
  counts = read(store->ask(&Snapshot::count_chains, filter));
  EXPECT_EQ(counts.total, 1);
  EXPECT_EQ(counts.active, 3) << "the other numbers do not depend on this filter";
  filter.expired = false;
  EXPECT_EQ(names(list()), (Names{"later", "in 30 days", "this instant"}));
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 3);
}

TEST_P(ListContract, FiltersCombine) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  for (std::uint64_t i = 1; i <= 40; ++i) {
    put(i, i % 2 == 0 ? "even" : "odd", kNow + std::chrono::days(i % 5 == 0 ? -1 : 1), i % 4 == 0 ? "live" : "default");
  }
  filter.projects = {"live"};
  filter.name_contains = "EVEN";
  filter.expired = false;
  const ChainPage page = list(1, 3);
  ASSERT_EQ(page.chains.size(), 3U);
  EXPECT_EQ(page.chains[0].id, chain_id(32)) << "36 is the first and was skipped; 40 has expired";
  EXPECT_EQ(page.chains[2].id, chain_id(24));
  ASSERT_TRUE(page.next);
  EXPECT_EQ(read(store->ask(&Snapshot::list_chains, filter, *page.next, 0, 1)).chains.at(0).id, chain_id(16));
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 8);
}

TEST_P(ListContract, ShowsTheNewValidityAfterAnUpdate) {
  put(1, "a", kNow - std::chrono::days(1));
  ASSERT_EQ(submit(update(chain_id(1), 2)).kind, OutcomeKind::kDone);
  EXPECT_EQ(list().chains.at(0).not_after, content(2).not_after);
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).expired, 0);
}

TEST_P(ListContract, CountsWhatItListsAfterAnyHistory) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  std::mt19937 random(7);
  const auto any = [&](int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); };
  for (std::uint64_t number = 1; number <= 120; ++number) {
    PutVersion command = number <= 10 || any(2) == 0
                             ? creation(number)
                             : update(chain_id(static_cast<std::uint64_t>(1 + any(10))), number);
    if (number > 10 && any(4) == 0) command.content = content(static_cast<std::uint64_t>(1 + any(10)));
    if (any(2) == 0) command.project = any(2) == 0 ? "live" : "default";
    command.content.not_after =
        kNow + std::chrono::hours(any(40 * 24) - 5 * 24) + std::chrono::microseconds(any(3) - 1);
    const OutcomeKind kind = submit(command).kind;
    ASSERT_TRUE(kind == OutcomeKind::kDone || kind == OutcomeKind::kConverged);
  }
  for (const std::vector<std::string>& projects : {Names{}, Names{"live"}, Names{"live", "default", "none"}}) {
    for (const auto moved : {-6 * 24, -25, -1, 0, 1, 7 * 24, 100 * 24}) {
      filter.projects = projects;
      filter.now = kNow + std::chrono::hours(moved);
      filter.expired.reset();
      const auto all = list(0, 1000).chains;
      const auto within = [&](base::Time first, base::Time last) {
        return std::count_if(all.begin(), all.end(),
                             [&](const auto& chain) { return chain.not_after >= first && chain.not_after <= last; });
      };
      const ChainCounts counts = read(store->ask(&Snapshot::count_chains, filter));
      EXPECT_EQ(counts.total, static_cast<std::int64_t>(all.size()));
      EXPECT_EQ(counts.closing, within(filter.now, filter.now + domain::kClosingWindow));
      EXPECT_EQ(counts.active, within(filter.now, base::Time::max()));
      EXPECT_EQ(counts.expired, counts.total - counts.active);
      filter.expired = true;
      EXPECT_EQ(counts.expired, static_cast<std::int64_t>(list(0, 1000).chains.size()));
      filter.expired = false;
      EXPECT_EQ(counts.active, static_cast<std::int64_t>(list(0, 1000).chains.size()));
    }
  }
}

// 5,000 chains of two accounts with gaps between them; every page of every size must be the same part of the whole
// list.
TEST_P(ListContract, PagesAtAnyDepthAreWhereTheWholeListHasThem) {
  constexpr std::uint64_t kChains = 5000;
  std::vector<std::thread> uploaders;
  for (std::uint64_t i = 0; i < 16; ++i) {
    uploaders.emplace_back([&, i] {
      for (std::uint64_t number = i + 1; number <= kChains; number += 16) {
        const Context by = context_of(number % 3 == 0 ? kOther : kRoot);
        EXPECT_EQ(store->submit(by, creation(number)).wait().kind, OutcomeKind::kDone);
      }
    });
  }
  for (std::thread& uploader : uploaders) uploader.join();
  const auto expect_pages = [&] {
    const auto all = read(store->ask(&Snapshot::list_chains, filter, {}, 0, kChains)).chains;
    ASSERT_EQ(static_cast<std::int64_t>(all.size()), read(store->ask(&Snapshot::count_chains, filter)).total);
    const auto expect_page = [&](std::size_t skip, std::size_t limit) {
      const ChainPage page = list(static_cast<std::int64_t>(skip), static_cast<std::int64_t>(limit));
      const std::size_t left = all.size() - std::min(skip, all.size());
      ASSERT_EQ(page.chains.size(), std::min(limit, left)) << "after " << skip;
      for (std::size_t i = 0; i < page.chains.size(); ++i) ASSERT_EQ(page.chains[i].id, all[skip + i].id);
      ASSERT_EQ(page.next.has_value(), left > limit) << "after " << skip;
    };
    for (std::size_t skip = 0; skip <= all.size() + 101; skip += 101) expect_page(skip, 101);
    expect_page(all.size() - 1, 1);
    expect_page(all.size(), 1);
  };
  expect_pages();
  // Gaps of all sizes, some of them wider than one counted block.
  std::mt19937 random(11);
  for (std::uint64_t number = 1; number <= kChains; ++number) {
    const bool in_hole = (number > 1200 && number < 4000) || random() % 5 == 0;
    if (number % 3 == 0 || !in_hole) continue;
    ASSERT_EQ(submit(DeleteChain{chain_id(number), {}}).kind, OutcomeKind::kDone);
  }
  expect_pages();
  filter.account = kOther;
  expect_pages();
}

TEST_P(ListContract, OpensAListWithWhatCountingAndListingSay) {
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  std::mt19937 random(5);
  const auto any = [&](int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); };
  for (std::uint64_t i = 1; i <= 90; ++i) {
    put(i, any(2) == 0 ? "even-" + std::to_string(i) : "Odd", kNow + std::chrono::days(i % 20 == 0 ? 50 : any(80) - 20),
        any(3) == 0 ? "live" : "default");
  }
  ASSERT_EQ(submit(CreateDomains{{{live_domain("one.example.net"), std::nullopt}}}).kind, OutcomeKind::kDone);
  for (const std::uint64_t number : {20U, 40U}) {  // the second one supersedes the first
    ASSERT_EQ(submit(bind_of(number, "one.example.net", {"one.example.net"})).kind, OutcomeKind::kDone);
  }
  for (int round = 0; round < 400; ++round) {
    filter = {};
    filter.account = kRoot;
    filter.now = kNow;
    if (any(3) == 0) filter.projects = {any(2) == 0 ? "live" : "default"};
    if (any(3) == 0)
      filter.name_contains = std::array{"EVEN", "d", "-1", "nothing", ""}[static_cast<std::size_t>(any(5))];
    if (any(3) == 0) filter.expired = any(2) == 0;
    if (any(4) == 0) filter.superseded = any(2) == 0;
    if (any(4) == 0) filter.expires_before = kNow + std::chrono::days(any(60) - 10);
    if (any(4) == 0) filter.ends_before = kNow + std::chrono::days(any(60) - 10);
    if (any(4) == 0) filter.bound_only = true;
    if (any(8) == 0) filter.domain = any(2) == 0 ? "one.example.net" : "two.example.net";
    if (any(8) == 0) filter.id_prefix = chain_id(static_cast<std::uint64_t>(1 + any(90))).to_string().substr(0, 16);
    const std::int64_t skip = any(2) == 0 ? 0 : any(100);
    const std::int64_t limit = 1 + any(40);
    const CountedPage opened = read(store->ask(&Snapshot::open_list, filter, skip, limit));
    const ChainCounts counts = read(store->ask(&Snapshot::count_chains, filter));
    EXPECT_EQ(opened.counts.total, counts.total);
    EXPECT_EQ(opened.counts.active, counts.active);
    EXPECT_EQ(opened.counts.expired, counts.expired);
    EXPECT_EQ(opened.counts.closing, counts.closing);
    const ChainPage page = list(skip, limit);
    ASSERT_EQ(opened.page.chains.size(), page.chains.size());
    for (std::size_t i = 0; i < page.chains.size(); ++i) {
      EXPECT_EQ(opened.page.chains[i].id, page.chains[i].id);
      EXPECT_EQ(opened.page.chains[i].domains, page.chains[i].domains);
    }
    ASSERT_EQ(opened.page.next.has_value(), page.next.has_value());
    if (page.next) {
      EXPECT_EQ(opened.page.next->position, page.next->position);
    }
  }
}

// An issuer that ends before the leaf ends the whole chain.
TEST_P(ListContract, FindsWhatEndsByTheWholeChain) {
  const base::Time early = kNow + std::chrono::days(5);
  const auto put_early = [&](PutVersion command) {
    command.dns_names = {"one.example.net"};
    command.content.ends_early = early;
    ASSERT_EQ(submit(std::move(command)).kind, OutcomeKind::kDone);
  };
  put_early(creation(1));
  put(2, "leaf", kNow + std::chrono::days(7));
  put(3, "late", kNow + std::chrono::days(70));
  ASSERT_EQ(submit(CreateDomains{{{live_domain("one.example.net"), std::nullopt}}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(bind_of(1, "one.example.net", {"one.example.net"})).kind, OutcomeKind::kDone);
  const auto found = [&](int days, const auto& narrow) {
    filter.ends_before = kNow + std::chrono::days(days);
    narrow(filter);
    std::vector<base::Time> ends;
    for (const auto& chain : list().chains) ends.push_back(chain.ends_at);
    EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, static_cast<std::int64_t>(ends.size()));
    return ends;
  };
  using Ends = std::vector<base::Time>;
  const auto all = [](ChainFilter& /*filter*/) {};
  EXPECT_EQ(found(4, all), Ends());
  EXPECT_EQ(found(6, all), Ends{early});
  EXPECT_EQ(found(10, all), (Ends{kNow + std::chrono::days(7), early}));
  EXPECT_EQ(found(10, [](ChainFilter& f) { f.name_contains = ""; }).size(), 2U);
  EXPECT_EQ(found(10, [](ChainFilter& f) { f.account = kOther; }), Ends());
  EXPECT_EQ(found(10,
                  [](ChainFilter& f) {
                    f.account = kRoot;
                    f.name_contains.reset();
                    f.bound_only = true;
                  }),
            Ends{early});
  const auto detail = read(store->ask(&Snapshot::find_chain, chain_id(1)));
  EXPECT_EQ(detail->summary.ends_at, early);
  EXPECT_EQ(detail->summary.not_after, content(1).not_after) << "the vendor's member stays what it was";
  EXPECT_EQ(read(store->ask(&Snapshot::find_bound, "one.example.net"))->ends_at, early);
  EXPECT_EQ(read(store->ask(&Snapshot::find_content, base::CertId(1)))->ends_early, early);
  PutVersion next = update(chain_id(1), 10);
  next.dns_names = {"one.example.net"};
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  filter.bound_only = false;
  EXPECT_EQ(found(6, all), Ends()) << "the current version counts";
  EXPECT_EQ(read(store->ask(&Snapshot::find_version, base::CertId(1)))->summary.ends_at, early);
  EXPECT_EQ(read(store->ask(&Snapshot::list_versions, chain_id(1))).back().ends_at, early);
  EXPECT_EQ(read(store->ask(&Snapshot::find_bound, "one.example.net"))->ends_at, next.content.not_after);
}

// An id that begins with other digits and another account's chain are left out, whatever other filters there are.
TEST_P(ListContract, APrefixNarrowsEveryOtherFilter) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(creation(2)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(CreateDomains{{{live_domain("one.example.net"), std::nullopt}}}).kind, OutcomeKind::kDone);
  for (const std::uint64_t number : {1U, 2U}) {  // the second one supersedes the first
    ASSERT_EQ(submit(bind_of(number, "one.example.net", {"one.example.net"})).kind, OutcomeKind::kDone);
  }
  const auto found = [&](std::uint64_t number, base::AccountId account, const auto& narrow) {
    filter = {};
    filter.account = account;
    filter.now = kNow;
    filter.id_prefix = chain_id(number).to_string().substr(0, 20);
    narrow(filter);
    return list(0, 10).chains.size();
  };
  const auto by_domain = [](ChainFilter& f) { f.domain = "one.example.net"; };
  const auto by_end = [](ChainFilter& f) { f.expires_before = kNow + std::chrono::days(10000); };
  const auto superseded = [](ChainFilter& f) { f.superseded = true; };
  EXPECT_EQ(found(2, kRoot, by_domain), 1U);
  EXPECT_EQ(found(1, kRoot, by_domain), 0U);
  EXPECT_EQ(found(1, kRoot, by_end), 1U);
  EXPECT_EQ(found(1, kOther, by_end), 0U);
  EXPECT_EQ(found(1, kRoot, superseded), 1U);
  EXPECT_EQ(found(2, kRoot, superseded), 0U);
  EXPECT_EQ(found(1, kOther, superseded), 0U);
  EXPECT_EQ(found(2, kOther, by_domain), 0U);
}

TEST_P(ListContract, ListsTheChainsOfAProjectThatEndTheSoonestFirst) {
  for (const auto& [number, days] : {std::pair(1, 30), std::pair(2, 10), std::pair(3, 20), std::pair(4, 5)}) {
    PutVersion command = creation(static_cast<std::uint64_t>(number));
    command.content.not_after = kNow + std::chrono::days(days);
    ASSERT_EQ(store->submit(context_of(number == 4 ? kOther : kRoot), command).wait().kind, OutcomeKind::kDone);
  }
  const auto ending = [&](int from, int before, std::int64_t limit, const std::string& project = "default") {
    std::vector<std::uint64_t> numbers;
    for (const EndingChain& chain :
         read(store->ask(&Snapshot::list_ending, kRoot, project, kNow + std::chrono::days(from),
                         kNow + std::chrono::days(before), limit))) {
      for (std::uint64_t number = 1; number < 5; ++number) {
        if (chain.chain == chain_id(number)) numbers.push_back(number);
      }
      EXPECT_EQ(chain.version, read(store->ask(&Snapshot::find_chain, chain.chain))->summary.current);
      EXPECT_EQ(chain.ends_at, read(store->ask(&Snapshot::find_chain, chain.chain))->summary.ends_at);
    }
    return numbers;
  };
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(ending(0, 100, 10), (Numbers{2, 3, 1}));
  EXPECT_EQ(ending(0, 100, 2), (Numbers{2, 3}));
  EXPECT_EQ(ending(10, 30, 10), (Numbers{2, 3})) << "from the first time on, before the second";
  EXPECT_EQ(ending(11, 100, 10), (Numbers{3, 1}));
  EXPECT_EQ(ending(0, 100, 10, "none"), Numbers());
}

// What monitoring is told: a chain whose issuer ends first has ended when its issuer has.
TEST_P(ListContract, CountsAndListsTheEndsOfWholeChains) {
  const auto put_ending = [&](std::uint64_t number, int leaf_days, std::optional<int> early_days) {
    PutVersion command = creation(number);
    command.dns_names = {"n" + std::to_string(number) + ".example.net"};
    command.content.not_after = kNow + std::chrono::days(leaf_days);
    if (early_days) command.content.ends_early = kNow + std::chrono::days(*early_days);
    ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
    const domain::DomainName domain = *domain::DomainName::parse(command.dns_names.front());
    ASSERT_EQ(submit(CreateDomains{{{live_domain(domain), std::nullopt}}}).kind, OutcomeKind::kDone);
    ASSERT_EQ(submit(bind_of(number, domain, command.dns_names)).kind, OutcomeKind::kDone);
  };
  put_ending(1, 100, 5);
  put_ending(2, 7, std::nullopt);
  put_ending(3, 200, std::nullopt);
  put_ending(4, 10, 3);
  const auto counts = [&](int days, const std::string& project = "default", base::AccountId account = kRoot) {
    return read(store->ask(&Snapshot::count_ends, account, project, kNow + std::chrono::days(days)));
  };
  EXPECT_EQ(counts(0), (EndCounts{.valid = 1, .closing = 3, .ended = 0}));
  EXPECT_EQ(counts(6), (EndCounts{.valid = 1, .closing = 1, .ended = 2}));
  EXPECT_EQ(counts(8), (EndCounts{.valid = 1, .closing = 0, .ended = 3}));
  EXPECT_EQ(counts(11), (EndCounts{.valid = 1, .closing = 0, .ended = 3})) << "each is counted once";
  EXPECT_EQ(counts(201), (EndCounts{.valid = 0, .closing = 0, .ended = 4}));
  EXPECT_EQ(counts(6, "none"), EndCounts());
  EXPECT_EQ(counts(6, "default", kOther), EndCounts());

  using Days = std::vector<int>;
  const auto ending = [&](int from, int before, std::int64_t limit) {
    Days days;
    for (const EndingChain& chain :
         read(store->ask(&Snapshot::list_ending, kRoot, "default", kNow + std::chrono::days(from),
                         kNow + std::chrono::days(before), limit))) {
      days.push_back(static_cast<int>(std::chrono::duration_cast<std::chrono::days>(chain.ends_at - kNow).count()));
    }
    return days;
  };
  EXPECT_EQ(ending(0, 300, 10), (Days{3, 5, 7, 200}));
  EXPECT_EQ(ending(0, 300, 2), (Days{3, 5}));
  EXPECT_EQ(ending(6, 150, 10), Days{7}) << "neither the ended ones nor the ends of their leaves";
  std::vector<std::string> bound;
  for (const BoundDomain& domain : read(store->ask(&Snapshot::list_bound_by_end, 2)))
    bound.emplace_back(domain.name.view());
  EXPECT_EQ(bound, (std::vector<std::string>{"n4.example.net", "n1.example.net"}));
}

INSTANTIATE_TEST_SUITE_P(Adapters, ListContract, ::testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace livecert::store::testing
