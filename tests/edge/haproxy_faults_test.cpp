// The driver and a runtime API that fails on purpose.
#include <array>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "edge/drivers/haproxy_driver.h"
#include "edge/fake_haproxy.h"
#include "edge/orders.h"
#include "support/temporary_directory.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using Fault = FakeHaproxy::Fault;

constexpr const char* kDomain = "live.example.net";

std::string sha1_of(const Ordered& ordered) {
  const base::ByteView der = ordered.leaf().der();
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  LIVECERT_CHECK(EVP_Digest(der.data(), der.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  std::string hex = base::to_hex(base::ByteView(digest).first(size));
  for (char& c : hex) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return hex;
}

base::Result<void> put(Driver& driver, const Ordered& ordered) {
  TRY(driver.write(ordered.delivery()));
  const std::array deliveries{ordered.delivery()};
  return driver.activate(deliveries).front();
}

// A driver with a HAProxy that misbehaves.
struct Bench {
  explicit Bench(std::chrono::milliseconds deadline = std::chrono::minutes(1)) {
    definition.name = "haproxy";
    definition.kind = Kind::kHaproxy;
    definition.directory = folder.path();
    definition.socket = haproxy.socket();
    driver.emplace(definition, HaproxyTimes{.deadline = deadline, .patience = std::chrono::hours(1)});
  }

  [[nodiscard]] base::Result<void> put(const Ordered& ordered) { return edge::put(*driver, ordered); }
  [[nodiscard]] std::size_t count_files() const {
    const std::filesystem::directory_iterator files(folder.path());
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  test::TemporaryDirectory folder;
  FakeHaproxy haproxy;
  Definition definition;
  std::optional<HaproxyDriver> driver;
};

// From nothing or from a first order, another one is to be served.
struct Change {
  const Ordered* from;
  const Ordered* to;
};

void prepare(Bench& bench, const Change& change) {
  if (change.from == nullptr) return;
  HaproxyDriver patient(bench.definition, {.deadline = std::chrono::minutes(1)});
  ASSERT_TRUE(put(patient, *change.from));
}

int count_commands(const Change& change) {
  Bench bench;
  prepare(bench, change);
  const std::size_t before = bench.haproxy.commands().size();
  EXPECT_TRUE(bench.put(*change.to));
  EXPECT_EQ(bench.haproxy.served(kDomain), sha1_of(*change.to));
  return static_cast<int>(bench.haproxy.commands().size() - before);
}

// A certificate must not be committed if no answer said that it was set.
void expect_no_commit_after(const FakeHaproxy& haproxy, std::size_t begin) {
  const std::vector<std::string> commands = haproxy.commands();
  bool is_suspect = false;
  for (std::size_t i = begin; i < commands.size(); ++i) {
    is_suspect = is_suspect || commands[i] == haproxy.faulty_command();
    EXPECT_FALSE(is_suspect && commands[i].starts_with("commit ")) << commands[i];
  }
}

void fail_at(const Change& change, int nth, Fault fault, bool stays) {
  SCOPED_TRACE(testing::Message() << "command " << nth << ", fault " << static_cast<int>(fault) << ", stays " << stays);
  // Only a short deadline notices a silence; if it fires too early, that does no harm here.
  Bench bench(fault == Fault::kSilence ? std::chrono::milliseconds(50) : std::chrono::minutes(1));
  prepare(bench, change);
  const std::size_t before = bench.haproxy.commands().size();
  bench.haproxy.fail(nth, fault, stays);
  const auto result = bench.put(*change.to);
  bench.haproxy.heal();

  const std::string served = bench.haproxy.served(kDomain);
  const std::string former = change.from == nullptr ? "" : sha1_of(*change.from);
  EXPECT_TRUE(served == former || served == sha1_of(*change.to)) << served;
  if (result) {
    EXPECT_EQ(served, sha1_of(*change.to));
    // The fault of another path does not show in an answer without a path.
    EXPECT_EQ(fault, Fault::kOtherPath);
  } else {
    EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure) << result.error().message;
  }
  if (bench.haproxy.faulty_command().starts_with("set ")) expect_no_commit_after(bench.haproxy, before);
  if (fault != Fault::kSilence) {
    EXPECT_TRUE(stays || !bench.haproxy.is_transaction_open());
  }

  HaproxyDriver next(bench.definition, {.deadline = std::chrono::minutes(1)});
  const std::array deliveries{change.to->delivery()};
  const auto again = next.activate(deliveries).front();
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(bench.haproxy.served(kDomain), sha1_of(*change.to));
  EXPECT_EQ(bench.haproxy.line_count(), 1U);
  EXPECT_EQ(bench.haproxy.certificate_count(), 1U);
  EXPECT_EQ(bench.count_files(), 2U);
  EXPECT_FALSE(bench.haproxy.is_transaction_open());
}

class HaproxyFaults : public ::testing::TestWithParam<Fault> {
 protected:
  static void fail_everywhere(const Change& change) {
    const int count = count_commands(change);
    ASSERT_GT(count, 4);
    for (int nth = 1; nth <= count; ++nth) {
      for (const bool stays : {false, true}) fail_at(change, nth, GetParam(), stays);
    }
  }
};

TEST_P(HaproxyFaults, LeaveNothingHalfDoneOfANewDomain) {
  const Ordered ordered = make_ordered(kDomain);
  fail_everywhere({nullptr, &ordered});
}

TEST_P(HaproxyFaults, LeaveTheOldOrTheNewCertificate) {
  const Ordered from = make_ordered(kDomain);
  const Ordered to = make_ordered(kDomain);
  fail_everywhere({&from, &to});
}

TEST_P(HaproxyFaults, LeaveTheOldOrTheNewSwitches) {
  const Ordered from = make_ordered(kDomain);
  Ordered to = make_ordered(kDomain);
  to.order.tls.http2 = true;
  fail_everywhere({&from, &to});
}

TEST_P(HaproxyFaults, LeaveNothingAfterASecondWithdrawal) {
  const Ordered ordered = make_ordered(kDomain);
  const std::array<std::string, 1> domains{kDomain};
  for (int nth = 1; nth <= 4; ++nth) {
    Bench bench(GetParam() == Fault::kSilence ? std::chrono::milliseconds(50) : std::chrono::minutes(1));
    prepare(bench, {&ordered, nullptr});
    bench.haproxy.fail(nth, GetParam(), false);
    const auto result = bench.driver->withdraw(domains);
    bench.haproxy.heal();
    EXPECT_EQ(bench.count_files(), 1U);
    EXPECT_TRUE(result || result.error().code == ErrorCode::kUpstreamFailure);
    HaproxyDriver next(bench.definition, {.deadline = std::chrono::minutes(1)});
    EXPECT_TRUE(next.withdraw(domains));
    EXPECT_EQ(bench.haproxy.certificate_count(), 0U);
    EXPECT_EQ(bench.haproxy.line_count(), 0U);
  }
}

std::string name_of(const ::testing::TestParamInfo<Fault>& info) {
  constexpr std::array<const char*, 6> kNames{"Garbage", "OtherPath", "HangUp", "Silence", "LostAnswer", "HalfAnswer"};
  return kNames.at(static_cast<std::size_t>(info.param));
}

INSTANTIATE_TEST_SUITE_P(All, HaproxyFaults,
                         ::testing::Values(Fault::kGarbage, Fault::kOtherPath, Fault::kHangUp, Fault::kSilence,
                                           Fault::kLostAnswer, Fault::kHalfAnswer),
                         name_of);

// Another program sets a certificate: livecert never takes it for its own, and its key never stays with the other's
// certificate.
void interfere_at(const Change& change, int nth) {
  SCOPED_TRACE(testing::Message() << "before command " << nth);
  Bench bench;
  prepare(bench, change);
  bench.haproxy.interfere(nth);
  const auto result = bench.put(*change.to);
  EXPECT_TRUE(!result || bench.haproxy.served(kDomain) == sha1_of(*change.to));
  EXPECT_TRUE(result || result.error().code == ErrorCode::kUpstreamFailure) << result.error().message;
  EXPECT_NE(bench.haproxy.in_transaction(), sha1_of(*change.to));

  HaproxyDriver next(bench.definition, {.deadline = std::chrono::minutes(1), .patience = std::chrono::seconds(0)});
  const std::array deliveries{change.to->delivery()};
  const auto again = next.activate(deliveries).front();
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(bench.haproxy.served(kDomain), sha1_of(*change.to));
  EXPECT_FALSE(bench.haproxy.is_transaction_open());
}

TEST(HaproxySecondWriter, IsNeverTakenForUs) {
  const Ordered from = make_ordered(kDomain);
  const Ordered to = make_ordered(kDomain);
  Ordered switched = make_ordered(kDomain);
  switched.order.tls.http2 = true;
  for (const Change& change : {Change{nullptr, &to}, Change{&from, &to}, Change{&from, &switched}}) {
    const int count = count_commands(change);
    for (int nth = 1; nth <= count; ++nth) interfere_at(change, nth);
  }
}

TEST(HaproxyBatch, StopsAtTheFirstFailureOfHaproxyAsAWhole) {
  Bench bench;
  const Ordered a = make_ordered("a.example.net");
  const Ordered b = make_ordered("b.example.net");
  const Ordered c = make_ordered("c.example.net");
  const std::array deliveries{a.delivery(), b.delivery(), c.delivery()};
  for (const Delivery& delivery : deliveries) ASSERT_TRUE(bench.driver->write(delivery));
  bench.haproxy.fail(1, Fault::kHangUp, true);
  const auto results = bench.driver->activate(deliveries);
  ASSERT_EQ(results.size(), 3U);
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
  }
  EXPECT_EQ(bench.haproxy.commands().size(), 1U);
}

TEST(HaproxyBatch, AsksForWhatIsThereOnlyOnceInAProcess) {
  Bench bench;
  std::vector<Ordered> many;
  std::vector<Delivery> deliveries;
  for (int i = 0; i < 10; ++i) many.push_back(make_ordered("d" + std::to_string(i) + ".example.net"));
  for (const Ordered& ordered : many) deliveries.push_back(ordered.delivery());
  for (const Delivery& delivery : deliveries) ASSERT_TRUE(bench.driver->write(delivery));
  for (const auto& result : bench.driver->activate(deliveries)) EXPECT_TRUE(result);
  const std::string lines = "show ssl crt-list -n " + (bench.folder.path() / "crt-list").string();
  EXPECT_EQ(std::ranges::count(bench.haproxy.commands(), lines), 1);
  EXPECT_EQ(std::ranges::count(bench.haproxy.commands(), "show ssl cert"), 1);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(bench.put(make_ordered("d1.example.net")));
  EXPECT_EQ(std::ranges::count(bench.haproxy.commands(), lines), 1) << "a renewal needs none";
  bench.haproxy.restart();
  ASSERT_TRUE(bench.put(make_ordered("d1.example.net")));
  EXPECT_EQ(std::ranges::count(bench.haproxy.commands(), lines), 2) << "another process may have anything";
}

// A version that many domains share.
struct Shared {
  explicit Shared(const std::string& domain) : first(make_ordered(domain)) {}

  [[nodiscard]] Order order_for(const std::string& domain) const {
    Order order = first.order;
    order.domain = domain::DomainName::parse(domain).value();
    return order;
  }
  Ordered first;
};

// Orders for d0.example.net and so on.
struct Many {
  Many(const Shared& version, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      orders.push_back(version.order_for("d" + std::to_string(100 + i) + ".example.net"));
    }
    for (const Order& order : orders) deliveries.push_back({order, version.first.bundle});
  }
  std::vector<Order> orders;
  std::vector<Delivery> deliveries;
};

void expect_all(const std::vector<base::Result<void>>& results) {
  for (const auto& result : results) EXPECT_TRUE(result) << result.error().message;
}

void put_all(Driver& driver, std::span<const Delivery> deliveries) {
  expect_all(driver.write_all(deliveries));
  expect_all(driver.activate(deliveries));
}

TEST(HaproxyLines, HoldFiftyNamesOverOneFile) {
  Bench bench;
  const Shared version("example.net");
  const Many many(version, 120);
  put_all(*bench.driver, many.deliveries);
  EXPECT_EQ(bench.haproxy.certificate_count(), 1U);
  EXPECT_EQ(bench.haproxy.names_in_lines(), (std::vector<std::size_t>{50, 50, 20}));
  EXPECT_EQ(bench.count_files(), 2U) << "the file and the list";
  for (const Order& order : many.orders) EXPECT_EQ(bench.haproxy.served(order.domain), sha1_of(version.first));
  // One more name is one more line, and the key is not sent again.
  const std::size_t before = bench.haproxy.commands().size();
  const Order more = version.order_for("more.example.net");
  const std::array one{Delivery{more, version.first.bundle}};
  put_all(*bench.driver, one);
  EXPECT_EQ(bench.haproxy.names_in_lines().size(), 4U);
  const std::vector<std::string> commands = bench.haproxy.commands();
  EXPECT_TRUE(std::none_of(commands.begin() + static_cast<std::ptrdiff_t>(before), commands.end(),
                           [](const std::string& command) { return command.starts_with("set "); }));
}

TEST(HaproxyLines, KeepTheNeighboursOfANameThatLeaves) {
  Bench bench;
  const Shared former("example.net");
  const Shared next("example.net");
  const Many all(former, 60);
  put_all(*bench.driver, all.deliveries);
  // The canary.
  const Order canary = next.order_for("d103.example.net");
  const std::array one{Delivery{canary, next.first.bundle}};
  put_all(*bench.driver, one);
  EXPECT_EQ(bench.haproxy.served("d103.example.net"), sha1_of(next.first));
  for (const Order& order : all.orders) {
    if (order.domain == canary.domain) continue;
    EXPECT_EQ(bench.haproxy.served(order.domain), sha1_of(former.first)) << std::string_view(order.domain);
  }
  EXPECT_EQ(bench.haproxy.names_in_lines(), (std::vector<std::size_t>{10, 1, 49}));
  // The rest, and nothing of the former version is left.
  put_all(*bench.driver, Many(next, 60).deliveries);
  for (const Order& order : all.orders) EXPECT_EQ(bench.haproxy.served(order.domain), sha1_of(next.first));
  EXPECT_EQ(bench.haproxy.certificate_count(), 1U);
  EXPECT_EQ(bench.count_files(), 2U);
}

TEST(HaproxyLines, KeepTheNeighboursOfANameThatIsWithdrawn) {
  Bench bench;
  const Shared version("example.net");
  const Many all(version, 60);
  put_all(*bench.driver, all.deliveries);
  const std::array<std::string, 2> gone{"d100.example.net", "d159.example.net"};
  ASSERT_TRUE(bench.driver->withdraw(gone));
  for (const Order& order : all.orders) {
    const bool is_gone = std::ranges::find(gone, std::string(order.domain)) != gone.end();
    EXPECT_EQ(bench.haproxy.served(order.domain), is_gone ? "" : sha1_of(version.first))
        << std::string_view(order.domain);
  }
  EXPECT_EQ(bench.haproxy.names_in_lines(), (std::vector<std::size_t>{49, 9}));
}

TEST(HaproxyLines, NeverHoldNamesWithDifferentSwitches) {
  Bench bench;
  const Shared version("example.net");
  Many many(version, 4);
  many.orders[1].tls.http2 = many.orders[3].tls.http2 = true;
  put_all(*bench.driver, many.deliveries);
  EXPECT_EQ(bench.haproxy.names_in_lines(), (std::vector<std::size_t>{2, 2}));
  EXPECT_EQ(bench.haproxy.certificate_count(), 2U);
}

// Names of a line that are to have another file keep the line until they have it: a start may find any mixture.
TEST(HaproxyLines, KeepANameThatIsStillToMove) {
  Bench bench;
  const Shared former("example.net");
  const Shared next("example.net");
  const Many all(former, 3);
  put_all(*bench.driver, all.deliveries);
  const Many renewed(next, 3);
  expect_all(bench.driver->write_all(renewed.deliveries));
  HaproxyDriver after_restart(bench.definition, {.deadline = std::chrono::minutes(1)});
  expect_all(after_restart.activate(std::span(renewed.deliveries).first(1)));
  EXPECT_EQ(bench.haproxy.served("d100.example.net"), sha1_of(next.first));
  EXPECT_EQ(bench.haproxy.served("d101.example.net"), sha1_of(former.first));
  int loads = 0;
  EXPECT_FALSE(after_restart.is_written(renewed.orders[1], loader_of(next.first, loads)).value())
      << "HAProxy does not have it yet";
  expect_all(after_restart.activate(renewed.deliveries));
  for (const Order& order : all.orders) EXPECT_EQ(bench.haproxy.served(order.domain), sha1_of(next.first));
  EXPECT_EQ(bench.haproxy.certificate_count(), 1U);
}

using Touched = std::vector<std::string>;

TEST(HaproxyEvidence, NamesTheDomainsWhoseCertificateSomebodyExchanged) {
  Bench bench;
  ASSERT_TRUE(bench.put(make_ordered("a.example.net")));
  ASSERT_TRUE(bench.put(make_ordered("b.example.net")));
  EXPECT_EQ(bench.driver->find_touched(), Touched{});
  EXPECT_EQ(bench.driver->find_touched(), Touched{});
  const std::size_t quiet = bench.haproxy.commands().size();
  EXPECT_EQ(bench.driver->find_touched(), Touched{});
  EXPECT_EQ(bench.haproxy.commands().size(), quiet + 1) << "at rest it is one question for all";
  bench.haproxy.exchange_all();
  bench.haproxy.be_asked();
  // It rests a hundred times as long as the last comparison took.
  std::optional<Touched> touched = Touched{};
  while (touched && touched->empty()) touched = bench.driver->find_touched();
  EXPECT_EQ(touched, (Touched{"a.example.net", "b.example.net"}));
}

TEST(HaproxyEvidence, NamesTheDomainsThatANewProcessDoesNotHave) {
  Bench bench;
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(bench.put(ordered));
  EXPECT_EQ(bench.driver->find_touched(), Touched{});
  const std::array<std::string, 1> domains{kDomain};
  {
    const test::TemporaryDirectory folder;
    Definition elsewhere = bench.definition;
    // Its lines are taken away behind the back of the driver.
    HaproxyDriver other(elsewhere, {.deadline = std::chrono::minutes(1)});
    ASSERT_TRUE(other.withdraw(domains));
  }
  EXPECT_EQ(bench.driver->find_touched(), Touched{kDomain}) << "the files are gone too";
  ASSERT_TRUE(bench.put(ordered));
  bench.haproxy.restart();
  EXPECT_EQ(bench.driver->find_touched(), Touched{}) << "it has everything";
}

TEST(HaproxyEvidence, IsNoneWhileHaproxyDoesNotAnswer) {
  Bench bench;
  ASSERT_TRUE(bench.put(make_ordered(kDomain)));
  EXPECT_EQ(bench.driver->find_touched(), Touched{});
  bench.haproxy.fail(1, Fault::kHangUp, false);
  EXPECT_EQ(bench.driver->find_touched(), std::nullopt);
  EXPECT_EQ(bench.driver->find_touched(), Touched{});
}

TEST(HaproxyBatch, LeavesOneLineWhenADomainIsInItTwice) {
  Bench bench;
  const Ordered first = make_ordered(kDomain);
  Ordered second = make_ordered(kDomain);
  second.order.tls.http2 = true;
  const std::array deliveries{first.delivery(), second.delivery()};
  for (const Delivery& delivery : deliveries) ASSERT_TRUE(bench.driver->write(delivery));
  for (const auto& result : bench.driver->activate(deliveries)) EXPECT_TRUE(result);
  EXPECT_EQ(bench.haproxy.line_count(), 1U);
  EXPECT_EQ(bench.haproxy.served(kDomain), sha1_of(second));
}

}  // namespace
}  // namespace livecert::edge
