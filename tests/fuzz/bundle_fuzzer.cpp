#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "bundle/arrange.h"
#include "bundle/read.h"

namespace {

using namespace livecert;

bundle::Contents read(const std::vector<bundle::Source>& sources) {
  bundle::Passwords passwords;
  passwords.known.push_back(base::SecretBytes::copy_of(std::string_view("x")));
  return bundle::read(sources, passwords);
}

base::WipedBuffer buffer(std::string_view text) {
  return {text.begin(), text.end()};
}

// What is read is written as PEM, and read back unchanged as the same upload.
void check_upload(const bundle::Upload& upload) {
  std::vector<bundle::Source> sources;
  sources.push_back({"chain.pem", upload.certificates_pem()});
  sources.push_back({"key.pem", upload.private_key});
  const bundle::Contents contents = read(sources);
  LIVECERT_CHECK(contents.faults.empty() && contents.keys.size() == 1 && !contents.certificates.empty());
  LIVECERT_CHECK(contents.certificates.front().certificate == upload.leaf);
}

}  // namespace

// A file in any form whose password is "x" if it has one. A second file may follow, behind a line of four NULs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::literals;
  constexpr std::string_view kBetween = "\n\0\0\0\0\n"sv;
  const std::string_view text = base::as_text({data, size});
  const std::size_t end = std::min(text.find(kBetween), text.size());
  std::vector<bundle::Source> sources;
  sources.push_back({"first", buffer(text.substr(0, end))});
  if (end < text.size()) sources.push_back({"password.txt", buffer(text.substr(end + kBetween.size()))});
  const bundle::Contents contents = read(sources);
  LIVECERT_CHECK(contents.certificates.size() <= bundle::kMaxCertificates && contents.keys.size() <= bundle::kMaxKeys);
  for (const bundle::Fault& fault : contents.faults) {
    LIVECERT_CHECK(!bundle::remedy_text(fault, base::Language::kEnglish).empty() || !fault.detail.empty());
  }
  const bundle::Arrangement arrangement = bundle::arrange(contents);
  LIVECERT_CHECK(arrangement.uploads.empty() == (arrangement.lack != bundle::Lack::kNothing));
  for (const bundle::Upload& upload : arrangement.uploads) check_upload(upload);
  LIVECERT_CHECK(bundle::newer_without_key(contents, arrangement.uploads).size() <= contents.certificates.size());
  return 0;
}
