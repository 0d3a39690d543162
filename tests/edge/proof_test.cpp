#include "edge/proof/proof.h"

#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/owned_descriptor.h"
#include "edge/loopback_server.h"
#include "edge/tls_server.h"
#include "x509/key_generation.h"

namespace livecert::edge {

// For the messages of failed tests.
void PrintTo(Proof::State state, std::ostream* out) {
  constexpr std::array<std::string_view, 5> kNames{"kProved", "kOther", "kWrongTls", "kRefused", "kUnreachable"};
  *out << kNames.at(static_cast<std::size_t>(state));
}

namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using State = Proof::State;

constexpr milliseconds kLong{30000};  // for answers that do come
constexpr milliseconds kShort{200};   // for those that do not
const std::string kName = "live.example.net";

domain::TlsSwitches bound(std::string_view lowest, std::string_view highest = {}) {
  return {.https = true,
          .min_version = domain::parse_tls_version(lowest).value(),
          .max_version = domain::parse_tls_version(highest)};
}

ProofTarget target_at(const Address& address, domain::TlsSwitches tls = bound("TLSv1.2"),
                      milliseconds timeout = kLong) {
  return {.address = address, .domain = kName, .tls = std::move(tls), .timeout = timeout};
}

Proof prove(const ProofTarget& target, const std::vector<x509::Certificate>& expected,
            ProofDepth depth = ProofDepth::kChain) {
  return Prover().prove(target, expected, depth);
}

std::string fingerprint(const x509::Certificate& certificate) {
  return base::to_hex(base::ByteView(certificate.sha256()).first(8));
}

// ---- What is served

TEST(Proof, IsGivenWhenTheServerShowsTheChain) {
  for (const bool is_rsa : {false, true}) {
    const Identity identity = is_rsa ? make_rsa_identity() : make_identity();
    const TlsServer server(kName, identity);
    const Proof proof = prove(target_at(server.address()), identity.chain);
    EXPECT_EQ(proof.state, State::kProved) << proof.reason;
    EXPECT_EQ(proof.reason, "");
    EXPECT_EQ(server.count(), 1);
  }
}

TEST(Proof, IsGivenOverIpv6) {
  const Identity identity = make_identity();
  const TlsServer server(kName, identity, {}, "::1");
  const Proof proof = prove(target_at(server.address()), identity.chain);
  EXPECT_EQ(proof.state, State::kProved) << proof.reason;
}

TEST(Proof, ComparesWhatIsShownForTheNameItSends) {
  const Identity ours = make_identity();
  const Identity others = make_identity("other.example.net");
  TlsServer server("other.example.net", others);
  server.serve(kName, ours);
  EXPECT_EQ(prove(target_at(server.address()), ours.chain).state, State::kProved);
  ProofTarget target = target_at(server.address());
  target.domain = "other.example.net";
  EXPECT_EQ(prove(target, ours.chain).state, State::kOther);
  EXPECT_EQ(prove(target, others.chain).state, State::kProved);
}

TEST(Proof, NamesTheOtherLeafThatIsShown) {
  const Identity old = make_identity();
  const Identity renewed = make_identity();
  const TlsServer server(kName, old);
  const Proof proof = prove(target_at(server.address()), renewed.chain);
  EXPECT_EQ(proof.state, State::kOther);
  EXPECT_EQ(proof.reason, server.address().to_string() + " shows for live.example.net the leaf " +
                              fingerprint(old.chain[0]) + "… (CN=live.example.net, expires 2025-09-13), not " +
                              fingerprint(renewed.chain[0]) + "…");
}

// The same key under another certificate is another certificate.
TEST(Proof, IsNotGivenForARenewedLeafWithTheSameKey) {
  const Identity served = make_rsa_identity();
  const Identity expected = make_rsa_identity();
  ASSERT_TRUE(served.chain[0].has_same_key_as(expected.chain[0]));
  const TlsServer server(kName, served);
  EXPECT_EQ(prove(target_at(server.address()), expected.chain).state, State::kOther);
}

TEST(Proof, CountsTheCertificatesOfAChainThatIsCutShort) {
  Identity identity = make_identity();
  const std::vector<x509::Certificate> expected = identity.chain;
  identity.chain.pop_back();
  const TlsServer server(kName, identity);
  const Proof proof = prove(target_at(server.address()), expected);
  EXPECT_EQ(proof.state, State::kOther);
  EXPECT_THAT(proof.reason, HasSubstr("the chain has 1 certificate, expected 2"));
}

TEST(Proof, IsNotGivenForMoreThanTheChain) {
  Identity identity = make_identity();
  const std::vector<x509::Certificate> expected = identity.chain;
  identity.chain.push_back(expected.back());
  const TlsServer server(kName, identity);
  const Proof proof = prove(target_at(server.address()), expected);
  EXPECT_EQ(proof.state, State::kOther);
  EXPECT_THAT(proof.reason, HasSubstr("the chain has 3 certificates, expected 2"));
}

TEST(Proof, NamesAnotherIntermediateThatIsShown) {
  Identity identity = make_identity();
  const std::vector<x509::Certificate> expected = identity.chain;
  const test::Pki other(test_now());
  identity.chain[1] = other.intermediate();
  const TlsServer server(kName, identity);
  const Proof proof = prove(target_at(server.address()), expected);
  EXPECT_EQ(proof.state, State::kOther);
  EXPECT_THAT(proof.reason, AllOf(HasSubstr("certificate 2 " + fingerprint(other.intermediate())),
                                  HasSubstr("not " + fingerprint(expected[1]))));
}

TEST(Proof, DoesNotMindARootMoreOrLess) {
  Identity identity = make_identity();
  const std::vector<x509::Certificate> without_root = identity.chain;
  identity.chain.push_back(shared_pki().root());
  const std::vector<x509::Certificate> with_root = identity.chain;
  const TlsServer sends_root(kName, identity);
  identity.chain.pop_back();
  const TlsServer leaves_root_out(kName, identity);
  for (const auto* server : {&sends_root, &leaves_root_out}) {
    for (const auto* expected : {&with_root, &without_root}) {
      EXPECT_EQ(prove(target_at(server->address()), *expected).state, State::kProved);
    }
  }
}

TEST(Proof, MindsAnotherRootAndTwoRoots) {
  Identity identity = make_identity();
  std::vector<x509::Certificate> expected = identity.chain;
  const test::Pki other(test_now());
  identity.chain.push_back(other.root());
  const TlsServer server(kName, identity);
  expected.push_back(shared_pki().root());
  EXPECT_EQ(prove(target_at(server.address()), expected).state, State::kOther);
  expected = {identity.chain[0], identity.chain[1], other.root(), other.root()};
  EXPECT_EQ(prove(target_at(server.address()), expected).state, State::kProved);
  expected.push_back(other.root());
  EXPECT_EQ(prove(target_at(server.address()), expected).state, State::kOther);
}

TEST(Proof, IsGivenForASelfSignedLeaf) {
  x509::PrivateKey key = *x509::generate_ec_p256_key();
  x509::LeafProfile profile;
  profile.common_name = kName;
  profile.dns_names = {kName};
  profile.not_before = test_now();
  profile.not_after = test_now() + std::chrono::days(30);
  const Identity identity{{*x509::issue_self_signed_leaf(profile, key)}, std::move(key)};
  const TlsServer server(kName, identity);
  EXPECT_EQ(prove(target_at(server.address()), identity.chain).state, State::kProved);
  EXPECT_EQ(prove(target_at(server.address()), make_identity().chain).state, State::kOther);
}

TEST(Proof, SeesAChangeAtOnceAndResumesNothing) {
  const Identity old = make_identity();
  const Identity renewed = make_identity();
  const Prover prover;
  for (const std::string version : {"TLSv1.2", "TLSv1.3"}) {
    TlsServer server(kName, old);
    const ProofTarget target = target_at(server.address(), bound(version, version));
    EXPECT_EQ(prover.prove(target, old.chain, ProofDepth::kChain).state, State::kProved);
    server.serve(kName, renewed);
    EXPECT_EQ(prover.prove(target, old.chain, ProofDepth::kChain).state, State::kOther);
    EXPECT_EQ(prover.prove(target, renewed.chain, ProofDepth::kChain).state, State::kProved);
    EXPECT_EQ(server.resumption_count(), 0);
  }
}

TEST(Proof, CanBeAskedForFromManyThreads) {
  const Identity identity = make_identity();
  const TlsServer server(kName, identity);
  const Prover prover;
  std::atomic<int> proved = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 8; ++j) {
        const Proof proof = prover.prove(target_at(server.address()), identity.chain, ProofDepth::kTlsVersions);
        if (proof.state == State::kProved) ++proved;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(proved, 64);
}

// ---- TLS versions

struct VersionCase {
  std::string name;
  Offer offer;
  domain::TlsSwitches tls;
  State state;
  std::string reason;  // part of it
};

std::vector<VersionCase> version_cases() {
  constexpr int k10 = TLS1_VERSION;
  constexpr int k11 = TLS1_1_VERSION;
  constexpr int k12 = TLS1_2_VERSION;
  constexpr int k13 = TLS1_3_VERSION;
  return {
      {"TheUsual", {k12, k13}, bound("TLSv1.2"), State::kProved, ""},
      {"TheUsualWithALimit", {k12, k13}, bound("TLSv1.2", "TLSv1.3"), State::kProved, ""},
      {"OnlyNewest", {k13, k13}, bound("TLSv1.3"), State::kProved, ""},
      {"OnlyOneInTheMiddle", {k12, k12}, bound("TLSv1.2", "TLSv1.2"), State::kProved, ""},
      {"All", {k10, k13}, bound("TLSv1.0"), State::kProved, ""},
      {"OldAlone", {k10, k11}, bound("TLSv1.0", "TLSv1.1"), State::kProved, ""},
      {"OldNotOffered", {k12, k13}, bound("TLSv1.0"), State::kProved, ""},
      {"OldPartlyOffered", {k11, k13}, bound("TLSv1.0"), State::kProved, ""},
      {"OldUpperEndNotOffered", {k10, k10}, bound("TLSv1.0", "TLSv1.1"), State::kProved, ""},
      {"OneTooOld", {k11, k13}, bound("TLSv1.2"), State::kWrongTls, " offers TLSv1.1 for live.example.net"},
      {"ManyTooOld", {k10, k13}, bound("TLSv1.2"), State::kWrongTls, " offers TLSv1.1 for live.example.net"},
      {"TooOldForTheNewest", {k12, k13}, bound("TLSv1.3"), State::kWrongTls, " offers TLSv1.2 for live.example.net"},
      {"OldestTooOld", {k10, k13}, bound("TLSv1.1"), State::kWrongTls, " offers TLSv1.0 for live.example.net"},
      {"TooNew", {k12, k13}, bound("TLSv1.2", "TLSv1.2"), State::kWrongTls, " offers TLSv1.3 for live.example.net"},
      {"NewestAllowedButMissing", {k12, k12}, bound("TLSv1.2"), State::kProved, ""},
      {"NewestMissing",
       {k12, k12},
       bound("TLSv1.2", "TLSv1.3"),
       State::kWrongTls,
       " refuses TLSv1.3 for live.example.net"},
      {"LowestMissing", {k13, k13}, bound("TLSv1.2"), State::kWrongTls, " refuses TLSv1.2 for live.example.net"},
      {"NothingInCommon", {k12, k13}, bound("TLSv1.0", "TLSv1.1"), State::kRefused, "alert protocol version"},
  };
}

TEST(ProofOfVersions, FindsWhatTheBindingForbidsOrMisses) {
  const Prover prover;
  for (const bool is_rsa : {false, true}) {
    const Identity identity = is_rsa ? make_rsa_identity() : make_identity();
    for (const VersionCase& each : version_cases()) {
      const TlsServer server(kName, identity, each.offer);
      const Proof proof = prover.prove(target_at(server.address(), each.tls), identity.chain, ProofDepth::kTlsVersions);
      EXPECT_EQ(proof.state, each.state) << each.name << ": " << proof.reason;
      EXPECT_THAT(proof.reason, HasSubstr(each.reason)) << each.name;
      EXPECT_EQ(proof.reason.empty(), each.state == State::kProved) << each.name;
    }
  }
}

TEST(ProofOfVersions, SaysWhatToConfigure) {
  const Identity identity = make_rsa_identity();
  const TlsServer lax(kName, identity, {TLS1_VERSION, TLS1_3_VERSION});
  Proof proof = prove(target_at(lax.address()), identity.chain, ProofDepth::kTlsVersions);
  EXPECT_EQ(proof.reason, lax.address().to_string() +
                              " offers TLSv1.1 for live.example.net, whose binding asks for TLSv1.2 to TLSv1.3: allow "
                              "only these there (nginx: ssl_protocols; HAProxy: ssl-min-ver, ssl-max-ver)");
  const TlsServer strict(kName, identity, {TLS1_3_VERSION, TLS1_3_VERSION});
  proof = prove(target_at(strict.address()), identity.chain, ProofDepth::kTlsVersions);
  EXPECT_EQ(proof.reason,
            strict.address().to_string() +
                " refuses TLSv1.2 for live.example.net, whose binding asks for TLSv1.2 to TLSv1.3: allow TLSv1.2 there "
                "(nginx: ssl_protocols; HAProxy: ssl-min-ver, ssl-max-ver), with a cipher for an RSA 2048 key; the "
                "handshake ended with alert protocol version");
}

TEST(ProofOfVersions, AreNotLookedAtForTheChainAlone) {
  const Identity identity = make_identity();
  const TlsServer server(kName, identity, {TLS1_VERSION, TLS1_2_VERSION});
  EXPECT_EQ(prove(target_at(server.address()), identity.chain).state, State::kProved);
  EXPECT_EQ(server.count(), 1);
}

TEST(ProofOfVersions, TakeOneHandshakeForEachThatIsNotKnownYet) {
  const Identity identity = make_identity();
  const Prover prover;
  // 1.3 is known from the first; 1.2 and 1.1 are asked about.
  const TlsServer usual(kName, identity);
  EXPECT_EQ(prover.prove(target_at(usual.address()), identity.chain, ProofDepth::kTlsVersions).state, State::kProved);
  EXPECT_EQ(usual.count(), 3);
  const TlsServer one(kName, identity, {TLS1_2_VERSION, TLS1_2_VERSION});
  const ProofTarget target = target_at(one.address(), bound("TLSv1.2", "TLSv1.2"));
  EXPECT_EQ(prover.prove(target, identity.chain, ProofDepth::kTlsVersions).state, State::kProved);
  EXPECT_EQ(one.count(), 3);
}

TEST(ProofOfVersions, FindAVersionWithoutACipherForTheKey) {
  const Identity identity = make_rsa_identity();
  const TlsServer server(kName, identity, {.ciphers = "aECDSA:@SECLEVEL=0"});
  EXPECT_EQ(prove(target_at(server.address()), identity.chain).state, State::kProved);  // with TLS 1.3
  const Proof proof = prove(target_at(server.address()), identity.chain, ProofDepth::kTlsVersions);
  EXPECT_EQ(proof.state, State::kWrongTls);
  EXPECT_THAT(proof.reason, AllOf(HasSubstr(" refuses TLSv1.2 "), HasSubstr("alert handshake failure")));
}

// A server with one certificate for new clients and another for old ones.
TEST(ProofOfVersions, FindAnotherChainAtTheLowerEnd) {
  const Identity identity = make_identity();
  const Identity old = make_rsa_identity();
  TlsServer server(kName, identity, {TLS1_VERSION, TLS1_3_VERSION});
  server.serve_below(TLS1_1_VERSION, old);
  const ProofTarget target = target_at(server.address(), bound("TLSv1.0"));
  EXPECT_EQ(prove(target, identity.chain).state, State::kProved);
  const Proof proof = prove(target, identity.chain, ProofDepth::kTlsVersions);
  EXPECT_EQ(proof.state, State::kOther);
  EXPECT_THAT(proof.reason, AllOf(StartsWith("with TLSv1.0: "), HasSubstr(fingerprint(old.chain[0]))));
}

// Just outside, any certificate is too much.
TEST(ProofOfVersions, FindAForbiddenVersionWithAnotherChain) {
  const Identity identity = make_identity();
  TlsServer server(kName, identity, {TLS1_1_VERSION, TLS1_3_VERSION});
  server.serve_below(TLS1_2_VERSION, make_identity());
  const Proof proof = prove(target_at(server.address()), identity.chain, ProofDepth::kTlsVersions);
  EXPECT_EQ(proof.state, State::kWrongTls);
  EXPECT_THAT(proof.reason, HasSubstr("offers TLSv1.1"));
}

TEST(ProofOfVersions, AreRefusedWhenTheBindingNamesNone) {
  const Address nowhere{"127.0.0.1", 1};
  const std::vector<x509::Certificate> chain = make_identity().chain;
  EXPECT_EQ(prove(target_at(nowhere, bound("TLSv1.3", "TLSv1.2")), chain).state, State::kWrongTls);
}

// ---- Servers that do not answer as they should

// RFC 8446 §5.1: type, version, length, content.
base::Bytes record(std::uint8_t type, const base::Bytes& content) {
  base::Bytes whole{type, 3, 3, static_cast<std::uint8_t>(content.size() >> 8U),
                    static_cast<std::uint8_t>(content.size())};
  whole.insert(whole.end(), content.begin(), content.end());
  return whole;
}

// A TLS 1.2 ServerHello without extensions (RFC 5246 §7.4.1.3).
base::Bytes server_hello() {
  base::Bytes hello{2, 0, 0, 38, 3, 3};
  hello.resize(6 + 32, 0x11);
  hello.insert(hello.end(), {0, 0xC0, 0x2F, 0});
  return record(22, hello);
}

Proof prove_strange(const LoopbackServer& server, milliseconds timeout = kLong) {
  return prove(target_at(server.address(), bound("TLSv1.2", "TLSv1.2"), timeout), {shared_pki().root()});
}

TEST(ProofOfNothing, SaysThatTheConnectionIsRefused) {
  Address address{"127.0.0.1", 0};
  const base::OwnedDescriptor bound_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in local{};  // bound and not listening: nobody else can have the port
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof local;
  ASSERT_EQ(::bind(bound_socket.get(), reinterpret_cast<sockaddr*>(&local), length), 0);
  ASSERT_EQ(::getsockname(bound_socket.get(), reinterpret_cast<sockaddr*>(&local), &length), 0);
  address.port = ntohs(local.sin_port);
  const Proof proof = prove(target_at(address), make_identity().chain);
  EXPECT_EQ(proof.state, State::kUnreachable);
  EXPECT_EQ(proof.reason, "connection refused");
}

TEST(ProofOfNothing, SaysThatAnAddressIsNone) {
  const Proof proof = prove(target_at({"localhost", 443}), make_identity().chain);
  EXPECT_EQ(proof.state, State::kUnreachable);
  EXPECT_NE(proof.reason, "");
}

// A listener whose queue is full answers no further connection.
TEST(ProofOfNothing, GivesUpOnAConnectionThatDoesNotComeAbout) {
  Address address{"127.0.0.1", 0};
  const base::OwnedDescriptor listener(listen_at(address, 0));
  std::vector<base::OwnedDescriptor> queue;
  for (int i = 0; i < 4; ++i) {
    queue.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sin_port = htons(address.port);
    static_cast<void>(::connect(queue.back().get(), reinterpret_cast<sockaddr*>(&local), sizeof local));
  }
  const Proof proof = prove(target_at(address, bound("TLSv1.2"), kShort), make_identity().chain);
  EXPECT_EQ(proof.state, State::kUnreachable);
  EXPECT_EQ(proof.reason, "no answer within 200 ms");
}

TEST(ProofOfNothing, GivesUpOnAServerThatSaysNothing) {
  const LoopbackServer server([](const auto& connection) { connection.wait_for_end(); });
  const auto start = std::chrono::steady_clock::now();
  const Proof proof = prove_strange(server, kShort);
  EXPECT_GE(std::chrono::steady_clock::now() - start, kShort);
  EXPECT_EQ(proof.state, State::kUnreachable);
  EXPECT_EQ(proof.reason, "no answer within 200 ms");
}

TEST(ProofOfNothing, IsAllThereIsOnceLivecertStops) {
  StopSignal stop;
  const LoopbackServer server([&](const auto& connection) {
    stop.raise();
    connection.wait_for_end();
  });
  ProofTarget target = target_at(server.address(), bound("TLSv1.2", "TLSv1.2"), std::chrono::minutes(5));
  target.stop = &stop;
  EXPECT_EQ(prove(target, {shared_pki().root()}).state, State::kUnreachable);
}

// Each byte of a long record comes soon after the one before, but none of them gives the server more time.
TEST(ProofOfNothing, GivesUpOnAServerThatTrickles) {
  const LoopbackServer server([](const auto& connection) {
    base::Bytes rest = record(22, base::Bytes(16000, 2));
    rest[5 + 1] = 0;  // a ServerHello of 16 KiB
    for (const std::uint8_t byte : rest) {
      if (!connection.send(base::ByteView(&byte, 1))) return;
      std::this_thread::sleep_for(milliseconds(1));
    }
    connection.wait_for_end();
  });
  const Proof proof = prove_strange(server, kShort);
  EXPECT_EQ(proof.state, State::kUnreachable);
  EXPECT_THAT(proof.reason, HasSubstr("within 200 ms"));
}

TEST(ProofOfNothing, IsOfAServerThatDoesNotSpeakTls) {
  for (const std::string_view answer : {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
                                        "220 mail.example.net ESMTP\r\n", "\x16\x03\x03\xff\xff"}) {
    const LoopbackServer server([&](const auto& connection) {
      static_cast<void>(connection.send(base::as_bytes(answer)));
      connection.wait_for_end();
    });
    const Proof proof = prove_strange(server);
    EXPECT_EQ(proof.state, State::kRefused) << proof.reason;
    EXPECT_THAT(proof.reason, StartsWith("the answer makes no sense in a TLS handshake: "));
  }
}

TEST(ProofOfNothing, IsOfAServerThatRefusesTheName) {
  const TlsServer server("other.example.net", make_identity());
  const Proof proof = prove(target_at(server.address()), make_identity().chain);
  EXPECT_EQ(proof.state, State::kRefused);
  EXPECT_EQ(proof.reason, "the handshake ended with alert unrecognized name");
}

TEST(ProofOfNothing, IsOfAServerThatCloses) {
  for (const bool says_hello : {false, true}) {
    const LoopbackServer server([&](const auto& connection) {
      static_cast<void>(connection.receive());
      if (says_hello) static_cast<void>(connection.send(server_hello()));
    });
    const Proof proof = prove_strange(server);
    EXPECT_EQ(proof.state, State::kRefused);
    EXPECT_EQ(proof.reason, "the server closed the connection in the handshake");
  }
}

// It depends on chance whether our first bytes find the connection open, but the answer does not.
TEST(ProofOfNothing, IsOfAServerThatResetsAtOnce) {
  const LoopbackServer server([](const auto& connection) { connection.reset_at_close(); });
  for (int i = 0; i < 50; ++i) {
    const Proof proof = prove_strange(server);
    EXPECT_EQ(proof.state, State::kUnreachable) << proof.reason;
  }
}

TEST(ProofOfNothing, IsOfAServerThatResetsInTheMiddle) {
  const LoopbackServer server([&](const auto& connection) {
    static_cast<void>(connection.receive());
    static_cast<void>(connection.send(server_hello()));
    connection.reset_at_close();
  });
  const Proof proof = prove_strange(server);
  EXPECT_EQ(proof.state, State::kRefused);
  EXPECT_EQ(proof.reason, "connection reset by peer in the handshake");
}

// The bytes that follow never end, but are always there: a limit of the waiting time is not enough.
void flood(const LoopbackServer::Connection& connection, const base::Bytes& first, const base::Bytes& again) {
  static_cast<void>(connection.receive());
  if (!connection.send(first)) return;
  while (connection.send(again)) continue;
}

TEST(ProofOfNothing, IsOfAServerWhoseChainHasNoEnd) {
  // A Certificate message of 16 MiB (RFC 5246 §7.4.2), of which more and more comes.
  const base::Bytes start = record(22, {11, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC});
  base::Bytes first = server_hello();
  first.insert(first.end(), start.begin(), start.end());
  const LoopbackServer server([&](const auto& connection) { flood(connection, first, record(22, base::Bytes(8192))); });
  const Proof proof = prove_strange(server);
  EXPECT_EQ(proof.state, State::kRefused);
  EXPECT_THAT(proof.reason, HasSubstr("excessive message size"));
}

TEST(ProofOfNothing, IsOfAServerWithALongChainOfRubbish) {
  // 96 KiB of one-byte certificates, within what a chain may have.
  constexpr std::size_t kEntries = 24576;
  base::Bytes message{11, 1, 0x80, 3, 1, 0x80, 0};
  for (std::size_t i = 0; i < kEntries; ++i) message.insert(message.end(), {0, 0, 1, 0x30});
  const LoopbackServer server([&](const auto& connection) {
    static_cast<void>(connection.receive());
    static_cast<void>(connection.send(server_hello()));
    for (std::size_t at = 0; at < message.size(); at += 8192) {
      const auto from = message.begin() + static_cast<std::ptrdiff_t>(at);
      const auto size = static_cast<std::ptrdiff_t>(std::min<std::size_t>(8192, message.size() - at));
      if (!connection.send(record(22, base::Bytes(from, from + size)))) return;
    }
    connection.wait_for_end();
  });
  EXPECT_EQ(prove_strange(server).state, State::kRefused);
}

TEST(ProofOfNothing, IsOfAServerThatShowsFarTooManyCertificates) {
  Identity identity = make_identity();
  const std::vector<x509::Certificate> expected = identity.chain;
  while (identity.chain.size() < 100) identity.chain.push_back(shared_pki().intermediate());
  const TlsServer server(kName, identity);
  const Proof proof = prove(target_at(server.address()), expected);
  EXPECT_EQ(proof.state, State::kOther);
  EXPECT_THAT(proof.reason, HasSubstr("the chain has 100 certificates, expected 2"));
}

TEST(ProofOfNothing, IsOfAServerThatOnlyWarns) {
  // Warnings of an unrecognized name (RFC 6066 §3), after which clients may continue.
  const LoopbackServer server([](const auto& connection) { flood(connection, {}, record(21, {1, 112})); });
  EXPECT_EQ(prove_strange(server).state, State::kRefused);
}

TEST(ProofOfNothing, IsOfAServerThatSendsEmptyRecords) {
  const LoopbackServer server([](const auto& connection) { flood(connection, server_hello(), record(22, {})); });
  EXPECT_EQ(prove_strange(server).state, State::kRefused);
}

// Before a ServerHello, clients skip all HelloRequests (RFC 5246 §7.4.1.1).
TEST(ProofOfNothing, GivesUpOnAServerThatAsksForHelloWithoutEnd) {
  const LoopbackServer server([](const auto& connection) { flood(connection, {}, record(22, base::Bytes(8192))); });
  const Proof proof = prove_strange(server, kShort);
  EXPECT_EQ(proof.state, State::kUnreachable) << proof.reason;
  EXPECT_THAT(proof.reason, HasSubstr("within 200 ms"));
}

// Just outside the bound versions, silence is not a refusal: a packet filter on the way may drop old handshakes.
TEST(ProofOfVersions, DoNotTakeSilenceForARefusal) {
  const Identity identity = make_identity();
  const TlsServer server(kName, identity);
  std::atomic<int> count = 0;
  // Passes the first two handshakes on, to be silent at the third.
  const LoopbackServer front([&](const auto& connection) {
    if (++count > 2) return connection.wait_for_end();
    base::OwnedDescriptor behind(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sin_port = htons(server.address().port);
    ASSERT_EQ(::connect(behind.get(), reinterpret_cast<sockaddr*>(&local), sizeof local), 0);
    std::thread back([&] {
      base::Bytes piece(16384);
      while (true) {
        const ssize_t size = ::recv(behind.get(), piece.data(), piece.size(), 0);
        if (size <= 0 || !connection.send(base::ByteView(piece).first(static_cast<std::size_t>(size)))) return;
      }
    });
    for (base::Bytes piece; !(piece = connection.receive()).empty();) {
      if (::send(behind.get(), piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
    }
    ::shutdown(behind.get(), SHUT_RDWR);
    back.join();
  });
  const Proof proof =
      prove(target_at(front.address(), bound("TLSv1.2"), milliseconds(1000)), identity.chain, ProofDepth::kTlsVersions);
  EXPECT_EQ(proof.state, State::kUnreachable);
  // On a busy machine the first handshakes may be the late ones.
  if (count > 2) {
    EXPECT_THAT(proof.reason, HasSubstr("TLSv1.1"));
  }
}

}  // namespace
}  // namespace livecert::edge
