#pragma once

#include <string>
#include <vector>

#include "bundle/read.h"
#include "support/pki.h"
#include "support/temporary_directory.h"

namespace livecert::bundle {

// A file of a bundle: its name and its content.
struct File {
  std::string name;
  std::string content;
};

// What one test gives to read().
struct Bundle {
  std::vector<File> files;
  std::vector<std::string> passwords = {};
};

[[nodiscard]] Contents read(const Bundle& bundle);

// One certificate of www.example.net with its chain in the forms that tools make of it. Made once for all tests.
class Material {
 public:
  [[nodiscard]] static const Material& get();

  const test::Pki pki{*base::parse_basic_time("20260601T120000Z")};
  const test::PemPair pair = pki.upload("www.example.net");
  const std::string leaf;
  const std::string intermediate;
  const std::string root;
  const std::string& key = pair.key;
  const std::string& chain = pair.certificates;

  // Runs openssl in a folder that has leaf.pem, chain.pem (the intermediate), all.pem and key.pem, and returns the
  // file that it wrote.
  [[nodiscard]] std::string openssl(const std::string& words, const std::string& written = "out") const;
  // The same for leaf and chain as PKCS#12, with these options.
  [[nodiscard]] std::string pkcs12(const std::string& options) const;
  [[nodiscard]] std::string der_of(const std::string& pem) const;
  // An authority that issued nothing here, as PEM.
  [[nodiscard]] std::string foreign_authority() const;
  // A key in PKCS#8 DER.
  [[nodiscard]] std::string key_der() const { return openssl("pkey -in key.pem -outform DER -out out"); }

 private:
  Material();

  test::TemporaryDirectory directory_;
};

// A zip archive, compressed.
[[nodiscard]] std::string make_zip(const std::vector<File>& files);

// A Java keystore as keytool writes it.
struct JavaEntry {
  std::string key = {};  // PKCS#8 DER; empty: the certificates are only trusted, one in each entry
  std::vector<std::string> certificates = {};  // DER
};
[[nodiscard]] std::string make_keystore(const std::vector<JavaEntry>& entries, const std::string& password,
                                        std::uint32_t version = 2);

[[nodiscard]] std::string to_utf16(const std::string& ascii, bool is_big, bool has_mark);

}  // namespace livecert::bundle
