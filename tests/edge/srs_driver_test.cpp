#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "edge/drivers/drivers.h"
#include "edge/orders.h"
#include "support/child_process.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kDomain = "live.example.net";

using OwnedTls = x509::Owned<SSL, SSL_free>;
using OwnedContext = x509::Owned<SSL_CTX, SSL_CTX_free>;

class SrsDriverTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path folder() const { return directory_.path(); }
  [[nodiscard]] std::filesystem::path file() const { return folder() / "live.pem"; }

  [[nodiscard]] std::unique_ptr<Driver> make() const {
    Definition definition;
    definition.name = "srs";
    definition.kind = Kind::kSrs;
    definition.file = file();
    definition.selection.domains = {kDomain};
    return make_srs_driver(definition).value();
  }

  // Calls the functions that SRS calls for each connection.
  [[nodiscard]] bool is_taken_by_srs(const std::filesystem::path& pem) const {
    const OwnedTls tls(::SSL_new(context_.get()));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return ::SSL_use_certificate_chain_file(tls.get(), pem.c_str()) == 1 &&
           ::SSL_use_RSAPrivateKey_file(tls.get(), pem.c_str(), SSL_FILETYPE_PEM) == 1 &&
           ::SSL_check_private_key(tls.get()) == 1;
#pragma GCC diagnostic pop
  }

  int loaded_ = 0;

 private:
  test::TemporaryDirectory directory_;
  OwnedContext context_{::SSL_CTX_new(::TLS_server_method())};
};

TEST_F(SrsDriverTest, WritesAFileThatSrsReadsBothPartsFrom) {
  const Ordered ordered = make_rsa_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_TRUE(is_taken_by_srs(file()));

  const OwnedContext context(::SSL_CTX_new(::TLS_server_method()));
  ASSERT_EQ(::SSL_CTX_use_certificate_chain_file(context.get(), file().c_str()), 1);
  STACK_OF(X509)* chain = nullptr;
  ASSERT_EQ(SSL_CTX_get0_chain_certs(context.get(), &chain), 1);
  EXPECT_EQ(sk_X509_num(chain), 1) << "the intermediate";
}

TEST_F(SrsDriverTest, MayLeaveTheKeyInPkcs8ForOpenSslReadsBothForms) {
  const Ordered ordered = make_rsa_ordered(kDomain);
  ASSERT_TRUE(make()->write(ordered.delivery()));
  ASSERT_THAT(test::read_file(file()), HasSubstr("-----BEGIN PRIVATE KEY-----"));
  const auto traditional = folder() / "traditional.pem";
  const auto result = test::run_command({"openssl", "rsa", "-traditional", "-in", file(), "-out", traditional});
  ASSERT_EQ(result.status, 0) << result.errors;
  ASSERT_THAT(test::read_file(traditional), HasSubstr("-----BEGIN RSA PRIVATE KEY-----"));
  test::write_file(traditional, test::read_file(file()).substr(0, test::read_file(file()).find("-----BEGIN PRIVATE")) +
                                    test::read_file(traditional));
  EXPECT_TRUE(is_taken_by_srs(traditional));
  EXPECT_TRUE(is_taken_by_srs(file()));
}

TEST_F(SrsDriverTest, RefusesAnEcdsaKeyWhichSrsWouldNotTakeAndTouchesNothing) {
  const Ordered rsa = make_rsa_ordered(kDomain);
  const Ordered ecdsa = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(rsa.delivery()));
  const std::string before = test::read_file(file());

  const auto done = driver->write(ecdsa.delivery());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kInvalidInput);
  EXPECT_THAT(done.error().message,
              AllOf(HasSubstr("SRS reads RSA keys only"), HasSubstr(kDomain), HasSubstr("ECDSA P-256")));
  EXPECT_EQ(test::read_file(file()), before);

  Definition definition;
  definition.name = "files";
  definition.directory = folder();
  ASSERT_TRUE(make_files_driver(definition).value()->write(ecdsa.delivery()));
  EXPECT_FALSE(is_taken_by_srs(folder() / (kDomain + ".pem"))) << "if SRS took it after all, so should we";
}

TEST_F(SrsDriverTest, LeavesWhatIsNoCertificateAlone) {
  test::write_file(file(), "a key that somebody named by mistake\n");
  const Ordered ordered = make_rsa_ordered(kDomain);
  const auto driver = make();
  const auto written = driver->write(ordered.delivery());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, base::ErrorCode::kUpstreamFailure);
  EXPECT_THAT(written.error().message, ::testing::HasSubstr("holds something else than certificates"));
  const std::vector<std::string> domains{kDomain};
  EXPECT_FALSE(driver->withdraw(domains));
  EXPECT_EQ(test::read_file(file()), "a key that somebody named by mistake\n");
}

TEST_F(SrsDriverTest, ReplacesTheFileByTheNextVersion) {
  const Ordered first = make_rsa_ordered(kDomain);
  const Ordered second = make_rsa_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(first.delivery()));
  ASSERT_TRUE(driver->write(second.delivery()));
  const std::array deliveries{second.delivery()};
  EXPECT_TRUE(driver->activate(deliveries).at(0));
  EXPECT_FALSE(*make()->is_written(first.order, loader_of(first, loaded_)));
  EXPECT_TRUE(*make()->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_EQ(loaded_, 2);
  EXPECT_TRUE(*driver->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_EQ(loaded_, 2) << "nobody touched what it wrote";
  EXPECT_TRUE(is_taken_by_srs(file()));
}

TEST_F(SrsDriverTest, RemovesTheFileWhenItsDomainIsWithdrawnAndForNoOther) {
  const Ordered ordered = make_rsa_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered.delivery()));
  const std::vector<std::string> others{"other.example.net"};
  ASSERT_TRUE(driver->withdraw(others));
  EXPECT_TRUE(std::filesystem::exists(file()));
  const std::vector<std::string> both{"other.example.net", kDomain};
  ASSERT_TRUE(driver->withdraw(both));
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_TRUE(driver->withdraw(both));
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
}

TEST_F(SrsDriverTest, RemovesWhatACrashLeftAndNothingElseBesideItsFile) {
  test::write_file(folder() / ".livecert-0011223344556677.tmp", "half");
  test::write_file(folder() / "srs.conf", "listen 1935;");
  const auto driver = make();
  EXPECT_FALSE(std::filesystem::exists(folder() / ".livecert-0011223344556677.tmp"));
  EXPECT_TRUE(std::filesystem::exists(folder() / "srs.conf"));
}

}  // namespace
}  // namespace livecert::edge
