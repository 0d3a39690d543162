#include <gtest/gtest.h>

#include "support/test_service.h"

namespace livecert {
namespace {

using test::Answer;
using test::PemPair;
using test::TestService;

std::string by_chain(const std::string& chain) {
  return R"({"ChainID":")" + chain + R"("})";
}

class Isolation : public testing::Test {
 protected:
  Isolation() : mine(service.new_account("mine")), theirs(service.new_account("theirs")) {}

  TestService service;
  signature::Credentials mine;
  signature::Credentials theirs;
};

TEST_F(Isolation, NothingOfAnotherAccountIsReadUpdatedListedOrCounted) {
  const PemPair pair = service.pki().upload();
  const std::string chain = service.create_cert(mine, pair).text("ChainID");
  const std::string version =
      std::string(service.call(mine, "ListCertV2", "{}").result.at("CertList").at(0).at("CertID").as_string());

  for (const auto* stranger : std::initializer_list<const signature::Credentials*>{&theirs, &service.root()}) {
    for (const std::string& body : {by_chain(chain), R"({"CertID":")" + version + R"("})"}) {
      const Answer read = service.call(*stranger, "DescribeCertDetailSecretV2", body);
      EXPECT_EQ(read.status, 403);
      EXPECT_EQ(read.code(), "RequestForbidden.AccountIDNotAllow");
      EXPECT_TRUE(read.result.is_null());
    }
    const Answer update = service.create_cert(*stranger, service.pki().upload(), {{"ChainID", chain}});
    EXPECT_EQ(update.code(), "RequestForbidden.AccountIDNotAllow");
    const Answer list = service.call(*stranger, "ListCertV2", "{}");
    EXPECT_EQ(list.result.at("Total").as_int64(), 0);
    EXPECT_EQ(list.result.at("ExpirationInfo").at("ActiveNum").as_int64(), 0);
    EXPECT_TRUE(list.result.at("CertList").as_array().empty());
  }
  const Answer mine_now = service.call(mine, "DescribeCertDetailSecretV2", by_chain(chain));
  EXPECT_TRUE(pair.certificates.starts_with(std::string(mine_now.result.at("SSL").at("Chain").at(0).as_string())));
}

TEST_F(Isolation, TheSameCertificateInTwoAccountsIsTwoChains) {
  const PemPair pair = service.pki().upload();
  EXPECT_NE(service.create_cert(mine, pair).text("ChainID"), service.create_cert(theirs, pair).text("ChainID"));
}

TEST_F(Isolation, IssuersOfAnotherAccountCompleteNothing) {
  ASSERT_EQ(service.create_cert(mine, service.pki().upload("a.example")).status, 200);
  const PemPair bare = service.pki().upload_without_intermediate({});
  const Answer answer = service.create_cert(theirs, bare);
  ASSERT_EQ(answer.status, 200);
  const Answer detail = service.call(theirs, "DescribeCertDetailSecretV2", by_chain(answer.text("ChainID")));
  EXPECT_EQ(detail.result.at("SSL").at("Chain").as_array().size(), 1U);
}

TEST_F(Isolation, AnErrorTellsTheSameForeverySortOfUnknownId) {
  const std::string unknown = "00112233445566778899aabbccddeeff";
  const Answer read = service.call(mine, "DescribeCertDetailSecretV2", by_chain(unknown));
  EXPECT_EQ(read.status, 404);
  const Answer update = service.create_cert(mine, service.pki().upload(), {{"ChainID", unknown}});
  EXPECT_EQ(update.status, 404);
  EXPECT_EQ(update.code(), "ResourceNotFound");
}

TEST_F(Isolation, AKeyLimitedToAProjectStaysInsideIt) {
  const auto limited = service.new_account("limited", {"live"});
  Answer answer = service.create_cert(limited, service.pki().upload());
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "RequestForbidden") << "the default project is outside";
  answer = service.create_cert(limited, service.pki().upload(), {{"ProjectName", "live"}});
  ASSERT_EQ(answer.status, 200);
  const std::string chain = answer.text("ChainID");
  EXPECT_EQ(
      service.create_cert(limited, service.pki().upload(), {{"ChainID", chain}, {"ProjectName", "default"}}).code(),
      "RequestForbidden");
  EXPECT_EQ(service.call(limited, "ListCertV2", R"({"ProjectName":"default"})").code(), "RequestForbidden");
  EXPECT_EQ(service.call(limited, "ListCertV2", "{}").result.at("Total").as_int64(), 1);

  // Another key of the same account, without limits, moves the chain out.
  const std::string account = service.access_log().back().user.substr(0, 10);
  const Answer key = service.call("CreateAccessKey", R"({"AccountId":")" + account + R"("})", "2026-12-01");
  const signature::Credentials whole{key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")),
                                     std::nullopt};
  EXPECT_EQ(service.create_cert(whole, service.pki().upload(), {{"ChainID", chain}, {"ProjectName", "default"}}).status,
            200);
  EXPECT_EQ(service.call(limited, "DescribeCertDetailSecretV2", by_chain(chain)).code(), "RequestForbidden");
  EXPECT_EQ(service.create_cert(limited, service.pki().upload(), {{"ChainID", chain}}).code(), "RequestForbidden");
  EXPECT_EQ(service.call(limited, "ListCertV2", "{}").result.at("Total").as_int64(), 0);
}

}  // namespace
}  // namespace livecert
