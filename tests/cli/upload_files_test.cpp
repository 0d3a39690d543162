#include "cli/upload_files.h"

#include <fstream>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/child_process.h"
#include "support/pki.h"
#include "support/temporary_directory.h"

namespace livecert::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Files : public testing::Test {
 protected:
  std::string put(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((directory.path() / name).parent_path());
    std::ofstream(directory.path() / name) << content;
    return (directory.path() / name).string();
  }

  test::TemporaryDirectory directory;
};

class ReadSources : public Files {
 protected:
  [[nodiscard]] std::vector<std::string> names(const std::vector<std::string>& paths) const {
    const auto sources = read_sources(paths);
    if (!sources) return {sources.error().message};
    std::vector<std::string> found;
    for (const bundle::Source& source : *sources) {
      found.push_back(std::filesystem::path(source.name).lexically_relative(directory.path()));
    }
    return found;
  }
};

TEST_F(ReadSources, TakesTheFilesOfAFolderAndOfFoldersWithin) {
  put("b.pem", "b");
  put("a.key", "a");
  put(".hidden", "x");
  put("nginx/d.pem", "x");
  put("1/2/3/e.pem", "x");
  put("1/2/3/4/too-deep.pem", "x");
  put("large", std::string(3UL << 20, 'x'));
  std::filesystem::create_symlink("../nowhere", directory.path() / "dangling");
  std::filesystem::create_symlink("nginx/d.pem", directory.path() / "link.pem");
  std::filesystem::create_directory_symlink(".", directory.path() / "loop");
  EXPECT_THAT(names({directory.path()}), ElementsAre("1/2/3/e.pem", "a.key", "b.pem", "link.pem", "nginx/d.pem"));
}

TEST_F(ReadSources, NamesWhatItCannotRead) {
  EXPECT_THAT(names({directory.path() / "none"}), ElementsAre(HasSubstr("/none cannot be read")));
  for (int i = 0; i < 1001; ++i) put(std::to_string(i), "x");
  EXPECT_THAT(names({directory.path()}), ElementsAre(HasSubstr("more than 1000 files")));
}

TEST_F(ReadSources, TakesNoMoreIntoMemoryThanCertificatesNeed) {
  for (int i = 0; i < 33; ++i) put(std::to_string(i), std::string(2UL << 20, 'x'));
  EXPECT_THAT(names({directory.path()}), ElementsAre(HasSubstr("more than 64 MiB together")));
}

class ReadUpload : public Files {
 protected:
  [[nodiscard]] static std::string refusal(const std::vector<std::string>& paths) {
    UploadFiles files;
    files.paths = paths;
    const auto upload = read_upload(files);
    return upload ? "none" : upload.error().message;
  }

  const test::Pki pki{*base::parse_basic_time("20260601T120000Z")};
  const test::PemPair pair = pki.upload("a.example.net");
  const test::PemPair other = pki.upload("b.example.net");
};

TEST_F(ReadUpload, WritesTheMembersOfCreateCert) {
  UploadFiles files;
  files.paths = {put("chain.pem", pair.certificates), put("key.pem", pair.key)};
  const auto upload = read_upload(files);
  ASSERT_TRUE(upload) << upload.error().message;
  const base::WipedBuffer request = to_request(*upload, "www", "", "");
  const auto json = boost::json::parse(base::as_text(request)).as_object();
  EXPECT_EQ(json.at("CertName"), "www");
  EXPECT_FALSE(json.contains("ProjectName"));
  EXPECT_EQ(json.at("Rsa").at("Pubkey").as_string(), pair.certificates);
  EXPECT_EQ(json.at("Rsa").at("Prikey").as_string(), pair.key);
  EXPECT_EQ(name_of(*upload), "a.example.net");
}

TEST_F(ReadUpload, SaysWhatIsLackingAndNamesTheFiles) {
  EXPECT_THAT(refusal({}), HasSubstr("name the files"));
  EXPECT_THAT(refusal({put("k", pair.key), put("empty.pem", "")}), HasSubstr("no certificate"));
  EXPECT_THAT(refusal({put("k", pair.key), put("empty.pem", "")}), HasSubstr("empty.pem is empty"));
  EXPECT_THAT(refusal({put("c", pair.certificates)}), HasSubstr("no private key"));
  EXPECT_THAT(refusal({put("c", pair.certificates), put("k", other.key), put("l", pki.upload("c.example.net").key)}),
              HasSubstr("more than one private key"));
}

TEST_F(ReadUpload, RefusesSeveralCertificatesAndNamesThem) {
  const std::vector<std::string> paths{put("a.pem", pair.certificates + pair.key),
                                       put("b.pem", other.certificates + other.key)};
  const std::string refused = refusal(paths);
  EXPECT_THAT(refused, HasSubstr("more than one certificate with its key"));
  EXPECT_THAT(refused, HasSubstr("a.example.net  ECDSA P-256  " + paths[0]));
  EXPECT_THAT(refused, HasSubstr("b.example.net  ECDSA P-256  " + paths[1]));
  EXPECT_THAT(refused, Not(HasSubstr("PRIVATE")));
  UploadFiles files;
  files.paths = paths;
  EXPECT_EQ(read_uploads(files, true)->size(), 2U);
}

TEST_F(ReadUpload, RefusesWhatCannotBeReadUnlessItIsAKeyThatIsNotNeeded) {
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const std::string good = put("good.pem", pair.certificates + pair.key);
  EXPECT_THAT(refusal({good, put("bad.pem", broken)}), HasSubstr("bad.pem holds a certificate that cannot be read"));
  const std::string key = put("bad.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(refusal({good, key}), "none");
  EXPECT_THAT(refusal({put("c", pair.certificates), key}),
              HasSubstr("bad.key holds a private key that cannot be used"));
}

// The renewal is there, but only its password opens its key. The former pair is complete.
TEST_F(ReadUpload, RefusesAFormerPairBesideARenewalThatIsProtected) {
  const base::Time begin = *base::parse_basic_time("20260301T120000Z");
  const test::PemPair former = pki.upload(test::Pki::Leaf{.common_name = "a.example.net",
                                                          .dns_names = {"a.example.net"},
                                                          .not_before = begin,
                                                          .not_after = begin + std::chrono::days(90)});
  const std::string closed = (directory.path() / "new.key").string();
  const test::PemPair renewal = pki.upload("a.example.net");
  ASSERT_EQ(test::run_command({"openssl", "pkey", "-aes256", "-in", put("plain.pem", renewal.key), "-passout",
                               "pass:right", "-out", closed})
                .status,
            0);
  const std::string old_pair = put("old.pem", former.certificates + former.key);
  const std::string said = refusal({old_pair, put("new.pem", renewal.certificates), closed});
  EXPECT_THAT(said, HasSubstr("new.pem is newer than the certificate whose key can be read, and nothing was sent"));
  EXPECT_THAT(said, HasSubstr("--password-file"));
  EXPECT_EQ(refusal({old_pair}), "none") << "named alone, it is what was meant";
}

TEST_F(ReadUpload, RefusesAPairThatWasWrittenBeforeAFileThatCannotBeOpened) {
  const std::string good = put("good.pem", pair.certificates + pair.key);
  const std::string store = (directory.path() / "site.pfx").string();
  ASSERT_EQ(
      test::run_command({"openssl", "pkcs12", "-export", "-in", good, "-passout", "pass:right", "-out", store}).status,
      0);
  EXPECT_EQ(refusal({good, store}), "none") << "one run of a client wrote both";
  std::filesystem::last_write_time(store, std::filesystem::last_write_time(good) + std::chrono::hours(1));
  const std::string said = refusal({good, store});
  EXPECT_THAT(said, HasSubstr("site.pfx was written after the files that can be read"));
  EXPECT_THAT(said, HasSubstr("nothing was sent"));
  std::filesystem::last_write_time(good, std::filesystem::last_write_time(store) + std::chrono::hours(1));
  EXPECT_EQ(refusal({good, store}), "none") << "the pair is the newer one";
}

TEST_F(ReadUpload, TakesThePasswordOfAFile) {
  const std::string closed = (directory.path() / "closed.pem").string();
  const test::CommandResult made = test::run_command(
      {"openssl", "pkey", "-aes256", "-in", put("plain.pem", pair.key), "-passout", "pass:right", "-out", closed});
  ASSERT_EQ(made.status, 0) << made.errors;
  UploadFiles files;
  files.paths = {put("c", pair.certificates), closed};
  files.password_file = put("passwords", "one\r\ntwo\n");
  const auto refused = read_upload(files);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("--password-file"));
  files.password_file = put("passwords", "one\r\nright\r\n");
  EXPECT_TRUE(read_upload(files));
  files.password_file = directory.path() / "none";
  EXPECT_THAT(read_upload(files).error().message, HasSubstr("none cannot be read"));
}

}  // namespace
}  // namespace livecert::cli
