#include "bundle/material.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "support/child_process.h"
#include "x509/pem.h"

namespace livecert::bundle {
namespace {

using namespace std::literals;

std::string sha1(const std::string& text) {
  std::string digest(20, '\0');
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, EVP_sha1(), nullptr);
  return digest;
}

std::string number(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = bytes; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)));
  return text;
}

std::string java_text(const std::string& text) {
  return number(text.size(), 2) + text;
}

// A DER value with a length of up to 65535.
std::string value(char tag, const std::string& content) {
  return std::string(1, tag) + "\x82" + number(content.size(), 2) + content;
}

// JavaKeyStore's KeyProtector: a salt, the key XORed with digests, a check.
std::string protect(const std::string& key, const std::string& java_password) {
  const std::string salt = "twenty bytes of salt";
  std::string stream = salt;
  std::string closed = key;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i % 20 == 0) stream = sha1(java_password + stream);
    closed[i] = static_cast<char>(closed[i] ^ stream[i % 20]);
  }
  const std::string text = salt + closed + sha1(java_password + key);
  const std::string algorithm = "\x30\x0e\x06\x0a\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01\x05\x00"s;
  return value('\x30', algorithm + value('\x04', text));
}

}  // namespace

Contents read(const Bundle& bundle) {
  std::vector<Source> sources;
  for (const File& file : bundle.files) sources.push_back({file.name, {file.content.begin(), file.content.end()}});
  Passwords passwords;
  for (const std::string& password : bundle.passwords) {
    passwords.known.push_back(base::SecretBytes::copy_of(std::string_view(password)));
  }
  return read(sources, passwords);
}

const Material& Material::get() {
  static const Material material;
  return material;
}

Material::Material()
    : leaf(pair.certificates.substr(0, pair.certificates.find("-----BEGIN", 10))),
      intermediate(x509::to_pem(pki.intermediate())),
      root(x509::to_pem(pki.root())) {
  test::write_file(directory_.path() / "leaf.pem", leaf);
  test::write_file(directory_.path() / "chain.pem", intermediate);
  test::write_file(directory_.path() / "all.pem", leaf + intermediate);
  test::write_file(directory_.path() / "key.pem", key);
}

std::string Material::openssl(const std::string& words, const std::string& written) const {
  const std::string folder = directory_.path().string();
  const auto result = test::run_command({"sh", "-c", "cd " + folder + " && rm -f out && openssl " + words});
  EXPECT_EQ(result.status, 0) << words << "\n" << result.errors;
  return test::read_file(directory_.path() / written);
}

std::string Material::pkcs12(const std::string& options) const {
  return openssl("pkcs12 -export -in leaf.pem -certfile chain.pem -inkey key.pem -name www -out out " + options);
}

std::string Material::der_of(const std::string& pem) const {
  test::write_file(directory_.path() / "one.pem", pem);
  return openssl("x509 -in one.pem -outform DER -out out");
}

std::string Material::foreign_authority() const {
  return openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Foreign -keyout /dev/null -out out");
}

std::string make_zip(const std::vector<File>& files) {
  const test::TemporaryDirectory directory;
  std::string script = "import zipfile\nz = zipfile.ZipFile('out.zip', 'w', zipfile.ZIP_DEFLATED)\n";
  for (std::size_t i = 0; i < files.size(); ++i) {
    test::write_file(directory.path() / std::to_string(i), files[i].content);
    script += "z.write('" + std::to_string(i) + "', '" + files[i].name + "')\n";
  }
  test::write_file(directory.path() / "make.py", script + "z.close()\n");
  const auto result = test::run_command({"sh", "-c", "cd " + directory.path().string() + " && python3 make.py"});
  EXPECT_EQ(result.status, 0) << result.errors;
  return test::read_file(directory.path() / "out.zip");
}

std::string make_keystore(const std::vector<JavaEntry>& entries, const std::string& password, std::uint32_t version) {
  const std::string java = [&] {
    std::string text = to_utf16(password, true, false);
    return password == "密码" ? "\x5b\xc6\x78\x01"s : text;
  }();
  std::string store = number(0xFEEDFEED, 4) + number(version, 4) + number(entries.size(), 4);
  const auto certificate = [&](const std::string& der) {
    return (version == 2 ? java_text("X.509") : "") + number(der.size(), 4) + der;
  };
  for (const JavaEntry& entry : entries) {
    store += number(entry.key.empty() ? 2 : 1, 4) + java_text("别名") + number(1'780'000'000'000, 8);
    if (!entry.key.empty()) {
      const std::string closed = protect(entry.key, java);
      store += number(closed.size(), 4) + closed + number(entry.certificates.size(), 4);
    }
    for (const std::string& der : entry.certificates) store += certificate(der);
  }
  return store + sha1(java + "Mighty Aphrodite" + store);
}

std::string to_utf16(const std::string& ascii, bool is_big, bool has_mark) {
  std::string text = !has_mark ? "" : is_big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) text += is_big ? std::string{'\0', c} : std::string{c, '\0'};
  return text;
}

}  // namespace livecert::bundle
