#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundle/arrange.h"
#include "bundle/material.h"

namespace livecert::bundle {
namespace {

using namespace std::literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Every fault as it is told: origin, what, and the remedy or the finding.
std::string told(const Contents& contents) {
  std::string text;
  for (const Fault& fault : contents.faults) {
    EXPECT_FALSE(fault.what.chinese.empty());
    text += fault.origin + " " + std::string(fault.what.english) + ": " + fault.detail +
            remedy_text(fault, base::Language::kEnglish) + "\n";
  }
  return text;
}

std::string told(const std::string& name, const std::string& content) {
  return told(read(Bundle{{{name, content}}}));
}

TEST(Faults, NameWhatIsProtectedAndTheCommandThatOpensIt) {
  const Material& m = Material::get();
  EXPECT_THAT(told("a b.pfx", m.pkcs12("-passout pass:x")),
              HasSubstr("a b.pfx is a PKCS#12 file whose password is not known: Name a file with the password "
                        "(--password-file), or convert it: openssl pkcs12 -in 'a b.pfx' -nodes"));
  EXPECT_THAT(told("k.pem", m.openssl("pkcs8 -topk8 -in key.pem -passout pass:x -out out")),
              HasSubstr("openssl pkey -in k.pem -out plain.pem"));
  EXPECT_THAT(told("k.pem", m.openssl("ec -aes256 -in key.pem -passout pass:x -out out")), HasSubstr("key-encrypted"));
  EXPECT_THAT(told("w.jks", make_keystore({{m.key_der(), {m.der_of(m.leaf)}}}, "x")),
              HasSubstr("keytool -importkeystore -srckeystore w.jks"));
}

TEST(Faults, NameWhatOthersHaveToConvert) {
  const Material& m = Material::get();
  EXPECT_THAT(told("a.jceks", "\xCE\xCE\xCE\xCE rest"), HasSubstr("keytool"));
  EXPECT_THAT(told("a.ppk", "PuTTY-User-Key-File-2: ssh-rsa\n"), HasSubstr("puttygen a.ppk"));
  EXPECT_THAT(told("a.pvk", "\x1E\xF1\xB5\xB0 rest"), HasSubstr("openssl rsa -inform PVK"));
  EXPECT_THAT(told("a.7z", "7z\xBC\xAF\x27\x1C rest"), HasSubstr("7z x a.7z"));
  EXPECT_THAT(told("a.rar", "Rar!\x1A\x07 rest"), HasSubstr("unrar x a.rar"));
  EXPECT_THAT(told("a.tgz", "\x1F\x8B rest"), HasSubstr("tar -xzf a.tgz"));
  EXPECT_THAT(told("a.csr", m.openssl("req -new -key key.pem -subj /CN=a -out out")), HasSubstr("certificate request"));
  EXPECT_THAT(told("a.csr", m.openssl("req -new -key key.pem -subj /CN=a -outform DER -out out")),
              HasSubstr("certificate request"));
  EXPECT_THAT(told("id", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n-----END OPENSSH PRIVATE KEY-----\n"),
              HasSubstr("ssh-keygen -p -N '' -m PEM -f id"));
  EXPECT_THAT(told("a.pem", ""), HasSubstr("a.pem is empty"));
}

TEST(Faults, NameWhatIsDamaged) {
  const Material& m = Material::get();
  EXPECT_THAT(told("a", m.leaf.substr(0, 200)), HasSubstr("[pem-truncated]"));
  EXPECT_THAT(told("a", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), HasSubstr("[der-damaged]"));
  EXPECT_THAT(told("a", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"), HasSubstr("[base64-damaged]"));
  EXPECT_THAT(told("a", "----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
              HasSubstr("[pem-begin-damaged]"));
  EXPECT_THAT(told("k", "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n"),
              HasSubstr("[key-kind-unsupported]"));
  EXPECT_THAT(told("a.zip", make_zip({{"a.pem", m.chain}}).substr(0, 60)), HasSubstr("damaged"));
  const std::string store = make_keystore({{m.key_der(), {m.der_of(m.leaf)}}}, "x");
  for (std::size_t size = 4; size < store.size(); size += 7) {
    EXPECT_THAT(told("w.jks", store.substr(0, size)), HasSubstr("is a Java keystore that is damaged")) << size;
  }
}

TEST(Faults, IgnoreWhatHoldsNothingOfACertificate) {
  EXPECT_EQ(told("README", "This directory contains your keys and certificates.\n"), "");
  EXPECT_EQ(told("www.conf", "Le_Domain='www.example.net'\n"), "");
  EXPECT_EQ(told("dhparam.pem", "-----BEGIN DH PARAMETERS-----\nMIIB\n-----END DH PARAMETERS-----\n"), "");
}

TEST(Faults, HoldNothingOfAKey) {
  const Material& m = Material::get();
  const std::string body = m.key.substr(m.key.find('\n') + 1, 40);
  EXPECT_THAT(told("k", "-----BEGIN PRIVATE KEY-----\n" + body), Not(HasSubstr(body)));
  EXPECT_THAT(told("k", "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n"),
              Not(HasSubstr(body)));
}

TEST(Bounds, HoldForArchivesThatGrow) {
  const std::string zeros(40UL << 20, '\0');
  EXPECT_THAT(told("bomb.zip", make_zip({{"a", zeros}})), HasSubstr("more than 1000 files or 16 MiB"));
  const std::string some(1UL << 20, '\0');
  std::vector<File> many(20, {"a", some});
  EXPECT_THAT(told("many.zip", make_zip(many)), HasSubstr("more than 1000 files or 16 MiB"));
  EXPECT_THAT(told("files.zip", make_zip(std::vector<File>(1001, {"a", "x"}))), HasSubstr("more than 1000 files"));
  std::string deep = make_zip({{"a.pem", Material::get().chain}});
  for (int i = 0; i < 4; ++i) deep = make_zip({{"a.zip", deep}});
  EXPECT_THAT(told("deep.zip", deep), HasSubstr("is packed in too many others"));
  EXPECT_THAT(told("large", std::string(3UL << 20, 'x')), HasSubstr("more than 2 MiB"));
}

TEST(Bounds, HoldForPasswordsThatTakeLong) {
  std::string file = Material::get().pkcs12("-iter 100000 -nomac -passout pass:x");
  const std::string rounds = "\x02\x03\x01\x86\xA0";
  std::size_t at = file.find(rounds);
  ASSERT_NE(at, std::string::npos);
  for (; at != std::string::npos; at = file.find(rounds, at)) file.replace(at, rounds.size(), "\x02\x03\x7F\xFF\xFF");
  EXPECT_THAT(told(read(Bundle{{{"slow.pfx", file}}, {"x"}})), HasSubstr("protected in a way that is not known"));
}

// A key of 153 bytes that is protected by scrypt with 200,000 passes (RFC 7914): a try would take half an hour.
TEST(Bounds, HoldForPassesOfScrypt) {
  const auto key = base::parse_hex(
      "308196305206092a864886f70d01050d3045302406092b06010401da47040b3017040873616c7473616c7402030080000201"
      "010203030d40301d060960864801650304012a04100000000000000000000000000000000004400101010101010101010101"
      "0101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101"
      "010101");
  ASSERT_TRUE(key);
  EXPECT_THAT(told(read(Bundle{{{"k.der", std::string(key->begin(), key->end())}}, {"x"}})),
              HasSubstr("protected in a way that is not known"));
}

TEST(Bounds, CanLeaveArchivesClosedAndPasswordsCheap) {
  const std::string zip = make_zip({{"a.pem", Material::get().chain}});
  const std::vector<Source> archive{{"a.zip", {zip.begin(), zip.end()}}};
  EXPECT_THAT(read(archive, {}).certificates, Not(testing::IsEmpty()));
  const Contents closed = read(archive, {}, {.takes_archives = false});
  EXPECT_THAT(closed.certificates, testing::IsEmpty());
  EXPECT_THAT(told(closed), HasSubstr("is not unpacked here"));

  const std::string file = Material::get().pkcs12("-iter 20000 -passout pass:x");
  const std::vector<Source> container{{"a.pfx", {file.begin(), file.end()}}};
  Passwords passwords;
  passwords.known.push_back(base::SecretBytes::copy_of(std::string_view("x")));
  EXPECT_THAT(read(container, passwords).keys, testing::SizeIs(1));
  EXPECT_THAT(read(container, passwords, {.rounds = 10'000}).keys, testing::IsEmpty());
}

struct Asked {
  Contents contents;
  std::vector<std::string> origins;
};

Asked ask(const std::vector<File>& files, const std::vector<std::string>& answers) {
  Asked asked;
  std::vector<Source> sources;
  for (const File& file : files) sources.push_back({file.name, {file.content.begin(), file.content.end()}});
  Passwords passwords;
  passwords.ask = [&](const std::string& origin, int /*attempt*/) -> std::optional<base::SecretBytes> {
    const std::size_t at = asked.origins.size();
    asked.origins.push_back(origin);
    if (at >= answers.size()) return std::nullopt;
    return base::SecretBytes::copy_of(std::string_view(answers[at]));
  };
  asked.contents = read(sources, passwords);
  return asked;
}

TEST(Passwords, AreAskedForOnlyWhenSomethingIsMissing) {
  const Material& m = Material::get();
  const File pfx{"a.pfx", m.pkcs12("-passout pass:x")};
  EXPECT_THAT(ask({pfx, {"all.pem", m.chain + m.key}}, {}).origins, IsEmpty());
  const Asked right = ask({pfx}, {"wrong", "x"});
  EXPECT_THAT(right.origins, ElementsAre("a.pfx", "a.pfx"));
  EXPECT_TRUE(is_complete(right.contents));
  EXPECT_THAT(ask({pfx}, {"1", "2", "3", "x"}).origins, testing::SizeIs(3));
  EXPECT_THAT(ask({pfx}, {}).origins, ElementsAre("a.pfx")) << "nobody is there";
}

TEST(Passwords, AreTriedForTheOthersToo) {
  const Material& m = Material::get();
  const Asked asked = ask({{"a", m.chain},
                           {"old.key", m.openssl("pkcs8 -topk8 -in key.pem -passout pass:x -out out")},
                           {"new.key", m.openssl("ec -aes256 -in key.pem -passout pass:x -out out")}},
                          {"x"});
  EXPECT_THAT(asked.origins, ElementsAre("old.key"));
  EXPECT_EQ(told(asked.contents), "");
}

}  // namespace
}  // namespace livecert::bundle
