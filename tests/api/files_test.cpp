// Files as people have them, in InspectUpload, PlanCert and UploadCert.
#include <fstream>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"
#include "support/tenant.h"
#include "x509/issue.h"
#include "x509/pem.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::PemPair;
using test::strings;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

json::object file(const std::string& name, const std::string& content) {
  return {{"Name", name}, {"Data", base::to_base64(base::as_bytes(content))}};
}

class Files : public testing::Test {
 protected:
  Files() : me(service, service.root()) {}

  Answer inspect(const json::array& files, json::object more = {}) const {
    more["Files"] = files;
    return me.own("InspectUpload", more);
  }
  Answer upload(const std::string& action, const json::array& files, json::object more = {}) const {
    more["Files"] = files;
    more["UseWay"] = "https";
    return me.own(action, more);
  }
  // The pair as PKCS#12 with this password.
  std::string pkcs12(const PemPair& given, const std::string& password) const {
    const test::TemporaryDirectory directory;
    const std::string folder = directory.path().string();
    std::ofstream(folder + "/all.pem") << given.certificates << given.key;
    const auto result = test::run_command({"openssl", "pkcs12", "-export", "-in", folder + "/all.pem", "-out",
                                           folder + "/out", "-passout", "pass:" + password});
    EXPECT_EQ(result.status, 0);
    std::ostringstream content;
    content << std::ifstream(folder + "/out", std::ios::binary).rdbuf();
    return content.str();
  }

  mutable TestService service;
  Tenant me;
  PemPair pair = service.pki().upload("a.example");
};

TEST_F(Files, AreSortedInAnyOrderWithWhatIsNotNeeded) {
  const std::string request = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";
  const Answer answer =
      inspect({file("csr.pem", request), file("key.pem", pair.key), file("all.pem", pair.certificates)});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.text("Lack"), "");
  const json::array& uploads = answer.result.at("Uploads").as_array();
  ASSERT_THAT(uploads, SizeIs(1));
  const auto chain = strings(uploads.at(0).at("Chain"));
  ASSERT_THAT(chain, SizeIs(2));
  EXPECT_EQ(chain[0] + chain[1], pair.certificates);
  EXPECT_THAT(strings(uploads.at(0).at("Origins")), ElementsAre("all.pem", "all.pem"));
  EXPECT_EQ(uploads.at(0).at("KeyOrigin").as_string(), "key.pem");
  EXPECT_THAT(test::column(answer.result.at("Faults"), "Origin"), ElementsAre("csr.pem"));
  EXPECT_THAT(test::column(answer.result.at("Faults"), "About"), ElementsAre("other"));
}

TEST_F(Files, WithoutAKeyShowTheirCertificates) {
  const Answer answer = inspect({file("all.pem", pair.certificates)});
  EXPECT_EQ(answer.text("Lack"), "key");
  EXPECT_THAT(answer.result.at("Uploads").as_array(), IsEmpty());
  const auto found = test::column(answer.result.at("Certificates"), "Certificate");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0] + found[1], pair.certificates);
}

TEST_F(Files, ThatAreProtectedWantTheirPassword) {
  const json::array files{file("a.pfx", pkcs12(pair, "opens it"))};
  const Answer closed = inspect(files);
  EXPECT_THAT(closed.result.at("Uploads").as_array(), IsEmpty());
  EXPECT_THAT(test::column(closed.result.at("Faults"), "About"), ElementsAre("protected"));
  EXPECT_EQ(upload("PlanCert", files).status, 400);
  EXPECT_THAT(upload("PlanCert", files).message(), HasSubstr("a.pfx is a PKCS#12 file"));
  EXPECT_THAT(test::column(inspect(files, {{"Language", "zh"}}).result.at("Faults"), "Message").at(0),
              HasSubstr("密码"));
  EXPECT_THAT(test::column(inspect(files, {{"Password", "another"}}).result.at("Faults"), "About"),
              ElementsAre("protected"));
  EXPECT_THAT(inspect(files, {{"Password", "opens it"}}).result.at("Uploads").as_array(), SizeIs(1));
}

TEST_F(Files, AreStoredAsCreateCertStoresTheirTexts) {
  const json::array files{file("a.pfx", pkcs12(pair, "opens it"))};
  const Answer planned = upload("PlanCert", files, {{"Password", "opens it"}});
  ASSERT_EQ(planned.status, 200) << planned.message();
  EXPECT_EQ(planned.text("Effect"), "create");
  const Answer stored = upload("UploadCert", files, {{"Password", "opens it"}, {"CertName", "n"}});
  ASSERT_EQ(stored.status, 200) << stored.message();
  const Answer again = service.create_cert(pair, {{"CertName", "n"}});
  EXPECT_EQ(again.text("ChainID"), stored.text("ChainID")) << "the content is the same";
}

TEST_F(Files, OfSeveralCertificatesTakeTheOneThatIsNamed) {
  const PemPair other = service.pki().upload("b.example");
  const json::array files{file("a.pem", pair.certificates + pair.key), file("b.pem", other.certificates + other.key)};
  const Answer all = inspect(files);
  const auto leaves = test::column(all.result.at("Uploads"), "Leaf");
  ASSERT_THAT(leaves, SizeIs(2));
  EXPECT_THAT(upload("PlanCert", files).message(), HasSubstr("2 certificates with their private keys"));
  for (const std::string& leaf : leaves) {
    const Answer planned = upload("PlanCert", files, {{"Leaf", leaf}});
    ASSERT_EQ(planned.status, 200) << planned.message();
    EXPECT_THAT(strings(planned.result.at("Chain")).at(0),
                testing::AnyOf(HasSubstr(
                    strings(all.result.at("Uploads").as_array().at(leaf == leaves[0] ? 0 : 1).at("Chain")).at(0))));
  }
  EXPECT_EQ(upload("PlanCert", files, {{"Leaf", "00"}}).status, 400);
}

TEST_F(Files, ThatCannotBeTakenAreNamed) {
  const json::array good{file("a.pem", pair.certificates + pair.key)};
  EXPECT_THAT(inspect({json::object{{"Name", "a"}, {"Data", "no base64"}}}).message(),
              HasSubstr("Files[0].Data must be base64"));
  EXPECT_EQ(inspect({}).status, 400);
  EXPECT_EQ(inspect(json::array(65, file("a", "x"))).status, 400);
  EXPECT_THAT(upload("UploadCert", good, {{"Rsa", {{"Pubkey", "x"}, {"Prikey", "y"}}}}).message(),
              HasSubstr("Rsa cannot stand beside Files"));
  EXPECT_THAT(me.own("PlanCert", {{"UseWay", "https"}}).message(), HasSubstr("Rsa is required"));
  const Answer archive = inspect({file("a.zip", std::string("PK\x03\x04", 4) + "rest")});
  EXPECT_THAT(test::column(archive.result.at("Faults"), "Message"), ElementsAre(HasSubstr("is not unpacked here")));
}

// An issuer of a hundred leaves is in the chain of each: what is answered may not be a hundred times what was sent.
TEST_F(Files, WhoseChainsTogetherAreTooLargeAreRefused) {
  constexpr auto kDay = std::chrono::hours(24);
  const base::Time now = service.clock().now();
  const auto key_of = [] { return *x509::generate_ec_p256_key(); };
  const x509::PrivateKey root_key = key_of();
  const x509::PrivateKey large_key = key_of();
  const x509::AuthorityProfile above{.common_name = "Root", .not_before = now - kDay, .not_after = now + kDay};
  x509::AuthorityProfile profile = above;
  profile.common_name = "Large";
  for (int i = 0; i < 4000; ++i) profile.permitted_dns.push_back("name-" + std::to_string(i) + ".example");
  const x509::Certificate root = *x509::issue_root(above, root_key);
  const x509::Certificate large = *x509::issue_intermediate(profile, large_key, {root, root_key});
  ASSERT_GT(large.der().size(), 70'000U);
  const x509::PrivateKey key = key_of();
  std::string all = test::pem_of(key) + x509::to_pem(large);
  const auto add_leaves = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      const std::string name = "host-" + std::to_string(i) + ".example";
      const x509::LeafProfile leaf{
          .common_name = name, .dns_names = {name}, .not_before = now - kDay, .not_after = now + kDay};
      all += x509::to_pem(*x509::issue_leaf(leaf, key, {large, large_key}));
    }
  };
  add_leaves(0, 40);
  const Answer fits = inspect({file("all.pem", all)});
  ASSERT_EQ(fits.status, 200) << fits.message();
  EXPECT_THAT(fits.result.at("Uploads").as_array(), SizeIs(40));
  add_leaves(40, 80);
  const Answer answer = inspect({file("all.pem", all)});
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.message(), HasSubstr("80 certificates with their private keys"));
  EXPECT_THAT(answer.message(), HasSubstr("send fewer of them at once"));
}

TEST_F(Files, GiveNoKeyAndNoPasswordBack) {
  const json::array files{file("a.pfx", pkcs12(pair, "opens it")), file("a.pem", pair.certificates + pair.key)};
  const std::string told = json::serialize(inspect(files, {{"Password", "opens it"}}).result) +
                           json::serialize(upload("PlanCert", files, {{"Password", "opens it"}}).result) +
                           json::serialize(upload("UploadCert", files, {{"Password", "opens it"}}).result);
  EXPECT_THAT(told, Not(HasSubstr("PRIVATE KEY")));
  EXPECT_THAT(told, Not(HasSubstr("opens it")));
  EXPECT_THAT(told, Not(HasSubstr(pair.key.substr(40, 40))));
}

}  // namespace
}  // namespace livecert
