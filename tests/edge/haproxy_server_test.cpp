// The driver and the real HAProxy.
#include "edge/haproxy_server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "edge/drivers/haproxy_driver.h"
#include "edge/drivers/pem_text.h"
#include "edge/orders.h"
#include "edge/socket_client.h"
#include "x509/key_generation.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using test::read_file;
using test::write_file;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kDomain = "live.example.net";

base::Result<void> activate(Driver& driver, const Ordered& ordered) {
  const std::array deliveries{ordered.delivery()};
  return driver.activate(deliveries).front();
}

base::Result<void> put(Driver& driver, const Ordered& ordered) {
  TRY(driver.write(ordered.delivery()));
  return activate(driver, ordered);
}

std::string complaint(const base::Result<void>& result) {
  return result ? "" : result.error().message;
}

#define EXPECT_DONE(expression) EXPECT_EQ(complaint(expression), "")
#define ASSERT_DONE(expression) ASSERT_EQ(complaint(expression), "")

class Haproxy : public ::testing::Test {
 protected:
  void start() {
    driver_.prepare();
    ASSERT_TRUE(server_.start()) << server_.complaints();
  }
  [[nodiscard]] Shown see(const std::string& domain = kDomain) const {
    return shake_hands(server_.tls(), Greeting{.server_name = domain, .protocols = {"h2", "http/1.1"}});
  }
  [[nodiscard]] std::string path_of(const Ordered& ordered) const {
    return server_.folder() / make_crt_list_file(ordered.order).name;
  }
  [[nodiscard]] bool is_transaction_open() const {
    return server_.say("show ssl cert").find("# transaction") != std::string::npos;
  }
  // The certificates of our folder that HAProxy has.
  [[nodiscard]] std::size_t count_running() const {
    const std::string all = server_.say("show ssl cert");
    std::size_t count = 0;
    const std::string prefix = "\n" + server_.folder().string() + "/";
    for (std::size_t at = all.find(prefix); at != std::string::npos; at = all.find(prefix, at + 1)) ++count;
    return count;
  }
  [[nodiscard]] std::size_t count_files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(server_.folder())) ++count;
    return count;
  }

  HaproxyServer server_;
  HaproxyDriver driver_ = server_.make_driver();
};

// With a key that does not belong to the certificate, which check_bundle() would have noticed.
Ordered make_broken(const std::string& domain) {
  Ordered broken = make_ordered(domain);
  broken.bundle.key = x509::generate_ec_p256_key().value();
  return broken;
}

TEST_F(Haproxy, StartsBeforeTheFirstDomainAndServesNobody) {
  start();
  EXPECT_TRUE(see().is_refused());
}

TEST_F(Haproxy, ServesADomainThatIsAddedWhileItRuns) {
  start();
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, ordered));
  const Shown shown = see();
  ASSERT_TRUE(shown.is(ordered.leaf())) << shown.reason;
  ASSERT_EQ(shown.chain.size(), 2U);
  EXPECT_EQ(shown.chain[1], base::to_bytes(ordered.bundle.certificates[1].der()));
  EXPECT_TRUE(see("other.example.net").is_refused());
  EXPECT_FALSE(is_transaction_open());
}

// Two services with a folder each, such as production and a restored copy of it.
TEST_F(Haproxy, BelongsToTheStoreWhoseFolderWasMarkedFirst) {
  const test::TemporaryDirectory other;
  std::filesystem::permissions(other.path(), std::filesystem::perms(0755));
  write_file(other.path() / "crt-list", "");
  const auto mark = [](const std::filesystem::path& folder, const std::string& store, int minute) {
    const std::filesystem::path file = folder / ".livecert-store";
    write_file(file, store + "\n");
    const auto at = std::filesystem::file_time_type::clock::now() + std::chrono::minutes(minute);
    std::filesystem::last_write_time(file, at);
    return file;
  };
  mark(server_.folder(), "second", 1);
  const std::filesystem::path first = mark(other.path(), "first", 0);
  server_.other_list = other.path() / "crt-list";
  start();
  const Ordered ordered = make_ordered(kDomain);
  const auto refused = put(driver_, ordered);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(refused.error().message, HasSubstr("the HAProxy at " + server_.api().string() +
                                                 " belongs to another store of livecert, first, whose folder " +
                                                 other.path().string() + " it reads too (this one is second)"));
  EXPECT_THAT(refused.error().message, HasSubstr("take it over: rm " + first.string()));
  EXPECT_TRUE(see().is_refused());
  const std::array<std::string, 1> gone{kDomain};
  EXPECT_DONE(driver_.withdraw(gone));

  std::filesystem::remove(first);
  EXPECT_DONE(put(driver_, ordered));
  EXPECT_TRUE(see().is(ordered.leaf()));
  // The former owner is the newcomer now.
  mark(other.path(), "first", 2);
  EXPECT_DONE(put(driver_, make_ordered("other.example.net")));
  // Two edges of one store may be at one HAProxy.
  mark(other.path(), "second", 0);
  EXPECT_DONE(put(driver_, make_ordered("third.example.net")));
}

TEST_F(Haproxy, ServesRsaAndEcdsa) {
  start();
  const Ordered rsa = make_rsa_ordered("rsa.example.net");
  const Ordered ecdsa = make_ordered("ecdsa.example.net");
  ASSERT_DONE(put(driver_, rsa));
  ASSERT_DONE(put(driver_, ecdsa));
  EXPECT_TRUE(see("rsa.example.net").is(rsa.leaf()));
  EXPECT_TRUE(see("ecdsa.example.net").is(ecdsa.leaf()));
}

TEST_F(Haproxy, ReplacesEcdsaByRsaAndBack) {
  start();
  const Ordered ecdsa = make_ordered(kDomain);
  const Ordered rsa = make_rsa_ordered(kDomain);
  for (const Ordered* const ordered : {&ecdsa, &rsa, &ecdsa}) {
    ASSERT_DONE(put(driver_, *ordered));
    EXPECT_TRUE(see().is(ordered->leaf()));
  }
  EXPECT_TRUE(shake_hands(server_.tls(), Greeting{.server_name = kDomain, .knows_only_rsa = true}).is_refused());
}

TEST_F(Haproxy, TakesABatchAndAnswersForEach) {
  start();
  const Ordered a = make_ordered("a.example.net");
  const Ordered broken = make_broken("broken.example.net");
  const Ordered b = make_ordered("b.example.net");
  const std::array deliveries{a.delivery(), broken.delivery(), b.delivery()};
  for (const Delivery& delivery : deliveries) ASSERT_DONE(driver_.write(delivery));
  const auto results = driver_.activate(deliveries);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_DONE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().code, ErrorCode::kUpstreamBadAnswer);
  EXPECT_DONE(results[2]);
  EXPECT_TRUE(see("a.example.net").is(a.leaf()));
  EXPECT_TRUE(see("b.example.net").is(b.leaf()));
}

// Shakes hands in a loop until it is told to stop.
class Visitor {
 public:
  Visitor(std::filesystem::path socket, std::atomic<std::size_t>& acknowledged, const std::vector<Ordered>& versions)
      : thread_([this, socket = std::move(socket), &acknowledged, &versions] {
          while (!is_over_) visit(socket, acknowledged, versions);
        }) {}
  ~Visitor() { stop(); }

  void stop() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::atomic<std::size_t> visits = 0;
  std::atomic<std::size_t> failed = 0;
  std::atomic<std::size_t> outdated = 0;

 private:
  // The version that is acknowledged when the handshake begins, or a newer one, must be shown.
  void visit(const std::filesystem::path& socket, const std::atomic<std::size_t>& acknowledged,
             const std::vector<Ordered>& versions) {
    const std::size_t oldest = acknowledged;
    const Shown shown = shake_hands(socket, kDomain);
    ++visits;
    if (shown.is_refused()) ++failed;
    bool is_current = false;
    for (std::size_t i = oldest; i < versions.size(); ++i) is_current = is_current || shown.is(versions[i].leaf());
    if (!shown.is_refused() && !is_current) ++outdated;
  }

  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

void expect_no_gap(Driver& driver, const HaproxyServer& server, const std::vector<Ordered>& versions) {
  ASSERT_DONE(put(driver, versions.front()));
  std::atomic<std::size_t> acknowledged = 0;
  Visitor visitor(server.tls(), acknowledged, versions);
  for (std::size_t i = 1; i < versions.size(); ++i) {
    const std::size_t visits = visitor.visits;
    ASSERT_DONE(put(driver, versions[i]));
    acknowledged = i;
    while (visitor.visits < visits + 2) std::this_thread::yield();
  }
  visitor.stop();
  EXPECT_EQ(visitor.failed, 0U);
  EXPECT_EQ(visitor.outdated, 0U);
  EXPECT_TRUE(shake_hands(server.tls(), kDomain).is(versions.back().leaf()));
}

TEST_F(Haproxy, NeverFailsAHandshakeNorShowsAnOldLeafThroughFiftyUpdates) {
  start();
  std::vector<Ordered> versions;
  for (int i = 0; i < 50; ++i) versions.push_back(i % 5 == 4 ? make_rsa_ordered(kDomain) : make_ordered(kDomain));
  expect_no_gap(driver_, server_, versions);
  EXPECT_EQ(count_running(), 1U);
}

TEST_F(Haproxy, NeverFailsAHandshakeNorShowsAnOldLeafWhileSwitchesChange) {
  start();
  std::vector<Ordered> versions;
  for (int i = 0; i < 30; ++i) {
    Ordered ordered = make_ordered(kDomain);
    ordered.order.tls.http2 = i % 2 == 0;
    ordered.order.tls.max_version = i % 3 == 0 ? std::optional(domain::TlsVersion::k13) : std::nullopt;
    versions.push_back(std::move(ordered));
  }
  expect_no_gap(driver_, server_, versions);
  EXPECT_EQ(count_running(), 1U);
  EXPECT_EQ(count_files(), 2U);
}

TEST_F(Haproxy, HonoursTheSwitchesOfEachDomain) {
  start();
  Ordered old = make_ordered("old.example.net");
  old.order.tls = {
      .https = true, .http2 = false, .min_version = domain::TlsVersion::k12, .max_version = domain::TlsVersion::k12};
  Ordered modern = make_ordered("new.example.net");
  modern.order.tls = {.https = true, .http2 = true, .min_version = domain::TlsVersion::k13};
  ASSERT_DONE(put(driver_, old));
  ASSERT_DONE(put(driver_, modern));
  const auto visit = [&](const std::string& domain, int version) {
    return shake_hands(server_.tls(),
                       Greeting{.server_name = domain, .lowest_version = version, .highest_version = version});
  };
  EXPECT_TRUE(visit("old.example.net", TLS1_2_VERSION).is(old.leaf()));
  EXPECT_TRUE(visit("old.example.net", TLS1_3_VERSION).is_refused());
  EXPECT_TRUE(visit("new.example.net", TLS1_2_VERSION).is_refused());
  EXPECT_TRUE(visit("new.example.net", TLS1_3_VERSION).is(modern.leaf()));
  EXPECT_EQ(see("old.example.net").protocol, "http/1.1");
  EXPECT_EQ(see("new.example.net").protocol, "h2");
}

TEST_F(Haproxy, FollowsChangedSwitchesOfTheSameCertificate) {
  start();
  Ordered ordered = make_ordered(kDomain);
  ordered.order.tls.http2 = true;
  ASSERT_DONE(put(driver_, ordered));
  ordered.order.tls.http2 = false;
  ASSERT_DONE(put(driver_, ordered));
  EXPECT_EQ(see().protocol, "http/1.1");
  ordered.order.tls.http2 = true;
  ASSERT_DONE(put(driver_, ordered));
  EXPECT_EQ(see().protocol, "h2");
  EXPECT_TRUE(see().is(ordered.leaf()));
}

TEST_F(Haproxy, ServesTheSameAfterARestart) {
  start();
  const Ordered first = make_ordered("a.example.net");
  const Ordered rsa = make_rsa_ordered("b.example.net");
  Ordered changed = make_ordered("c.example.net");
  ASSERT_DONE(put(driver_, first));
  ASSERT_DONE(put(driver_, rsa));
  ASSERT_DONE(put(driver_, changed));
  changed.order.tls.http2 = true;
  ASSERT_DONE(put(driver_, changed));
  server_.kill();
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see("a.example.net").is(first.leaf()));
  EXPECT_TRUE(see("b.example.net").is(rsa.leaf()));
  EXPECT_TRUE(see("c.example.net").is(changed.leaf()));
  EXPECT_EQ(see("c.example.net").protocol, "h2");
  // It works from there on, also for the first certificate of the list, which HAProxy made its default.
  const Ordered renewed = make_ordered("a.example.net");
  ASSERT_DONE(put(driver_, renewed));
  EXPECT_TRUE(see("a.example.net").is(renewed.leaf()));
  const std::array<std::string, 1> gone{"a.example.net"};
  ASSERT_DONE(driver_.withdraw(gone));
  EXPECT_TRUE(see("a.example.net").is_refused());
  EXPECT_TRUE(see("b.example.net").is(rsa.leaf()));
}

TEST_F(Haproxy, SaysWhenItIsNotRunningAndServesFromDiskOnceItIs) {
  driver_.prepare();
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_DONE(driver_.write(ordered.delivery()));
  const auto result = activate(driver_, ordered);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(result.error().message, HasSubstr(server_.api().string()));
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see().is(ordered.leaf()));
  EXPECT_DONE(activate(driver_, ordered));
}

TEST_F(Haproxy, SaysWhenItWasKilledAndRecovers) {
  start();
  ASSERT_DONE(put(driver_, make_ordered(kDomain)));
  server_.kill();
  const Ordered next = make_ordered(kDomain);
  ASSERT_DONE(driver_.write(next.delivery()));
  const auto result = activate(driver_, next);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see().is(next.leaf()));
}

TEST_F(Haproxy, RecoversFromBeingKilledInTheMiddleOfAnUpdate) {
  start();
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> updates = 0;
    std::thread killer([&] {
      while (updates < 3 + round) std::this_thread::yield();
      server_.kill();
    });
    auto result = base::Result<void>();
    while (result) {
      result = put(driver_, make_ordered(kDomain));
      ++updates;
    }
    killer.join();
    EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
    ASSERT_TRUE(server_.start()) << server_.complaints();
    const Ordered next = make_ordered(kDomain);
    ASSERT_DONE(put(driver_, next));
    EXPECT_TRUE(see().is(next.leaf()));
  }
}

TEST_F(Haproxy, IsNotWaitedForLongWhenItHangs) {
  start();
  ASSERT_DONE(put(driver_, make_ordered("first.example.net")));
  HaproxyDriver hasty = server_.make_driver({.deadline = std::chrono::milliseconds(20)});
  server_.freeze();
  std::vector<Ordered> many;
  std::vector<Delivery> deliveries;
  for (int i = 0; i < 20; ++i) many.push_back(make_ordered("d" + std::to_string(i) + ".example.net"));
  for (const Ordered& ordered : many) deliveries.push_back(ordered.delivery());
  for (const Delivery& delivery : deliveries) ASSERT_DONE(hasty.write(delivery));
  for (const auto& result : hasty.activate(deliveries)) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
  }
  server_.thaw();
  for (const auto& result : driver_.activate(deliveries)) EXPECT_DONE(result);
  for (const Ordered& ordered : many) EXPECT_TRUE(see(std::string(ordered.order.domain)).is(ordered.leaf()));
  EXPECT_EQ(count_running(), 21U);
}

TEST_F(Haproxy, ForgetsWhatIsWithdrawn) {
  start();
  const Ordered kept = make_ordered("kept.example.net");
  ASSERT_DONE(put(driver_, make_ordered(kDomain)));
  ASSERT_DONE(put(driver_, kept));
  const std::array<std::string, 2> gone{kDomain, "never.example.net"};
  ASSERT_DONE(driver_.withdraw(gone));
  EXPECT_TRUE(see().is_refused());
  EXPECT_TRUE(see("kept.example.net").is(kept.leaf()));
  EXPECT_EQ(count_running(), 1U);
  EXPECT_EQ(count_files(), 2U);
  EXPECT_DONE(driver_.withdraw(gone));
  server_.kill();
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see().is_refused());
}

TEST_F(Haproxy, CleansTheDiskWhenItCannotBeToldToForget) {
  start();
  ASSERT_DONE(put(driver_, make_ordered(kDomain)));
  server_.kill();
  const std::array<std::string, 1> gone{kDomain};
  const auto result = driver_.withdraw(gone);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_EQ(count_files(), 1U);
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see().is_refused());
  EXPECT_DONE(driver_.withdraw(gone));
}

TEST_F(Haproxy, ForgetsWhatItWasNotToldToForgetWhileItHung) {
  start();
  Ordered ordered = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, ordered));
  HaproxyDriver hasty = server_.make_driver({.deadline = std::chrono::milliseconds(20)});
  const std::array<std::string, 1> gone{kDomain};
  server_.freeze();
  EXPECT_FALSE(hasty.withdraw(gone));
  server_.thaw();
  // Bound again, with other switches: the old line is still there and must not win.
  ordered.order.tls.http2 = true;
  ASSERT_DONE(put(driver_, ordered));
  EXPECT_EQ(see().protocol, "h2");
  EXPECT_EQ(count_running(), 1U);
  ASSERT_DONE(driver_.withdraw(gone));
  EXPECT_TRUE(see().is_refused());
}

TEST_F(Haproxy, TakesAwayEveryLineOfADomain) {
  start();
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, ordered));
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(server_.say("add ssl crt-list " + server_.crt_list().string() + " " + path_of(ordered)),
                HasSubstr("Success!"));
  }
  const std::array<std::string, 1> gone{kDomain};
  ASSERT_DONE(driver_.withdraw(gone));
  EXPECT_TRUE(see().is_refused());
  EXPECT_EQ(count_running(), 0U);
}

// HAProxy 2.6 keeps the transaction that it refused to commit, and the next certificate would go into it.
TEST_F(Haproxy, IsNotConfusedByACertificateThatItRefuses) {
  start();
  const Ordered good = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, good));
  const Ordered broken = make_broken(kDomain);
  const auto refused = put(driver_, broken);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamBadAnswer);
  EXPECT_THAT(refused.error().message, HasSubstr("inconsistencies between private key and certificate"));
  EXPECT_FALSE(is_transaction_open());
  EXPECT_THAT(server_.say("show ssl cert *" + path_of(broken)), HasSubstr("Not found"));
  EXPECT_TRUE(see().is(good.leaf()));

  const Ordered other = make_ordered("other.example.net");
  ASSERT_DONE(put(driver_, other));
  EXPECT_TRUE(see("other.example.net").is(other.leaf()));
  EXPECT_TRUE(see().is(good.leaf()));
  EXPECT_FALSE(is_transaction_open());
}

TEST_F(Haproxy, KeepsNothingOfARefusedNewDomain) {
  start();
  const Ordered broken = make_broken(kDomain);
  const auto refused = put(driver_, broken);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(count_running(), 0U);
  EXPECT_EQ(count_files(), 1U);
  server_.kill();
  ASSERT_TRUE(server_.start()) << server_.complaints();
}

TEST_F(Haproxy, GoesBackToTheFormerSwitchesWhenTheNewCertificateIsRefused) {
  start();
  const Ordered good = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, good));
  Ordered broken = make_broken(kDomain);
  broken.order.tls.http2 = true;
  ASSERT_FALSE(put(driver_, broken));
  EXPECT_TRUE(see().is(good.leaf()));
  server_.kill();
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see().is(good.leaf()));
  int loads = 0;
  EXPECT_TRUE(driver_.is_written(good.order, loader_of(good, loads)).value());
}

TEST_F(Haproxy, NeverRepeatsAKeyInAnError) {
  start();
  const Ordered broken = make_broken(kDomain);
  const auto refused = put(driver_, broken);
  ASSERT_FALSE(refused);
  const base::WipedBuffer pem = combined_pem(broken.bundle, base::SecretAccess());
  std::string_view text = base::as_text(pem);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    EXPECT_THAT(refused.error().message + refused.error().detail, Not(HasSubstr(std::string(line))));
  }
}

std::string set_by_hand(const std::string& path, const Ordered& ordered) {
  const base::WipedBuffer pem = combined_pem(ordered.bundle, base::SecretAccess());
  return "set ssl cert " + path + " <<\n" + std::string(base::as_text(pem));
}

TEST_F(Haproxy, FinishesWhatItLeftOpenBeforeACrash) {
  start();
  const Ordered good = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, good));
  ASSERT_THAT(server_.say(set_by_hand(path_of(good), make_ordered(kDomain))), HasSubstr("Transaction created"));
  const Ordered other = make_ordered("other.example.net");
  ASSERT_DONE(put(driver_, other));
  EXPECT_TRUE(see("other.example.net").is(other.leaf()));
  EXPECT_TRUE(see().is(good.leaf()));
  EXPECT_FALSE(is_transaction_open());
}

// Another program changes a certificate outside our folder by hand.
class HaproxyWithForeigner : public Haproxy {
 protected:
  void begin_foreign_change() {
    ASSERT_EQ(server_.say("new ssl cert " + foreign_), "New empty certificate store '" + foreign_ + "'!\n\n");
    ASSERT_THAT(server_.say(set_by_hand(foreign_, make_ordered("foreign.example.net"))),
                HasSubstr("Transaction created"));
  }
  const std::string foreign_ = "/etc/foreign/site.pem";
};

TEST_F(HaproxyWithForeigner, LeavesAnothersOpenTransactionAloneAndSaysSo) {
  start();
  begin_foreign_change();
  const Ordered ordered = make_ordered(kDomain);
  for (int i = 0; i < 2; ++i) {
    const auto result = put(driver_, ordered);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
    EXPECT_THAT(result.error().message, HasSubstr(foreign_));
  }
  EXPECT_THAT(server_.say("commit ssl cert " + foreign_), HasSubstr("Success!"));
  EXPECT_THAT(server_.say("show ssl cert " + foreign_), HasSubstr("DNS:foreign.example.net"));
  EXPECT_DONE(put(driver_, ordered));
  EXPECT_TRUE(see().is(ordered.leaf()));
}

TEST_F(HaproxyWithForeigner, GivesUpAForgottenTransactionAndNeverCommitsIt) {
  start();
  begin_foreign_change();
  HaproxyDriver impatient =
      server_.make_driver({.deadline = std::chrono::minutes(1), .patience = std::chrono::milliseconds(0)});
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_DONE(put(impatient, ordered));
  EXPECT_TRUE(see().is(ordered.leaf()));
  EXPECT_THAT(server_.say("show ssl cert " + foreign_), HasSubstr("Status: Empty"));
  EXPECT_FALSE(is_transaction_open());
}

TEST_F(HaproxyWithForeigner, WithdrawsInSpiteOfAnothersOpenTransaction) {
  start();
  ASSERT_DONE(put(driver_, make_ordered(kDomain)));
  begin_foreign_change();
  const std::array<std::string, 1> gone{kDomain};
  ASSERT_DONE(driver_.withdraw(gone));
  EXPECT_TRUE(see().is_refused());
  EXPECT_TRUE(is_transaction_open());
}

TEST_F(Haproxy, SaysWhenItsConfigurationDoesNotNameTheList) {
  start();
  Definition elsewhere = server_.definition();
  const test::TemporaryDirectory folder;
  elsewhere.directory = folder.path();
  HaproxyDriver driver(elsewhere, {.deadline = std::chrono::minutes(1)});
  const Ordered ordered = make_ordered(kDomain);
  const auto result = put(driver, ordered);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(result.error().message, HasSubstr((folder.path() / "crt-list").string()));
  EXPECT_THAT(server_.say("show ssl cert"), Not(HasSubstr(folder.path().string())));
  int loads = 0;
  EXPECT_TRUE(driver.is_written(ordered.order, loader_of(ordered, loads)).value());
}

// An order whose chain has the leaf and that many intermediates.
Ordered make_large(const std::string& domain, std::size_t certificates) {
  Ordered large = make_ordered(domain);
  const x509::Certificate intermediate = large.bundle.certificates.back();
  large.bundle.certificates.resize(1 + certificates, intermediate);
  return large;
}

// HAProxy reads the files of its folder without that limit.
TEST_F(Haproxy, TakesEverythingThatFitsAndTheRestWhenItStarts) {
  start();
  const Ordered former = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, former));
  std::size_t most = 1;
  while (put(driver_, make_large(kDomain, most + 1))) ++most;
  const Ordered largest = make_large(kDomain, most);
  EXPECT_GT(combined_pem(largest.bundle, base::SecretAccess()).size(), 15'000U);
  ASSERT_DONE(put(driver_, largest));
  EXPECT_TRUE(see().is(largest.leaf()));
  EXPECT_EQ(see().chain.size(), most + 1);

  const Ordered more = make_large(kDomain, most + 1);
  const auto refused = put(driver_, more);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamBadAnswer);
  EXPECT_THAT(refused.error().message, HasSubstr("no more than 16383 at once: set tune.bufsize to at least "));
  EXPECT_TRUE(see().is(largest.leaf())) << "what it had";
  int loads = 0;
  EXPECT_TRUE(driver_.is_written(more.order, loader_of(more, loads)).value()) << "for its next start";
  server_.kill();
  ASSERT_TRUE(server_.start()) << server_.complaints();
  EXPECT_TRUE(see().is(more.leaf()));
}

TEST_F(Haproxy, TakesMoreWhereItsBuffersAreLarger) {
  server_.bufsize = 65'536;
  start();
  const Ordered large = make_large(kDomain, 50);
  const std::size_t size = combined_pem(large.bundle, base::SecretAccess()).size();
  ASSERT_GT(size, 16'384U);
  ASSERT_LT(size, 60'000U);
  ASSERT_DONE(put(driver_, large));
  EXPECT_TRUE(see().is(large.leaf()));
  const auto refused = put(driver_, make_large(kDomain, 150));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no more than 65535 at once"));
}

TEST_F(Haproxy, TakesTheLargestCommonChain) {
  start();
  Ordered ordered = make_ordered(kDomain);
  // As long as a leaf of RSA 4096 with two such intermediates and their key.
  ordered.bundle.key = x509::generate_rsa_key(4096).value();
  const test::Pki pki(base::SystemClock().now());
  const x509::Certificate leaf = pki.issue({.common_name = kDomain, .dns_names = {kDomain}}, ordered.bundle.key);
  ordered.bundle.certificates = {leaf, leaf, leaf};
  ASSERT_DONE(put(driver_, ordered));
  EXPECT_TRUE(see().is(leaf));
}

// One version for d0.example.net and so on.
struct Fleet {
  Fleet(std::size_t count, Ordered version) : ordered(std::move(version)), orders(count, ordered.order) {
    for (std::size_t i = 0; i < count; ++i) {
      orders[i].domain = domain::DomainName::parse("d" + std::to_string(i) + ".example.net").value();
      deliveries.push_back({orders[i], ordered.bundle});
    }
  }
  Ordered ordered;
  std::vector<Order> orders;
  std::vector<Delivery> deliveries;
};

void put_all(Driver& driver, std::span<const Delivery> deliveries) {
  for (const auto& result : driver.write_all(deliveries)) ASSERT_DONE(result);
  for (const auto& result : driver.activate(deliveries)) ASSERT_DONE(result);
}

// Shakes hands with all domains in turn until it is told to stop, and counts those that are refused.
class Crowd {
 public:
  Crowd(std::filesystem::path socket, const std::vector<Order>& orders)
      : thread_([this, socket = std::move(socket), &orders] {
          while (!is_over_) {
            for (const Order& order : orders) {
              if (shake_hands(socket, std::string(order.domain)).is_refused()) ++refused;
              ++visits;
            }
          }
        }) {}
  ~Crowd() {
    is_over_ = true;
    thread_.join();
  }
  void await_round(std::size_t count) const {
    for (const std::size_t from = visits; visits < from + count;) std::this_thread::yield();
  }
  std::atomic<std::size_t> visits = 0;
  std::atomic<std::size_t> refused = 0;

 private:
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

TEST_F(Haproxy, ServesManyDomainsFromOneFileAndFewLines) {
  start();
  const Fleet fleet(120, make_ordered("d.example.net"));
  put_all(driver_, fleet.deliveries);
  for (const Order& order : fleet.orders) EXPECT_TRUE(see(std::string(order.domain)).is(fleet.ordered.leaf()));
  EXPECT_EQ(count_running(), 1U);
  EXPECT_EQ(count_files(), 2U);
  const std::string lines = server_.say("show ssl crt-list -n " + server_.crt_list().string());
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1 + 3 + 1) << lines;
  server_.kill();
  ASSERT_TRUE(server_.start()) << server_.complaints();
  for (const Order& order : fleet.orders) EXPECT_TRUE(see(std::string(order.domain)).is(fleet.ordered.leaf()));
}

TEST_F(Haproxy, RenewsACanaryAndThenItsNeighboursWithoutRefusingAnyone) {
  start();
  const Fleet former(60, make_ordered("d.example.net"));
  const Fleet next(60, make_ordered("d.example.net"));
  put_all(driver_, former.deliveries);
  const Crowd crowd(server_.tls(), former.orders);
  put_all(driver_, std::span(next.deliveries).subspan(7, 1));
  EXPECT_TRUE(see("d7.example.net").is(next.ordered.leaf()));
  EXPECT_TRUE(see("d8.example.net").is(former.ordered.leaf()));
  crowd.await_round(60);
  put_all(driver_, std::span(next.deliveries).subspan(20, 20));
  EXPECT_TRUE(see("d8.example.net").is(former.ordered.leaf()));
  put_all(driver_, next.deliveries);
  crowd.await_round(60);
  EXPECT_EQ(crowd.refused, 0U);
  for (const Order& order : next.orders) EXPECT_TRUE(see(std::string(order.domain)).is(next.ordered.leaf()));
  EXPECT_EQ(count_running(), 1U);
  EXPECT_EQ(count_files(), 2U);
}

// Without strict-sni, HAProxy keeps the first line that it started with, and shows its certificate to strangers.
class HaproxyDefault : public Haproxy {
 protected:
  // Starts a HAProxy whose first line has all names of the fleet.
  void start_serving(const Fleet& fleet) {
    server_.is_strict = false;
    driver_.prepare();
    for (const Delivery& delivery : fleet.deliveries) ASSERT_DONE(driver_.write(delivery));
    start();
    put_all(driver_, fleet.deliveries);
  }
  [[nodiscard]] std::string lines() const { return server_.say("show ssl crt-list -n " + server_.crt_list().string()); }
  [[nodiscard]] std::ptrdiff_t count_lines() const { return std::ranges::count(lines(), '\n'); }
};

TEST_F(HaproxyDefault, RenewsTheDefaultCertificateToo) {
  const Fleet first(3, make_ordered("d.example.net"));
  start_serving(first);
  EXPECT_TRUE(see("d0.example.net").is(first.ordered.leaf()));
  const Crowd crowd(server_.tls(), first.orders);
  for (int renewal = 0; renewal < 3; ++renewal) {
    const Fleet next(3, make_ordered("d.example.net"));
    put_all(driver_, std::span(next.deliveries).first(1));
    EXPECT_TRUE(see("d0.example.net").is(next.ordered.leaf())) << renewal;
    put_all(driver_, next.deliveries);
    for (const Order& order : next.orders)
      EXPECT_TRUE(see(std::string(order.domain)).is(next.ordered.leaf())) << renewal;
    EXPECT_TRUE(see("stranger.example.org").is(next.ordered.leaf())) << "a renewal goes to strangers too";
    int loads = 0;
    for (const Delivery& delivery : next.deliveries) {
      EXPECT_TRUE(driver_.is_written(delivery.order, loader_of(next.ordered, loads)).value());
    }
    // livecert starts again and knows nothing of what it did.
    HaproxyDriver again = server_.make_driver();
    put_all(again, next.deliveries);
    EXPECT_TRUE(see("d0.example.net").is(next.ordered.leaf())) << renewal;
  }
  crowd.await_round(3);
  EXPECT_EQ(crowd.refused, 0U);
}

// The default line cannot go, and its file cannot have two contents.
TEST_F(HaproxyDefault, ChangesOneNameOfTheDefaultLineAndNoOther) {
  const Fleet first(3, make_ordered("d.example.net"));
  start_serving(first);
  const Crowd crowd(server_.tls(), first.orders);
  std::optional<std::ptrdiff_t> after_first;
  for (int change = 0; change < 3; ++change) {
    const Fleet next(3, make_ordered("d.example.net"));
    put_all(driver_, std::span(next.deliveries).first(1));
    EXPECT_TRUE(see("d0.example.net").is(next.ordered.leaf())) << change;
    EXPECT_TRUE(see("d1.example.net").is(first.ordered.leaf())) << change;
    EXPECT_TRUE(see("d2.example.net").is(first.ordered.leaf())) << change;
    if (!after_first) after_first = count_lines();
    EXPECT_EQ(count_lines(), *after_first) << lines();
    HaproxyDriver again = server_.make_driver();
    put_all(again, std::span(next.deliveries).first(1));
    put_all(again, std::span(first.deliveries).subspan(1));
    EXPECT_TRUE(see("d0.example.net").is(next.ordered.leaf())) << change;
    EXPECT_TRUE(see("d1.example.net").is(first.ordered.leaf())) << change;
  }
  crowd.await_round(3);
  EXPECT_EQ(crowd.refused, 0U);
}

TEST_F(HaproxyDefault, CallsANameOfTheDefaultLineWithdrawnOnlyWhenItIs) {
  const Fleet first(3, make_ordered("d.example.net"));
  start_serving(first);
  const std::array<std::string, 1> gone{"d0.example.net"};
  std::optional<std::ptrdiff_t> after_first;
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_FALSE(driver_.withdraw(gone)) << attempt;
    EXPECT_TRUE(see("d0.example.net").is(first.ordered.leaf())) << "it is still served";
    EXPECT_TRUE(see("d1.example.net").is(first.ordered.leaf()));
    if (!after_first) after_first = count_lines();
    EXPECT_EQ(count_lines(), *after_first) << lines();
  }
  server_.kill();
  start();
  EXPECT_THAT(lines(), Not(HasSubstr("d0.example.net")));
  ASSERT_DONE(driver_.withdraw(gone));
}

// A version that is bad is followed by the former one.
TEST_F(HaproxyDefault, PutsTheDefaultCertificateBack) {
  const Fleet first(2, make_ordered("d.example.net"));
  start_serving(first);
  const Fleet next(2, make_ordered("d.example.net"));
  put_all(driver_, std::span(next.deliveries).first(1));
  put_all(driver_, std::span(first.deliveries).first(1));
  for (const Order& order : first.orders) EXPECT_TRUE(see(std::string(order.domain)).is(first.ordered.leaf()));
}

TEST_F(Haproxy, ForgetsOneNameOfALine) {
  start();
  const Fleet fleet(3, make_ordered("d.example.net"));
  put_all(driver_, fleet.deliveries);
  const std::array<std::string, 1> gone{"d1.example.net"};
  ASSERT_DONE(driver_.withdraw(gone));
  EXPECT_TRUE(see("d1.example.net").is_refused());
  EXPECT_TRUE(see("d0.example.net").is(fleet.ordered.leaf()));
  EXPECT_TRUE(see("d2.example.net").is(fleet.ordered.leaf()));
}

// What earlier versions of livecert left: a file and a line for each domain.
TEST_F(Haproxy, TakesOverAFileForEachDomainWithoutRefusingAnyone) {
  const Fleet fleet(5, make_ordered("d.example.net"));
  const base::WipedBuffer pem = combined_pem(fleet.ordered.bundle, base::SecretAccess());
  std::string list;
  for (const Order& order : fleet.orders) {
    const std::string domain(order.domain);
    const CrtListFile file = parse_crt_list_file(domain + ".tls12.h1.pem").value();
    write_file(server_.folder() / file.name, std::string(base::as_text(pem)));
    list += to_line(server_.folder(), file, std::array{domain}) + "\n";
  }
  write_file(server_.crt_list(), list);
  start();
  EXPECT_EQ(count_running(), 5U);
  const Crowd crowd(server_.tls(), fleet.orders);
  crowd.await_round(5);
  int loads = 0;
  for (const Delivery& delivery : fleet.deliveries) {
    EXPECT_FALSE(driver_.is_written(delivery.order, loader_of(fleet.ordered, loads)).value());
  }
  put_all(driver_, std::span(fleet.deliveries).first(2));
  crowd.await_round(5);
  put_all(driver_, std::span(fleet.deliveries).subspan(2));
  crowd.await_round(5);
  EXPECT_EQ(crowd.refused, 0U);
  EXPECT_EQ(count_running(), 1U);
  EXPECT_EQ(count_files(), 2U);
  for (const Order& order : fleet.orders) {
    EXPECT_TRUE(see(std::string(order.domain)).is(fleet.ordered.leaf()));
    EXPECT_TRUE(driver_.is_written(order, loader_of(fleet.ordered, loads)).value());
  }
}

// Asks until something was touched. Between two comparisons of everything the driver rests.
std::vector<std::string> await_touched(Driver& driver) {
  std::optional<std::vector<std::string>> touched;
  while (!touched || touched->empty()) touched = driver.find_touched();
  return *std::move(touched);
}

TEST_F(Haproxy, SaysWhatSomebodyElseExchangedInItsMemory) {
  start();
  const Fleet fleet(3, make_ordered("d.example.net"));
  const Ordered other = make_ordered("other.example.net");
  put_all(driver_, fleet.deliveries);
  ASSERT_DONE(put(driver_, other));
  ASSERT_EQ(driver_.find_touched(), std::vector<std::string>{});
  ASSERT_EQ(driver_.find_touched(), std::vector<std::string>{});
  const Ordered foreign = make_ordered("d.example.net");
  ASSERT_THAT(server_.say(set_by_hand(path_of(fleet.ordered), foreign)), HasSubstr("Transaction created"));
  ASSERT_THAT(server_.say("commit ssl cert " + path_of(fleet.ordered)), HasSubstr("Success!"));
  EXPECT_TRUE(see("d1.example.net").is(foreign.leaf()));
  EXPECT_EQ(await_touched(driver_), (std::vector<std::string>{"d0.example.net", "d1.example.net", "d2.example.net"}));
  put_all(driver_, fleet.deliveries);
  EXPECT_TRUE(see("d1.example.net").is(fleet.ordered.leaf()));
}

TEST_F(Haproxy, SaysWhichLinesSomebodyElseTookAway) {
  start();
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_DONE(put(driver_, ordered));
  ASSERT_DONE(put(driver_, make_ordered("other.example.net")));
  ASSERT_EQ(driver_.find_touched(), std::vector<std::string>{});
  ASSERT_EQ(driver_.find_touched(), std::vector<std::string>{});
  ASSERT_THAT(server_.say("del ssl crt-list " + server_.crt_list().string() + " " + path_of(ordered)),
              HasSubstr("deleted in crtlist"));
  EXPECT_EQ(await_touched(driver_), std::vector<std::string>{kDomain});
  ASSERT_DONE(put(driver_, ordered));
  EXPECT_TRUE(see().is(ordered.leaf()));
  EXPECT_EQ(count_running(), 2U);
}

TEST_F(Haproxy, SaysWhatAProcessWithOldFilesLacks) {
  start();
  ASSERT_DONE(put(driver_, make_ordered("kept.example.net")));
  const std::string old_list = read_file(server_.crt_list());
  ASSERT_DONE(put(driver_, make_ordered(kDomain)));
  ASSERT_EQ(driver_.find_touched(), std::vector<std::string>{});
  const std::string list = read_file(server_.crt_list());
  server_.kill();
  EXPECT_EQ(driver_.find_touched(), std::nullopt) << "nobody knows";
  // HAProxy starts with an old list, which is put right while it runs.
  std::filesystem::rename(server_.crt_list(), server_.folder() / "aside");
  write_file(server_.crt_list(), old_list);
  ASSERT_TRUE(server_.start()) << server_.complaints();
  std::filesystem::rename(server_.folder() / "aside", server_.crt_list());
  EXPECT_TRUE(see().is_refused());
  EXPECT_THAT(await_touched(driver_), ::testing::Contains(kDomain));
}

}  // namespace
}  // namespace livecert::edge
