#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "net/fetcher.h"
#include "support/test_service.h"
#include "support/tiny_server.h"
#include "x509/pem.h"
#include "x509/pem_scanner.h"

// Missing intermediates, from each of the three sources.
namespace livecert {
namespace {

using test::Answer;
using test::TestService;

constexpr const char* kNow = "20260601T120000Z";

std::size_t chain_length(TestService& service, const Answer& created) {
  const Answer detail =
      service.call("DescribeCertDetailSecretV2", R"({"ChainID":")" + created.text("ChainID") + R"("})");
  return detail.result.at("SSL").at("Chain").as_array().size();
}

TEST(IssuerCompletion, TakesTheAccountsEarlierChains) {
  TestService service;
  ASSERT_EQ(service.create_cert(service.pki().upload("a.example")).status, 200);
  const Answer answer = service.create_cert(service.pki().upload_without_intermediate({}));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(chain_length(service, answer), 2U);
}

TEST(IssuerCompletion, ALeafAloneConvergesWithItsCompleteChain) {
  TestService service;
  const test::PemPair pair = service.pki().upload();
  const std::string chain = service.create_cert(pair).text("ChainID");
  const test::PemPair bare{pair.certificates.substr(0, pair.certificates.find("-----BEGIN", 10)), pair.key};
  EXPECT_EQ(service.create_cert(bare).text("ChainID"), chain);
}

TEST(IssuerCompletion, TakesTheOperatorsFolderAsItIsNow) {
  const test::Pki pki(*base::parse_basic_time(kNow));
  const test::TemporaryDirectory folder;
  TestService::Options options;
  options.issuers_folder = folder.path();
  TestService service(std::move(options));
  Answer answer = service.create_cert(pki.upload_without_intermediate({.dns_names = {"a.example"}}));
  EXPECT_EQ(chain_length(service, answer), 1U);

  std::ofstream(folder.path() / "note.txt") << "not looked at";
  std::ofstream(folder.path() / "broken.pem") << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  std::ofstream(folder.path() / "issuers.pem") << x509::to_pem(pki.root()) << x509::to_pem(pki.intermediate());
  answer = service.create_cert(pki.upload_without_intermediate({.dns_names = {"b.example"}}));
  EXPECT_EQ(chain_length(service, answer), 2U);

  // A file that is written over, without a change of the folder itself.
  const test::Pki next(*base::parse_basic_time(kNow));
  std::ofstream(folder.path() / "issuers.pem") << x509::to_pem(next.intermediate()) << "\n";
  answer = service.create_cert(next.upload_without_intermediate({.dns_names = {"c.example"}}));
  EXPECT_EQ(chain_length(service, answer), 2U);
}

TEST(IssuerCompletion, AsksTheIssuerOnceAndRemembersItsAnswer) {
  const test::Pki pki(*base::parse_basic_time(kNow));
  const auto der = pki.intermediate().der();
  const test::TinyServer server(
      [&](const http::Request&) { return test::make_answer("200 OK", std::string(base::as_text(der))); });
  const auto port = static_cast<std::uint16_t>(std::stoi(server.authority().substr(server.authority().find(':') + 1)));
  const net::Fetcher fetcher({.allow_private_addresses = true, .ports = {port}});
  TestService::Options options;
  options.fetch = [&](const std::string& url, std::chrono::milliseconds left) { return fetcher.get(url, left); };
  TestService service(std::move(options));
  for (const char* name : {"a", "b"}) {
    const signature::Credentials user = service.new_account(name);
    const Answer answer = service.create_cert(
        user,
        pki.upload_without_intermediate({.dns_names = {"x.example"}, .ca_issuers_url = server.url() + "/ca.der"}));
    ASSERT_EQ(answer.status, 200);
    const Answer detail =
        service.call(user, "DescribeCertDetailSecretV2", R"({"ChainID":")" + answer.text("ChainID") + R"("})");
    EXPECT_EQ(detail.result.at("SSL").at("Chain").as_array().size(), 2U);
  }
  EXPECT_EQ(server.requests().size(), 1U);
}

// An authority that changed its key keeps its name.
TEST(IssuerCompletion, ANamesakeOfTheIssuerDoesNotKeepItFromBeingAsked) {
  const test::Pki renewed(*base::parse_basic_time(kNow));
  TestService::Options options;
  options.fetch = [&](const std::string&, std::chrono::milliseconds) -> base::Result<base::Bytes> {
    return base::to_bytes(renewed.intermediate().der());
  };
  TestService service(std::move(options));
  ASSERT_EQ(service.create_cert(service.pki().upload("a.example")).status, 200);
  const Answer answer = service.create_cert(
      renewed.upload_without_intermediate({.dns_names = {"b.example"}, .ca_issuers_url = "http://x.example/ca"}));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(chain_length(service, answer), 2U);
}

TEST(IssuerCompletion, UploadsThatNeedTheSameIssuerAtOnceAskItOnce) {
  const test::Pki pki(*base::parse_basic_time(kNow));
  std::atomic<int> calls = 0;
  std::promise<void> go_on;
  std::shared_future<void> released(go_on.get_future());
  TestService::Options options;
  options.fetch = [&](const std::string&, std::chrono::milliseconds) -> base::Result<base::Bytes> {
    ++calls;
    released.wait();
    return base::to_bytes(pki.intermediate().der());
  };
  TestService service(std::move(options));
  const test::PemPair pair = pki.upload_without_intermediate({.ca_issuers_url = "http://x.example/ca"});
  const auto child = x509::Certificate::parse(x509::scan_pem(pair.certificates, 1).front().der);
  std::atomic<int> found = 0;
  std::vector<std::thread> uploads;
  for (int i = 0; i < 8; ++i) {
    uploads.emplace_back([&] {
      const auto deadline = service.clock().steady_now() + std::chrono::seconds(30);
      const auto issuers = service.services().issuers.for_upload(base::AccountId(1), deadline).issuers_of(*child);
      if (issuers && issuers->size() == 1) ++found;
    });
  }
  while (calls == 0) std::this_thread::yield();
  go_on.set_value();
  for (std::thread& upload : uploads) upload.join();
  EXPECT_EQ(found, 8);
  EXPECT_EQ(calls, 1);
}

// Or one account could keep an issuer from being asked for all others.
TEST(IssuerCompletion, AFailureForWantOfTimeIsNotRemembered) {
  int calls = 0;
  TestService::Options options;
  options.fetch = [&](const std::string&, std::chrono::milliseconds) -> base::Result<base::Bytes> {
    ++calls;
    return base::Error{base::ErrorCode::kDeadlineExceeded, "too slow"};
  };
  TestService service(std::move(options));
  const test::PemPair pair = service.pki().upload_without_intermediate({.ca_issuers_url = "http://x.example/ca"});
  const auto child = x509::Certificate::parse(x509::scan_pem(pair.certificates, 1).front().der);
  ASSERT_TRUE(child);
  const auto ask = [&](std::chrono::milliseconds time) {
    service::IssuerDirectory& issuers = service.services().issuers;
    return issuers.for_upload(base::AccountId(1), service.clock().steady_now() + time).issuers_of(*child);
  };
  EXPECT_FALSE(ask(std::chrono::milliseconds(50)));
  EXPECT_FALSE(ask(std::chrono::seconds(4)));
  EXPECT_EQ(calls, 2) << "whoever has more time asks anew";
  EXPECT_FALSE(ask(std::chrono::seconds(4)));
  EXPECT_EQ(calls, 2) << "a failure with time enough is remembered";
}

TEST(IssuerCompletion, AnIssuerThatFailsRefusesNothingUnlessARootIsDemanded) {
  TestService::Options options;
  options.fetch = [](const std::string&, std::chrono::milliseconds) -> base::Result<base::Bytes> {
    return base::Error{base::ErrorCode::kUpstreamFailure, "down"};
  };
  TestService service(std::move(options));
  const Answer answer =
      service.create_cert(service.pki().upload_without_intermediate({.ca_issuers_url = "http://x.example/ca"}));
  ASSERT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.result.as_object().contains("Warnings"));
}

TEST(IssuerCompletion, AnUploadThatLeadsToNoDemandedRootIsRefused) {
  const test::Pki other(*base::parse_basic_time(kNow));
  const x509::RootSet roots({other.root()});
  TestService service({.settings = {.required_roots = &roots}});
  const Answer refused = service.create_cert(service.pki().upload());
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "InvalidParam");
  EXPECT_EQ(service.create_cert(other.upload()).status, 200);
}

}  // namespace
}  // namespace livecert
