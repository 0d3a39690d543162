#include <algorithm>
#include <functional>
#include <optional>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "x509/corpus.h"
#include "x509/difference_table.h"
#include "x509/mutation.h"
#include "x509/openssl_owner.h"
#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

// The first block of a PEM text, as our scanner and PEM_read_bio see it. Our scanner tolerates more layouts, so a text
// that OpenSSL refuses must give the same bytes once its layout is put in order. About the content our scanner is
// stricter.

struct Block {
  std::string label;
  base::Bytes der;
  std::string headers;  // as OpenSSL calls what stands above the base64
  bool operator==(const Block& other) const { return label == other.label && der == other.der; }
};

std::optional<Block> read_with_openssl(const std::string& text) {
  const Owned<BIO, BIO_free> input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  char* label = nullptr;
  char* headers = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  std::optional<Block> block;
  if (PEM_read_bio(input.get(), &label, &headers, &data, &size) == 1) {
    block = Block{label, base::Bytes(data, data + size), headers};
    OPENSSL_free(label);
    OPENSSL_free(headers);
    OPENSSL_free(data);
  }
  ERR_clear_error();
  return block;
}

std::optional<Block> read_with_ours(const std::string& text) {
  const auto blocks = scan_pem(text, 1);
  if (blocks.empty() || blocks.front().state != PemState::kDecoded) return std::nullopt;
  return Block{blocks.front().label, base::Bytes(blocks.front().der.begin(), blocks.front().der.end()), ""};
}

void erase_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what)) text.erase(at, what.size());
}

// The text between the first BEGIN line and the END line after it, without blanks and without the escapes that JSON has
// for them; nullopt without such lines.
std::optional<std::string> body_of(const std::string& text, const std::string& label) {
  const std::string begin = "-----BEGIN " + label + "-----";
  const std::size_t start = text.find(begin);
  if (start == std::string::npos) return std::nullopt;
  const std::size_t end = text.find("-----END " + label + "-----", start);
  if (end == std::string::npos) return std::nullopt;
  std::string body = text.substr(start + begin.size(), end - start - begin.size());
  for (const std::string_view blank : {" ", "\t", "\r", "\n", "\\r", "\\n", "\\t", "\xC2\xA0"}) erase_all(body, blank);
  return body;
}

std::string laid_out(const std::string& label, std::string body) {
  for (std::size_t at = 64; at < body.size(); at += 65) body.insert(at, "\n");
  return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
}

struct PemInput {
  const std::string& text;
  const Block& theirs;
};

constexpr Difference<PemInput> kStrictness[] = {
    {"the end of a block that did not begin, above the one that OpenSSL reads",
     [](const PemInput& input) {
       return input.text.find("-----END ") < input.text.find("-----BEGIN " + input.theirs.label + "-----");
     }},
    {"headers above the base64, as of an encrypted key",
     [](const PemInput& input) { return !input.theirs.headers.empty(); }},
    {"letters that are not the base64 of what OpenSSL reads",
     [](const PemInput& input) {
       const auto body = body_of(input.text, input.theirs.label);
       return input.theirs.headers.empty() && (!body || *body != base::to_base64(input.theirs.der));
     }},
};

// Both take the text, but read different bytes.
constexpr Difference<PemInput> kOtherBytes[] = {
    {"base64 above a blank line, which OpenSSL takes for headers",
     [](const PemInput& input) { return !input.theirs.headers.empty(); }},
};

class PemComparison {
 public:
  void compare(const std::string& text, const std::string& what) {
    if (testing::Test::HasFailure()) return;
    SCOPED_TRACE(what + "\n" + text);
    ++tried;
    const auto ours = read_with_ours(text);
    const auto theirs = read_with_openssl(text);
    if (!ours) {
      if (theirs) {
        EXPECT_TRUE(strictness.explains_difference({text, *theirs}));
      }
      return;
    }
    ++accepted;
    if (theirs && *theirs == *ours) return;
    if (theirs) {
      EXPECT_TRUE(other_bytes.explains_difference({text, *theirs})) << "OpenSSL reads other bytes";
    }
    ++by_layout;
    const auto body = body_of(text, ours->label);
    ASSERT_TRUE(body);
    const auto again = read_with_openssl(laid_out(ours->label, *body));
    ASSERT_TRUE(again) << "OpenSSL refuses it in good order too";
    EXPECT_EQ(*again, *ours);
  }

  DifferenceTable<PemInput> strictness{kStrictness};
  DifferenceTable<PemInput> other_bytes{kOtherBytes};
  int tried = 0;
  int accepted = 0;
  int by_layout = 0;
};

// Every character changed in many ways, left out, doubled, followed by others, and the end of the text.
void mutate_every_character(const std::string& original, const std::function<void(const std::string&)>& take) {
  using namespace std::string_literals;
  for (std::size_t i = 0; i < original.size(); ++i) {
    for (const char c : {'A', 'B', '/', '=', '-', ':', ' ', '\n', '\\', '\0', '\x80'}) {
      std::string mutated = original;
      mutated[i] = c;
      take(mutated);
    }
    for (const std::string& inserted : {"\n"s, "\r\n"s, " "s, "\\n"s, "="s, "-"s, "-----"s, original.substr(i, 1)}) {
      take(std::string(original).insert(i, inserted));
    }
    take(std::string(original).erase(i, 1));
    take(original.substr(0, i));
  }
}

// The body in lines of that many characters.
std::string wrapped(const Block& block, std::size_t width, const std::string& line_break) {
  std::string text = "-----BEGIN " + block.label + "-----" + line_break;
  const std::string body = base::to_base64(block.der);
  for (std::size_t at = 0; at < body.size(); at += width) text += body.substr(at, width) + line_break;
  return text + "-----END " + block.label + "-----" + line_break;
}

TEST(DifferentialPem, AgreesWithOpensslOnTheCorpusAndItsMutations) {
  PemComparison comparison;
  for (const std::string& name : corpus_names()) {
    const CorpusCase upload = load_case(name);
    for (const std::string& text : {upload.certificates_pem, upload.key_pem}) {
      comparison.compare(text, name);
      const auto block = read_with_ours(text);
      if (!block) continue;
      for (const std::size_t width : {1U, 4U, 63U, 64U, 65U, 76U, 77U, 253U, 254U, 255U, 256U, 1000U, 100'000U}) {
        for (const char* line_break : {"\n", "\r\n", " \n", "\n\n", "\n ", "\\n", " "}) {
          comparison.compare(wrapped(*block, width, line_break), name + " in lines of " + std::to_string(width));
        }
      }
      comparison.compare("Subject: some name\n" + text, name + " below other text");
      comparison.compare(text + "other text\n", name + " above other text");
    }
  }
  for (const char* name : {"good-ecdsa-p256", "good-key-sec1", "key-encrypted-old"}) {
    const std::string text = load_case(name).key_pem;
    mutate_every_character(text, [&](const std::string& mutated) { comparison.compare(mutated, name); });
  }
  comparison.strictness.expect_all_needed();
  comparison.other_bytes.expect_all_needed();
  EXPECT_GE(comparison.tried, 20'000);
  EXPECT_GE(comparison.accepted, 10'000);
  EXPECT_GE(comparison.by_layout, 1000);
}

}  // namespace
}  // namespace livecert::x509
