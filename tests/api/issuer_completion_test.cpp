#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outgoing/fetcher.h"
#include "outgoing/transfer.h"
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

// Authorities that changed their key and kept their name. The search is bounded, and begins with the one whose key the
// leaf names.
TEST(IssuerCompletion, FindsTheIssuerAmongManyNamesakes) {
  TestService service;
  ASSERT_EQ(service.create_cert(service.pki().upload("a.example")).status, 200);
  for (int i = 0; i < 20; ++i) {
    const test::Pki other(*base::parse_basic_time(kNow));
    ASSERT_EQ(service.create_cert(other.upload("a.example")).status, 200);
  }
  const Answer answer = service.create_cert(service.pki().upload_without_intermediate({}));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(chain_length(service, answer), 2U);
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

  // A file is overwritten without a change of the folder itself.
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
  const outgoing::Fetcher fetcher({.allow_private_addresses = true, .ports = {port}}, outgoing::fetch_here);
  TestService::Options options;
  options.fetch = [&](const std::string& url, service::FetchAllowance& allowance) {
    return fetcher.get(url, allowance.time_left, allowance.requests_left);
  };
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

// An authority that changes its key keeps its name.
TEST(IssuerCompletion, ANamesakeOfTheIssuerDoesNotKeepItFromBeingAsked) {
  const test::Pki renewed(*base::parse_basic_time(kNow));
  TestService::Options options;
  options.fetch = [&](const std::string&, service::FetchAllowance&) -> base::Result<base::Bytes> {
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
  options.fetch = [&](const std::string&, service::FetchAllowance&) -> base::Result<base::Bytes> {
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

// Otherwise one account could keep an issuer from being asked for all others.
TEST(IssuerCompletion, AFailureForWantOfTimeIsNotRemembered) {
  int calls = 0;
  TestService::Options options;
  options.fetch = [&](const std::string&, service::FetchAllowance&) -> base::Result<base::Bytes> {
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

// Made with openssl req -x509; its authorityInfoAccess names http://a.example/1, b.example/2, c.example/3, d.example/4.
constexpr const char* kFourAddresses = R"(-----BEGIN CERTIFICATE-----
MIICGzCCAcCgAwIBAgIUD85Qvm1txW4/i4tgqqoKkgyAz28wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZm91ci5leGFtcGxlMCAXDTI2MTEyOTE2MzIxOFoYDzIxMDkw
MTE4MTYzMjE4WjAXMRUwEwYDVQQDDAxmb3VyLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAQ++tQpmiBS6DBTOyGnOQtma/rcF7ejQPs4sI4JtBhm6Ta7
+TmIg0yThgajKMjyVwb9vb5b9KBwO5GR0PMnVVPro4HnMIHkMB0GA1UdDgQWBBQO
mZ7t5wEQQahRZNBdjPkOojHAezAfBgNVHSMEGDAWgBQOmZ7t5wEQQahRZNBdjPkO
ojHAezAPBgNVHRMBAf8EBTADAQH/MIGQBggrBgEFBQcBAQSBgzCBgDAeBggrBgEF
BQcwAoYSaHR0cDovL2EuZXhhbXBsZS8xMB4GCCsGAQUFBzAChhJodHRwOi8vYi5l
eGFtcGxlLzIwHgYIKwYBBQUHMAKGEmh0dHA6Ly9jLmV4YW1wbGUvMzAeBggrBgEF
BQcwAoYSaHR0cDovL2QuZXhhbXBsZS80MAoGCCqGSM49BAMCA0kAMEYCIQCceOcG
GWEb0xUZqtATk03GrY6K9T5NyoS3S4am4O0BswIhAI6WItCwNfL1PLj4c47YKdxz
LF/fHLFARab763Crkk6K
-----END CERTIFICATE-----
)";

x509::Certificate certificate_of(std::string_view pem) {
  return *x509::Certificate::parse(x509::scan_pem(pem, 1).front().der);
}

TEST(IssuerCompletion, OfTheAddressesThatACertificateNamesTwoAreAsked) {
  std::vector<std::string> asked;
  TestService::Options options;
  options.fetch = [&](const std::string& url, service::FetchAllowance& allowance) -> base::Result<base::Bytes> {
    asked.push_back(url);
    --allowance.requests_left;
    return base::Error{base::ErrorCode::kUpstreamFailure, "down"};
  };
  TestService service(std::move(options));
  ASSERT_EQ(certificate_of(kFourAddresses).ca_issuer_urls().size(), 4U);
  const auto deadline = service.clock().steady_now() + std::chrono::seconds(4);
  EXPECT_FALSE(
      service.services().issuers.for_upload(base::AccountId(1), deadline).issuers_of(certificate_of(kFourAddresses)));
  EXPECT_EQ(asked, (std::vector<std::string>{"http://a.example/1", "http://b.example/2"}));
}

// Six at most, however many certificates lead to others, each with a redirect.
TEST(IssuerCompletion, OneUploadLeadsToSixRequests) {
  std::size_t requests = 0;
  std::vector<std::size_t> allowed;
  TestService::Options options;
  options.fetch = [&](const std::string&, service::FetchAllowance& allowance) -> base::Result<base::Bytes> {
    allowed.push_back(allowance.requests_left);
    const std::size_t made = std::min<std::size_t>(2, allowance.requests_left);
    allowance.requests_left -= made;
    requests += made;
    return base::Error{base::ErrorCode::kUpstreamBadAnswer, "404"};
  };
  TestService service(std::move(options));
  auto upload =
      service.services().issuers.for_upload(base::AccountId(1), service.clock().steady_now() + std::chrono::seconds(4));
  for (int i = 0; i < 10; ++i) {
    const std::string url = "http://x.example/" + std::to_string(i);
    EXPECT_FALSE(upload.issuers_of(
        certificate_of(service.pki().upload_without_intermediate({.ca_issuers_url = url}).certificates)));
  }
  EXPECT_EQ(requests, 6U);
  EXPECT_EQ(allowed, (std::vector<std::size_t>{3, 3, 2}));
}

TEST(IssuerCompletion, AnAccountThatLeadsToManyRequestsIsJudgedWithoutThemAndToldSo) {
  std::size_t requests = 0;
  TestService::Options options;
  options.fetch = [&](const std::string&, service::FetchAllowance& allowance) -> base::Result<base::Bytes> {
    ++requests;
    --allowance.requests_left;
    return base::Error{base::ErrorCode::kUpstreamBadAnswer, "404"};
  };
  TestService service(std::move(options));
  const auto upload = [&](const signature::Credentials& user, int number) {
    const std::string url = "http://x.example/" + std::to_string(number);
    return service.create_cert(user, service.pki().upload_without_intermediate({.ca_issuers_url = url}));
  };
  const signature::Credentials greedy = service.new_account("greedy");
  Answer answer;
  for (int i = 0; i < 31; ++i) answer = upload(greedy, i);
  EXPECT_EQ(requests, 30U);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(boost::json::serialize(answer.result.at("Warnings")), testing::HasSubstr("upload it again in a minute"));
  answer = upload(service.new_account("other"), 100);
  EXPECT_EQ(requests, 31U) << "nobody else is kept from it";
  service.clock().advance(std::chrono::seconds(1));
  answer = upload(greedy, 101);
  EXPECT_EQ(requests, 32U);
  EXPECT_THAT(boost::json::serialize(answer.result.at("Warnings")), testing::Not(testing::HasSubstr("not asked")));
}

TEST(IssuerCompletion, WhereARootIsDemandedAnUploadThatWasNotCompletedMayTryAgain) {
  const test::Pki pki(*base::parse_basic_time(kNow));
  const x509::RootSet roots({pki.root()});
  TestService::Options options;
  options.settings.required_roots = &roots;
  options.fetch = [&](const std::string&, service::FetchAllowance& allowance) -> base::Result<base::Bytes> {
    --allowance.requests_left;
    return base::Error{base::ErrorCode::kUpstreamBadAnswer, "404"};
  };
  TestService service(std::move(options));
  Answer answer;
  for (int i = 0; i < 31; ++i) {
    const std::string url = "http://x.example/" + std::to_string(i);
    answer = service.create_cert(pki.upload_without_intermediate({.ca_issuers_url = url}));
  }
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.code(), "FlowLimitExceeded");
  EXPECT_EQ(answer.headers.find("Retry-After"), "60");
}

// Slow servers that one account names occupy only that account's share of threads.
TEST(IssuerCompletion, AFewUploadsOfAnAccountWaitForIssuersAndTheOthersAreJudgedWithout) {
  const test::Pki pki(*base::parse_basic_time(kNow));
  std::atomic<int> waiting = 0;
  std::promise<void> go_on;
  std::shared_future<void> released(go_on.get_future());
  TestService::Options options;
  options.fetch = [&](const std::string& url, service::FetchAllowance& allowance) -> base::Result<base::Bytes> {
    --allowance.requests_left;
    if (url.ends_with("quick")) return base::to_bytes(pki.intermediate().der());
    ++waiting;
    released.wait();
    return base::Error{base::ErrorCode::kDeadlineExceeded, "slow"};
  };
  TestService service(std::move(options));
  const auto issuers_of = [&](int account, const std::string& path) {
    const auto child =
        certificate_of(pki.upload_without_intermediate({.ca_issuers_url = "http://x.example/" + path}).certificates);
    const auto deadline = service.clock().steady_now() + std::chrono::seconds(30);
    return service.services().issuers.for_upload(base::AccountId(account), deadline).issuers_of(child);
  };
  std::vector<std::thread> slow;
  for (int i = 0; i < 8; ++i) {
    slow.emplace_back([&, i] { EXPECT_FALSE(issuers_of(1, "slow" + std::to_string(i))); });
  }
  while (waiting < 8) std::this_thread::yield();
  const auto ninth = issuers_of(1, "quick");
  ASSERT_FALSE(ninth);
  EXPECT_EQ(ninth.error().code, base::ErrorCode::kRateLimited);
  const auto of_another = issuers_of(2, "quick");
  ASSERT_TRUE(of_another);
  EXPECT_EQ(of_another->size(), 1U);
  EXPECT_TRUE(issuers_of(1, "quick")) << "what is known already needs no place";
  go_on.set_value();
  for (std::thread& upload : slow) upload.join();
}

TEST(IssuerCompletion, FailuresThatAnUploaderMakesDoNotDisplaceIssuersThatAreKnown) {
  const test::Pki pki(*base::parse_basic_time(kNow));
  int good = 0;
  TestService::Options options;
  options.fetch = [&](const std::string& url, service::FetchAllowance&) -> base::Result<base::Bytes> {
    if (!url.ends_with("good")) return base::Error{base::ErrorCode::kUpstreamBadAnswer, "404"};
    ++good;
    return base::to_bytes(pki.intermediate().der());
  };
  TestService service(std::move(options));
  const auto ask = [&](const std::string& path) {
    const auto child =
        certificate_of(pki.upload_without_intermediate({.ca_issuers_url = "http://x.example/" + path}).certificates);
    const auto deadline = service.clock().steady_now() + std::chrono::seconds(4);
    return service.services().issuers.for_upload(base::AccountId(1), deadline).issuers_of(child);
  };
  EXPECT_TRUE(ask("good"));
  for (int i = 0; i < 300; ++i) EXPECT_FALSE(ask(std::to_string(i)));
  EXPECT_TRUE(ask("good"));
  EXPECT_EQ(good, 1);
}

TEST(IssuerCompletion, AnIssuerThatFailsRefusesNothingUnlessARootIsDemanded) {
  TestService::Options options;
  options.fetch = [](const std::string&, service::FetchAllowance&) -> base::Result<base::Bytes> {
    return base::Error{base::ErrorCode::kUpstreamFailure, "down"};
  };
  TestService service(std::move(options));
  const Answer answer =
      service.create_cert(service.pki().upload_without_intermediate({.ca_issuers_url = "http://x.example/ca"}));
  ASSERT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.result.as_object().contains("Warnings"));
}

TEST(IssuerCompletion, WhereFetchingIsSwitchedOffThatIsSaidOfAnIssuerThatIsMissing) {
  using testing::HasSubstr;
  const test::Pki other(*base::parse_basic_time(kNow));
  const x509::RootSet roots({other.root()});
  for (const bool demands_root : {false, true}) {
    TestService service({.settings = {.required_roots = demands_root ? &roots : nullptr}});
    const auto told = [&](const std::string& url) {
      const Answer answer = service.create_cert(service.pki().upload_without_intermediate({.ca_issuers_url = url}));
      EXPECT_EQ(answer.status, demands_root ? 400 : 200) << answer.message();
      return demands_root ? answer.message() : boost::json::serialize(answer.result.at("Warnings"));
    };
    EXPECT_THAT(told("http://x.example/ca"), HasSubstr("fetching is switched off"));
    EXPECT_THAT(told(""), HasSubstr("names no address where its issuer could be fetched"));
  }
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
