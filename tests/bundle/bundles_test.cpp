#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundle/arrange.h"
#include "bundle/material.h"

// Bundles as people have them. Each holds www.example.net with its key; what else it holds stands in its row.
namespace livecert::bundle {
namespace {

using namespace std::literals;
using M = Material;

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string base64(const std::string& bytes) {
  std::string text = base::to_base64(base::as_bytes(bytes));
  for (std::size_t at = 76; at < text.size(); at += 77) text.insert(at, "\n");
  return text + "\n";
}

// The lines between BEGIN and END.
std::string body_of(const std::string& pem) {
  const std::size_t begin = pem.find('\n') + 1;
  return pem.substr(begin, pem.find("-----END") - begin);
}

std::string relabelled(const std::string& pem, const std::string& from, const std::string& to) {
  return replace_all(pem, " " + from + "-----", " " + to + "-----");
}

std::string keystore(const M& m, const std::string& password, std::uint32_t version = 2) {
  return make_keystore({{m.key_der(), {m.der_of(m.leaf), m.der_of(m.intermediate)}}}, password, version);
}

// An earlier certificate of the same name with a key of its own.
test::PemPair older() {
  const base::Time begin = *base::parse_basic_time("20260301T120000Z");
  return M::get().pki.upload(test::Pki::Leaf{.common_name = "www.example.net",
                                             .dns_names = {"www.example.net"},
                                             .not_before = begin,
                                             .not_after = begin + std::chrono::days(90)});
}

struct Row {
  std::string name;
  Bundle (*make)(const M& m);
  std::size_t issuers = 1;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

const std::vector<Row> kPem{
    {"chain_and_key",
     [](const M& m) {
       return Bundle{{{"fullchain.pem", m.chain}, {"privkey.pem", m.key}}};
     }},
    {"one_file",
     [](const M& m) {
       return Bundle{{{"all.pem", m.chain + m.key}}};
     }},
    {"key_first",
     [](const M& m) {
       return Bundle{{{"all.pem", m.key + m.chain}}};
     }},
    {"chain_reversed",
     [](const M& m) {
       return Bundle{{{"all.pem", m.root + m.intermediate + m.leaf + m.key}}};
     },
     2},
    {"crlf",
     [](const M& m) {
       return Bundle{{{"all.pem", replace_all(m.chain + m.key, "\n", "\r\n")}}};
     }},
    {"cr_only",
     [](const M& m) {
       return Bundle{{{"all.pem", replace_all(m.chain + m.key, "\n", "\r")}}};
     }},
    {"utf8_mark",
     [](const M& m) {
       return Bundle{{{"a.pem", "\xEF\xBB\xBF" + m.chain}, {"k", "\xEF\xBB\xBF" + m.key}}};
     }},
    {"utf16_little",
     [](const M& m) {
       return Bundle{{{"a.pem", to_utf16(m.chain + m.key, false, true)}}};
     }},
    {"utf16_big",
     [](const M& m) {
       return Bundle{{{"a.pem", to_utf16(m.chain + m.key, true, true)}}};
     }},
    {"utf16_without_mark",
     [](const M& m) {
       return Bundle{{{"a.pem", to_utf16(m.chain + m.key, false, false)}}};
     }},
    {"utf16_big_without_mark",
     [](const M& m) {
       return Bundle{{{"a.pem", to_utf16(m.chain + m.key, true, false)}}};
     }},
    {"bag_attributes_in_gbk",
     [](const M& m) {
       return Bundle{
           {{"a.pem", "Bag Attributes\n    friendlyName: \xd6\xa4\xca\xe9\n" + m.chain + "\xd6\xa4\n" + m.key}}};
     }},
    {"text_in_latin1",
     [](const M& m) {
       return Bundle{{{"a.pem", "CN = M\xfcller\n" + m.chain + m.key}}};
     }},
    {"trusted_certificate",
     [](const M& m) {
       return Bundle{{{"a", m.openssl("x509 -in leaf.pem -trustout -addtrust serverAuth -out out")},
                      {"b", m.intermediate + m.key}}};
     }},
    {"old_certificate_label",
     [](const M& m) {
       return Bundle{{{"a", relabelled(m.chain, "CERTIFICATE", "X509 CERTIFICATE")}, {"b", m.key}}};
     }},
    {"ec_parameters",
     [](const M& m) {
       return Bundle{{{"a", m.chain},
                      {"b", m.openssl("ecparam -name prime256v1 -out out") + m.openssl("ec -in key.pem -out out")}}};
     }},
    {"relabelled_key",
     [](const M& m) {
       return Bundle{{{"a", m.chain}, {"b", relabelled(m.key, "PRIVATE KEY", "EC PRIVATE KEY")}}};
     }},
    {"base64_of_pem",
     [](const M& m) {
       return Bundle{{{"tls.crt", base64(m.chain)}, {"tls.key", base64(m.key)}}};
     }},
    {"base64_without_lines",
     [](const M& m) {
       return Bundle{{{"a", body_of(m.leaf)}, {"b", body_of(m.intermediate)}, {"c", body_of(m.key)}}};
     }},
    {"end_and_begin_in_one_line",
     [](const M& m) {
       return Bundle{{{"a", replace_all(m.chain + m.key, "-----\n-----", "----------")}}};
     }},
    {"indented_as_in_yaml",
     [](const M& m) {
       return Bundle{{{"values.yaml", "tls: |\n  " + replace_all(m.chain + m.key, "\n", "\n  ")}}};
     }},
    {"line_breaks_of_json",
     [](const M& m) {
       return Bundle{{{"a.json", "{\"pem\":\"" + replace_all(m.chain + m.key, "\n", "\\n") + "\"}"}}};
     }},
    {"newlines_became_spaces",
     [](const M& m) {
       return Bundle{{{"a", replace_all(m.chain + m.key, "\n", " ")}}};
     }},
    {"everything_twice",
     [](const M& m) {
       return Bundle{{{"a", m.chain + m.key}, {"b", replace_all(m.chain + m.key, "\n", "\r\n")}}};
     }},
    {"an_unrelated_key",
     [](const M& m) {
       return Bundle{{{"old.key", older().key}, {"a", m.chain + m.key}}};
     }},
};

const std::vector<Row> kDer{
    {"der_and_pkcs8",
     [](const M& m) {
       return Bundle{{{"www.cer", m.der_of(m.leaf)}, {"ca.cer", m.der_of(m.intermediate)}, {"www.key", m.key_der()}}};
     }},
    {"der_and_sec1",
     [](const M& m) {
       return Bundle{{{"www.cer", m.der_of(m.leaf)},
                      {"ca.pem", m.intermediate},
                      {"k", m.openssl("ec -in key.pem -outform DER -out out")}}};
     }},
    {"der_and_protected_pkcs8",
     [](const M& m) {
       return Bundle{
           {{"a", m.chain}, {"k", m.openssl("pkcs8 -topk8 -in key.pem -outform DER -passout pass:s3cret -out out")}},
           {"s3cret"}};
     }},
    {"p7b_pem",
     [](const M& m) {
       return Bundle{{{"a.p7b", m.openssl("crl2pkcs7 -nocrl -certfile all.pem -out out")}, {"k", m.key}}};
     }},
    {"p7b_der",
     [](const M& m) {
       return Bundle{{{"a.p7b", m.openssl("crl2pkcs7 -nocrl -certfile all.pem -outform DER -out out")}, {"k", m.key}}};
     }},
    {"p7b_as_cms",
     [](const M& m) {
       return Bundle{
           {{"a", relabelled(m.openssl("crl2pkcs7 -nocrl -certfile all.pem -out out"), "PKCS7", "CMS")}, {"k", m.key}}};
     }},
    {"p7b_base64_without_lines",
     [](const M& m) {
       return Bundle{{{"a", body_of(m.openssl("crl2pkcs7 -nocrl -certfile all.pem -out out"))}, {"k", m.key}}};
     }},
    {"p7b_utf16",
     [](const M& m) {
       return Bundle{
           {{"a", to_utf16(m.openssl("crl2pkcs7 -nocrl -certfile all.pem -out out"), false, true)}, {"k", m.key}}};
     }},
};

const std::vector<Row> kPkcs12{
    {"modern",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-passout pass:s3cret")}}, {"s3cret"}};
     }},
    {"legacy_rc2",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-legacy -passout pass:s3cret")}}, {"s3cret"}};
     }},
    {"triple_des",
     [](const M& m) {
       return Bundle{
           {{"a.pfx", m.pkcs12("-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -passout pass:s3cret")}},
           {"s3cret"}};
     }},
    {"many_rounds",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-iter 100000 -passout pass:s3cret")}}, {"s3cret"}};
     }},
    {"sha512_check",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-macalg sha512 -passout pass:s3cret")}}, {"s3cret"}};
     }},
    {"empty_password",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-passout pass:")}}};
     }},
    {"empty_password_legacy",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-legacy -passout pass:")}}};
     }},
    {"without_check",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-nomac -passout pass:s3cret")}}, {"wrong", "s3cret"}};
     }},
    {"in_the_clear",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-keypbe NONE -certpbe NONE -nomac -passout pass:")}}};
     }},
    {"base64_of_pfx",
     [](const M& m) {
       return Bundle{{{"a.txt", base64(m.pkcs12("-passout pass:s3cret"))}}, {"s3cret"}};
     }},
    {"chinese_password",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.pkcs12("-passout pass:密码")}}, {"密码"}};
     }},
    {"password_file_beside",
     [](const M& m) {
       return Bundle{{{"www.pfx", m.pkcs12("-passout pass:s3cret")}, {"pfx-password.txt", "s3cret\r\n"}}};
     }},
    {"password_file_with_words",
     [](const M& m) {
       return Bundle{{{"www.pfx", m.pkcs12("-passout pass:s3cret")}, {"密码.txt", "PFX 密码：s3cret\n"}}};
     }},
    {"password_file_in_utf16",
     [](const M& m) {
       return Bundle{
           {{"www.pfx", m.pkcs12("-passout pass:s3cret")}, {"password.txt", to_utf16("s3cret\r\n", false, true)}}};
     }},
    {"without_chain",
     [](const M& m) {
       return Bundle{{{"a.pfx", m.openssl("pkcs12 -export -in leaf.pem -inkey key.pem -passout pass:x -out out")},
                      {"ca.crt", m.intermediate}},
                     {"x"}};
     }},
};

const std::vector<Row> kKeys{
    {"pkcs8_aes",
     [](const M& m) {
       return Bundle{{{"a", m.chain}, {"k", m.openssl("pkcs8 -topk8 -in key.pem -passout pass:x -out out")}}, {"x"}};
     }},
    {"pkcs8_triple_des",
     [](const M& m) {
       return Bundle{
           {{"a", m.chain}, {"k", m.openssl("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in key.pem -passout pass:x -out out")}},
           {"x"}};
     }},
    {"pkcs8_md5_des",
     [](const M& m) {
       return Bundle{{{"a", m.chain},
                      {"k", m.openssl("pkcs8 -topk8 -v1 PBE-MD5-DES -provider legacy -provider default -in key.pem "
                                      "-passout pass:x -out out")}},
                     {"x"}};
     }},
    {"pkcs8_scrypt",
     [](const M& m) {
       return Bundle{{{"a", m.chain}, {"k", m.openssl("pkcs8 -topk8 -scrypt -in key.pem -passout pass:x -out out")}},
                     {"x"}};
     }},
    {"pem_aes",
     [](const M& m) {
       return Bundle{{{"a", m.chain}, {"k", m.openssl("ec -aes256 -in key.pem -passout pass:x -out out")}}, {"x"}};
     }},
    {"pem_triple_des",
     [](const M& m) {
       return Bundle{{{"a", m.chain},
                      {"k", replace_all(m.openssl("ec -des3 -in key.pem -passout pass:x -out out"), "\n", "\r\n")}},
                     {"y", "x"}};
     }},
    {"pem_des",
     [](const M& m) {
       return Bundle{
           {{"a",
             m.chain + m.openssl("ec -des -provider legacy -provider default -in key.pem -passout pass:x -out out")}},
           {"x"}};
     }},
};

const std::vector<Row> kKeystores{
    {"keystore",
     [](const M& m) {
       return Bundle{{{"www.jks", keystore(m, "changeit")}}, {"changeit"}};
     }},
    {"keystore_of_version_1",
     [](const M& m) {
       return Bundle{{{"www.jks", keystore(m, "changeit", 1)}}, {"changeit"}};
     }},
    {"keystore_with_chinese_password",
     [](const M& m) {
       return Bundle{{{"www.jks", keystore(m, "密码")}}, {"密码"}};
     }},
    {"keystore_with_password_beside",
     [](const M& m) {
       return Bundle{{{"www.jks", keystore(m, "t0mcat")}, {"keystorePass.txt", "t0mcat"}}};
     }},
    {"keystore_with_trusted_ones",
     [](const M& m) {
       return Bundle{{{"www.jks", make_keystore({{m.key_der(), {m.der_of(m.leaf)}},
                                                 {"", {m.der_of(m.intermediate)}},
                                                 {"", {m.der_of(m.foreign_authority())}}},
                                                "changeit")}},
                     {"changeit"}};
     }},
};

const std::vector<Row> kArchives{
    {"archive_of_an_authority",
     [](const M& m) {
       return Bundle{{{"12345_www.example.net.zip",
                       make_zip({{"Nginx/1_www.example.net_bundle.crt", m.chain},
                                 {"Nginx/2_www.example.net.key", m.key},
                                 {"Apache/1_root_bundle.crt", m.intermediate},
                                 {"Apache/2_www.example.net.crt", m.leaf},
                                 {"Apache/3_www.example.net.key", m.key},
                                 {"IIS/www.example.net.pfx", m.pkcs12("-legacy -passout pass:iisp4ss")},
                                 {"IIS/keystorePass.txt", "iisp4ss"},
                                 {"Tomcat/www.example.net.jks", keystore(m, "t0mcat")},
                                 {"Tomcat/keystorePass.txt", "t0mcat"},
                                 {"www.example.net.csr",
                                  m.openssl("req -new -key key.pem -subj /CN=www.example.net -out out")}})}}};
     }},
    {"archive_for_nginx",
     [](const M& m) {
       return Bundle{{{"a.zip", make_zip({{"www.pem", m.chain}, {"www.key", m.key}})}}};
     }},
    {"archive_for_iis",
     [](const M& m) {
       return Bundle{
           {{"a.zip", make_zip({{"www.pfx", m.pkcs12("-passout pass:s3cret")}, {"pfx-password.txt", "s3cret"}})}}};
     }},
    {"archive_for_tomcat",
     [](const M& m) {
       return Bundle{{{"a.zip", make_zip({{"www.jks", keystore(m, "s3cret")}, {"jks-password.txt", "s3cret"}})}}};
     }},
    {"archive_in_an_archive",
     [](const M& m) {
       return Bundle{{{"a.zip", make_zip({{"nginx.zip", make_zip({{"a.pem", m.chain + m.key}})}})}}};
     }},
    {"archive_beside_the_key",
     [](const M& m) {
       return Bundle{
           {{"a.zip", make_zip({{"www.crt", m.leaf}, {"ca.ca-bundle", m.intermediate}})}, {"www.key", m.key}}};
     }},
};

const std::vector<Row> kFolders{
    {"certbot_live",
     [](const M& m) {
       return Bundle{{{"README", "This directory contains your keys and certificates."},
                      {"cert.pem", m.leaf},
                      {"chain.pem", m.intermediate},
                      {"fullchain.pem", m.chain},
                      {"privkey.pem", m.key}}};
     }},
    {"certbot_archive",
     [](const M& m) {
       const test::PemPair old = older();
       return Bundle{{{"fullchain1.pem", old.certificates},
                      {"fullchain2.pem", m.chain},
                      {"privkey1.pem", old.key},
                      {"privkey2.pem", m.key}}};
     }},
    {"lego",
     [](const M& m) {
       return Bundle{{{"www.example.net.crt", m.chain},
                      {"www.example.net.issuer.crt", m.intermediate},
                      {"www.example.net.json", "{\"domain\":\"www.example.net\"}"},
                      {"www.example.net.key", m.key},
                      {"www.example.net.pem", m.chain + m.key}}};
     }},
    {"acme_sh",
     [](const M& m) {
       return Bundle{{{"ca.cer", m.intermediate},
                      {"fullchain.cer", m.chain},
                      {"www.example.net.cer", m.leaf},
                      {"www.example.net.conf", "Le_Domain='www.example.net'\n"},
                      {"www.example.net.csr", m.openssl("req -new -key key.pem -subj /CN=www.example.net -out out")},
                      {"www.example.net.csr.conf", "[ req ]\n"},
                      {"www.example.net.key", m.key}}};
     }},
    {"dehydrated",
     [](const M& m) {
       const test::PemPair old = older();
       return Bundle{{{"cert-1772366400.pem", old.certificates},
                      {"cert-1780315200.pem", m.leaf},
                      {"cert.pem", m.leaf},
                      {"chain-1780315200.pem", m.intermediate},
                      {"fullchain.pem", m.chain},
                      {"privkey-1772366400.pem", old.key},
                      {"privkey-1780315200.pem", m.key},
                      {"privkey.pem", m.key}}};
     }},
    {"caddy",
     [](const M& m) {
       return Bundle{{{"www.example.net.crt", m.chain},
                      {"www.example.net.json", "{\"sans\":[\"www.example.net\"]}"},
                      {"www.example.net.key", m.key}}};
     }},
    {"win_acme",
     [](const M& m) {
       return Bundle{{{"www.example.net-chain.pem", m.chain},
                      {"www.example.net-chain-only.pem", m.intermediate},
                      {"www.example.net-crt.pem", m.leaf},
                      {"www.example.net-key.pem", m.key},
                      {"www.example.net-all.pfx", m.pkcs12("-passout pass:unknown")}}};
     }},
};

class Bundles : public testing::TestWithParam<Row> {};

TEST_P(Bundles, HoldTheCertificateWithItsChainAndItsKey) {
  const Material& m = Material::get();
  const Contents contents = read(GetParam().make(m));
  const Arrangement found = arrange(contents);
  std::string faults;
  for (const Fault& fault : contents.faults)
    faults += fault.origin + " " + std::string(fault.what.english) + fault.detail + "\n";
  ASSERT_EQ(found.lack, Lack::kNothing) << faults;
  ASSERT_EQ(found.uploads.size(), 1U) << faults;
  const Upload& upload = found.uploads.front();
  EXPECT_THAT(upload.leaf.dns_names(), testing::ElementsAre("www.example.net"));
  EXPECT_EQ(base::as_text(upload.private_key), m.key);
  ASSERT_EQ(upload.issuers.size(), GetParam().issuers) << faults;
  EXPECT_EQ(upload.issuers.front(), m.pki.intermediate());
  EXPECT_EQ(std::string(base::as_text(upload.certificates_pem())).substr(0, m.chain.size()), m.chain);
}

std::string name_of(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Pem, Bundles, testing::ValuesIn(kPem), name_of);
INSTANTIATE_TEST_SUITE_P(Der, Bundles, testing::ValuesIn(kDer), name_of);
INSTANTIATE_TEST_SUITE_P(Pkcs12, Bundles, testing::ValuesIn(kPkcs12), name_of);
INSTANTIATE_TEST_SUITE_P(ProtectedKeys, Bundles, testing::ValuesIn(kKeys), name_of);
INSTANTIATE_TEST_SUITE_P(Keystores, Bundles, testing::ValuesIn(kKeystores), name_of);
INSTANTIATE_TEST_SUITE_P(Archives, Bundles, testing::ValuesIn(kArchives), name_of);
INSTANTIATE_TEST_SUITE_P(Folders, Bundles, testing::ValuesIn(kFolders), name_of);

}  // namespace
}  // namespace livecert::bundle
