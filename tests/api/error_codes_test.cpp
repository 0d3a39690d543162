// Every row of the certificate pages' error table, each reached by a real cause (documentation page 6469/1126817).
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/error_map.h"
#include "outgoing/fetcher.h"
#include "outgoing/transfer.h"
#include "support/faulty_store.h"
#include "support/forwarding_snapshot.h"
#include "support/test_service.h"
#include "support/tiny_server.h"

namespace livecert {
namespace {

using store::OutcomeKind;
using store::testing::FailNth;
using store::testing::UnknownOutcome;
using test::Answer;
using test::TestService;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kDatabaseSentence =
    "an internal error related to database occurred, please contact the administrator.";
constexpr const char* kAdministratorSentence = "an internal error occurred, please contact the administrator.";

TestService::Options failing_submit(OutcomeKind kind) {
  TestService::Options options;
  options.wrap_store = [kind](store::Store& inner) {
    return std::make_unique<FailNth>(inner, FailNth::Call::kSubmit, 1, kind);
  };
  return options;
}

Answer create_with_failing_submit(OutcomeKind kind) {
  TestService service(failing_submit(kind));
  const test::PemPair pair = service.pki().upload();
  Answer answer = service.create_cert(pair);
  EXPECT_EQ(service.create_cert(pair).status, 200) << "the failure left the service usable";
  return answer;
}

// Decision 15.
TEST(ErrorCodes, CommonErrIsAConflictAfterOurOwnRetriesAndCarriesANumber) {
  const Answer answer = create_with_failing_submit(OutcomeKind::kConflict);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code(), "CommonErr");
  EXPECT_EQ(answer.code_number(), 200001) << "or one SDK takes it for success";
  EXPECT_THAT(answer.message(), HasSubstr("repeat the call"));
  EXPECT_TRUE(answer.result.is_null());
}

TEST(ErrorCodes, InvalidParamIsBadMaterial) {
  TestService service;
  const Answer answer = service.create_cert({"no certificate", "no key"});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_FALSE(answer.message().empty());
}

// Decision 13.
TEST(ErrorCodes, BindErrorNamesEveryMemberBehindTheDocumentedSentence) {
  TestService service;
  const Answer answer = service.call("CreateCert", R"({"CertName":5,"Rsa":{"Pubkey":"x"}})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam.BindError");
  EXPECT_EQ(answer.message(),
            "Request parameter error, please check input data: CertName must be a string; UseWay is required; "
            "Rsa.Prikey is required");
  EXPECT_EQ(service.call("CreateCert", "{").code(), "InvalidParam.BindError");
  EXPECT_EQ(service.call("CreateCert", "{}").code(), "InvalidParam.BindError");
}

// Decision 14.
TEST(ErrorCodes, OutOfRangeUsesTheDocumentedTemplates) {
  TestService service;
  const test::PemPair pair = service.pki().upload();
  Answer answer = service.create_cert(pair, {{"UseWay", "sign"}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(), "UseWay should be one of {[https]}");
  answer = service.create_cert(pair, {{"CertName", std::string(256, 'x')}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(), "length of CertName should be between 0 and 255");
  EXPECT_EQ(service.call("ListCertV2", R"({"PageNum":0})").message(), "PageNum should be between 1 and 2147483647");
}

TEST(ErrorCodes, RequestForbiddenIsAKeyOutsideItsProjects) {
  TestService service;
  const Answer answer = service.create_cert(service.new_account("a", {"live"}), service.pki().upload());
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "RequestForbidden");
  EXPECT_THAT(answer.message(), HasSubstr("limited to other projects"));
}

TEST(ErrorCodes, AccountIDNotAllowIsAnotherAccountsChain) {
  TestService service;
  const std::string chain = service.create_cert(service.pki().upload()).text("ChainID");
  const Answer answer = service.create_cert(service.new_account("a"), service.pki().upload(), {{"ChainID", chain}});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "RequestForbidden.AccountIDNotAllow");
  EXPECT_THAT(answer.message(), StartsWith("this AccountID does not have permission to access the corresponding "
                                           "resource, please check the request parameters"));
}

TEST(ErrorCodes, BillingStatusIsASuspendedAccount) {
  TestService service;
  const signature::Credentials user = service.new_account("a");
  const auto accounts = service.store().ask(&store::Snapshot::list_accounts);
  const std::string id = accounts->back().is_root ? accounts->front().id.to_string() : accounts->back().id.to_string();
  EXPECT_EQ(service.call("SuspendAccount", R"({"AccountId":")" + id + R"("})", "2026-12-01").status, 200);
  const Answer answer = service.create_cert(user, service.pki().upload());
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "RequestForbidden.BillingStatus");
  EXPECT_EQ(answer.message(),
            "Billing status is not available for the AccountID, please activate the service or recharge.");
}

TEST(ErrorCodes, ResourceNotFoundIsAnUnknownChainOrProject) {
  TestService service;
  Answer answer = service.create_cert(service.pki().upload(), {{"ChainID", "00112233445566778899aabbccddeeff"}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "ResourceNotFound");
  EXPECT_THAT(answer.message(), HasSubstr("ChainID"));
  answer = service.create_cert(service.pki().upload(), {{"ProjectName", "none"}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.message(), HasSubstr("ProjectName"));
}

// A store whose sealed account keys were damaged.
class DamagedAccountKeys final : public store::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    TRY_ASSIGN(auto snapshot, inner().read());
    return std::unique_ptr<store::Snapshot>(std::make_unique<Damaged>(std::move(snapshot)));
  }

 private:
  class Damaged final : public store::testing::ForwardingSnapshot {
   public:
    using ForwardingSnapshot::ForwardingSnapshot;
    base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) override {
      TRY_ASSIGN(auto key, ForwardingSnapshot::find_account_key(account));
      if (key) key->bytes.back() ^= 1U;
      return key;
    }
  };
};

TEST(ErrorCodes, InternalErrorIsASealedKeyThatDoesNotOpen) {
  TestService::Options options;
  options.wrap_store = [](store::Store& inner) { return std::make_unique<DamagedAccountKeys>(inner); };
  TestService service(std::move(options));
  const Answer answer = service.create_cert(service.pki().upload());
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.code(), "InternalError");
  EXPECT_EQ(answer.message(), kAdministratorSentence) << "why is for the log alone";
  EXPECT_THAT(service.access_log().back().detail, HasSubstr("does not open"));
  EXPECT_EQ(service.call("ListCertV2", "{}").result.at("Total").as_int64(), 0);
}

// Decision 16, and the four below.
TEST(ErrorCodes, InternalErrorDBIsAFailingStore) {
  Answer answer = create_with_failing_submit(OutcomeKind::kUnavailable);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.code(), "InternalError.DB");
  EXPECT_THAT(answer.message(), StartsWith(kDatabaseSentence));
  EXPECT_THAT(answer.message(), HasSubstr("Nothing was stored"));
}

TEST(ErrorCodes, InternalErrorDBSaysWhenTheOutcomeIsUnknownAndARetryConverges) {
  for (const auto effect : {UnknownOutcome::Effect::kApplied, UnknownOutcome::Effect::kNotApplied}) {
    TestService::Options options;
    options.wrap_store = [&](store::Store& inner) { return std::make_unique<UnknownOutcome>(inner, effect); };
    TestService service(std::move(options));
    const Answer answer = service.create_cert(service.pki().upload());
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.code(), "InternalError.DB");
    EXPECT_THAT(answer.message(), HasSubstr("not known; repeat the call"));
  }
}

TEST(ErrorCodes, EveryReadThatFailsIsAnErrorWithTheRightCodeAndNothingIsStored) {
  for (int n = 1; n < 20; ++n) {
    FailNth* faults = nullptr;
    TestService::Options options;
    options.wrap_store = [&](store::Store& inner) {
      auto failing = std::make_unique<FailNth>(inner, FailNth::Call::kRead, n);
      faults = failing.get();
      return failing;
    };
    TestService service(std::move(options));
    const Answer answer = service.create_cert(service.pki().upload());
    if (!faults->has_failed()) {
      EXPECT_EQ(answer.status, 200);
      EXPECT_GT(n, 2);
      return;
    }
    if (answer.status == 200) continue;  // a source of issuers that could not be asked refuses nothing
    EXPECT_EQ(answer.status, 500);
    // The first read is the caller's key, before the action is known, so the gateway's words count.
    EXPECT_EQ(answer.code(), n == 1 ? "InternalError" : "InternalError.DB");
    EXPECT_THAT(answer.message(),
                StartsWith(n == 1 ? "Service has some internal Error. Pls Contact With Admin." : kDatabaseSentence));
    store::ChainFilter everything;
    everything.account = base::AccountId(std::stoll(service.root_account()));
    EXPECT_EQ(service.store().ask(&store::Snapshot::count_chains, everything)->total, 0);
  }
  FAIL() << "the failures never end";
}

// An issuer's server on loopback, and a service that demands a path to a root which only that server can complete.
class DemandedRoot : public testing::Test {
 protected:
  Answer create(const std::string& url, std::uint16_t port,
                std::chrono::milliseconds timeout = std::chrono::seconds(2)) {
    const outgoing::Fetcher fetcher({.allow_private_addresses = true, .ports = {port}, .timeout = timeout},
                                    outgoing::fetch_here);
    const test::Pki pki(*base::parse_basic_time("20260601T120000Z"));
    const x509::RootSet roots({pki.root()});
    TestService::Options options;
    options.settings.required_roots = &roots;
    options.fetch = [&](const std::string& address, service::FetchAllowance& allowance) {
      return fetcher.get(address, allowance.time_left, allowance.requests_left);
    };
    TestService service(std::move(options));
    const Answer answer = service.create_cert(pki.upload_without_intermediate({.ca_issuers_url = url}));
    EXPECT_EQ(service.call("ListCertV2", "{}").result.at("Total").as_int64(), answer.status == 200 ? 1 : 0);
    return answer;
  }
  static std::uint16_t port_of(const test::TinyServer& server) {
    return static_cast<std::uint16_t>(std::stoi(server.authority().substr(server.authority().find(':') + 1)));
  }
};

TEST_F(DemandedRoot, InternalServiceErrorIsAnIssuerThatCannotBeReached) {
  std::uint16_t port = 0;
  {
    const test::TinyServer gone([](const http::Request&) { return std::string(); });
    port = port_of(gone);
  }
  const Answer answer = create("http://127.0.0.1:" + std::to_string(port) + "/ca.der", port);
  EXPECT_EQ(answer.status, 502);
  EXPECT_EQ(answer.code(), "InternalServiceError");
  EXPECT_THAT(answer.message(), StartsWith(kAdministratorSentence));
}

TEST_F(DemandedRoot, BadResponseIsAnIssuerWhoseAnswerIsUnusable) {
  for (const std::string& reply :
       {test::make_answer("200 OK", "no certificate"), test::make_answer("404 Not Found", "")}) {
    const test::TinyServer server([&](const http::Request&) { return reply; });
    const Answer answer = create(server.url() + "/ca.der", port_of(server));
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.code(), "InternalServiceError.BadResponse");
    EXPECT_THAT(answer.message(), StartsWith(kAdministratorSentence));
  }
}

TEST_F(DemandedRoot, InternalServiceTimeoutIsAnIssuerThatIsTooSlow) {
  std::atomic<bool> stop{false};
  const test::TinyServer server([&](const http::Request&) {
    while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return std::string();
  });
  const Answer answer = create(server.url() + "/ca.der", port_of(server), std::chrono::milliseconds(100));
  stop = true;
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(answer.code(), "InternalServiceTimeout");
  EXPECT_THAT(answer.message(), StartsWith("Internal Service is timeout. please contact the administrator."));
}

TEST(ErrorCodes, InternalServiceTimeoutIsAlsoAStoreThatIsNotBegunInTime) {
  const Answer answer = create_with_failing_submit(OutcomeKind::kDeadlineExceeded);
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(answer.code(), "InternalServiceTimeout");
  EXPECT_THAT(answer.message(), HasSubstr("Nothing was stored"));
}

// Decision 27.
TEST(ErrorCodes, ParticularsAreASentenceOfTheirOwnBehindOneThatHasEnded) {
  for (int number = 0; number <= static_cast<int>(base::ErrorCode::kConfiguration); ++number) {
    const auto code = static_cast<base::ErrorCode>(number);
    for (const auto stage : {api::Stage::kGateway, api::Stage::kAction}) {
      const std::string sentence = api::to_wire({code, ""}, stage).message;
      const std::string message = api::to_wire({code, "try again"}, stage).message;
      const std::string expected = sentence.empty()          ? "try again"
                                   : sentence.ends_with('.') ? sentence + " Try again."
                                                             : sentence + ": try again";
      EXPECT_EQ(message, expected);
      EXPECT_EQ(api::to_wire({code, message}, stage).message, message) << "not twice";
    }
  }
}

struct Refused {
  http::Refusal refusal;
  int status;
  const char* code;
};

TEST(ErrorCodes, WhatTheServerRefusesItselfComesInTheSameEnvelope) {
  TestService service;
  for (const Refused& row : {Refused{http::Refusal::kMalformed, 400, "InvalidParam"},
                             Refused{http::Refusal::kHeaderTooLarge, 431, "InvalidParam"},
                             Refused{http::Refusal::kBodyTooLarge, 413, "InvalidParam"},
                             Refused{http::Refusal::kUnknownExpectation, 417, "InvalidParam"},
                             Refused{http::Refusal::kTooSlow, 408, "InvalidParam"},
                             Refused{http::Refusal::kDeadlineExceeded, 504, "InternalServiceTimeout"},
                             Refused{http::Refusal::kOverloaded, 503, "ServiceUnavailableTemp"}}) {
    const http::Response response = service.gateway().refuse(row.refusal, "why", "127.0.0.1");
    EXPECT_EQ(response.status, row.status);
    EXPECT_THAT(std::get<std::string>(response.body), HasSubstr(std::string("\"Code\":\"") + row.code + "\""));
    EXPECT_THAT(std::get<std::string>(response.body), testing::ContainsRegex("[Ww]hy"));
  }
}

}  // namespace
}  // namespace livecert
