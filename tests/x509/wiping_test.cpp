#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/certificate_template.h"
#include "x509/corpus.h"
#include "x509/key_templates.h"
#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

// A file seen through its page-cache mapping: the test never holds the key in memory that it searches.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) throw std::runtime_error("cannot open " + path);
    size_ = static_cast<std::size_t>(status.st_size);
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    if (data_ == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() { ::munmap(data_, size_); }
  [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

// The pattern to look for, kept inverted so that the search does not find the pattern itself.
struct Needle {
  std::string name;
  base::Bytes inverted;
};

// The first 16 bytes are left out: the allocator writes over them when it takes a block back.
Needle make_needle(std::string name, base::ByteView secret) {
  base::Bytes inverted;
  for (const std::uint8_t byte : secret.subspan(16, std::min<std::size_t>(secret.size() - 16, 24))) {
    inverted.push_back(static_cast<std::uint8_t>(~byte));
  }
  return {std::move(name), std::move(inverted)};
}

// A number as DER and PKCS#8 write it, and as OpenSSL computes with it.
void add_number(std::vector<Needle>& needles, const std::string& name, const BIGNUM* number) {
  base::WipedBuffer bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  needles.push_back(make_needle(name + " big-endian", bytes));
  std::ranges::reverse(bytes);
  needles.push_back(make_needle(name + " little-endian", bytes));
}

// A piece of base64 from the middle of the text.
void add_text(std::vector<Needle>& needles, std::string_view pem) {
  std::size_t line = pem.find('\n') + 1;
  if (pem.size() > 1000) line = pem.find('\n', pem.size() / 2) + 1;
  needles.push_back(make_needle("base64", base::as_bytes(pem.substr(line + 10, 40))));
}

std::vector<Needle> needles_of(std::string_view pem) {
  std::vector<Needle> needles;
  add_text(needles, pem);
  const auto blocks = scan_pem(pem, 1);
  const auto outer = decode_key<Pkcs8Asn1>(blocks.front().der);
  if (const auto rsa = decode_key<RsaPrivateKeyAsn1>(as_bytes(outer->key))) {
    add_number(needles, "prime p", rsa->prime1);
    add_number(needles, "prime q", rsa->prime2);
    add_number(needles, "private exponent", rsa->private_exponent);
    add_number(needles, "coefficient", rsa->coefficient);
  } else if (const auto ec = decode_key<EcPrivateKeyAsn1>(as_bytes(outer->key))) {
    const OwnedNumber number(BN_bin2bn(as_bytes(ec->number).data(), ASN1_STRING_length(ec->number), nullptr));
    add_number(needles, "private number", number.get());
  }
  return needles;
}

bool contains(base::ByteView memory, const base::Bytes& inverted) {
  const auto first = static_cast<std::uint8_t>(~inverted.front());
  const auto is_needle = [&](const std::uint8_t* at) {
    for (std::size_t i = 0; i < inverted.size(); ++i) {
      if (static_cast<std::uint8_t>(~at[i]) != inverted[i]) return false;
    }
    return true;
  };
  const std::uint8_t* position = memory.data();
  const std::uint8_t* end = memory.data() + memory.size() - inverted.size();
  while (position < end) {
    position = static_cast<const std::uint8_t*>(std::memchr(position, first, static_cast<std::size_t>(end - position)));
    if (position == nullptr) return false;
    if (is_needle(position)) return true;
    ++position;
  }
  return false;
}

struct Find {
  std::string needle;
  std::string mapping;  // its line in /proc/self/maps
};

// A failed expectation shows the name and the place of what was found, but no byte of it.
std::ostream& operator<<(std::ostream& out, const Find& find) {
  return out << find.needle << " in " << find.mapping;
}

// The needles found in the heap and in anonymous memory; the stack is wiped elsewhere (wipe_dead_stack).
std::vector<Find> find_in_memory(const std::vector<Needle>& needles) {
  std::vector<Find> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long start = 0;
    unsigned long end = 0;
    unsigned long inode = 0;
    char access[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %*s %*s %lu", &start, &end, access, &inode) != 4) continue;
    const bool is_heap = line.ends_with("[heap]");
    const bool is_anonymous = inode == 0 && line.find('[') == std::string::npos;
    if (access[0] != 'r' || access[1] != 'w' || !(is_heap || is_anonymous)) continue;
    const base::ByteView memory(reinterpret_cast<const std::uint8_t*>(start), end - start);
    for (const Needle& needle : needles) {
      if (contains(memory, needle.inverted)) found.push_back({needle.name, line});
    }
  }
  return found;
}

std::string data_path(const std::string& name) {
  return std::string(LIVECERT_TEST_DATA) + "/wiping/" + name;
}

class Wiping : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "AddressSanitizer's own memory cannot be searched";
#endif
  }
};

TEST_P(Wiping, LeavesNothingOfTheKeyInMemory) {
  const std::string kind = GetParam();
  const MappedFile whole_key(data_path(kind + "-pkcs8.pem"));
  const std::vector<Needle> needles = needles_of(whole_key.text());
  ASSERT_GE(needles.size(), 3U);
  const std::string certificates = read_file(data_path(kind + "-certificates.pem"));
  FixedSource source;
  for (const char* encoding : {"-pkcs8", "-traditional", "-cut", "-inconsistent", "-with-other-block"}) {
    const MappedFile key(data_path(kind + encoding + ".pem"));
    {
      const auto judgement = judge(certificates, key.text(), {.now = test_now()}, source);
      ASSERT_TRUE(judgement);
      const bool is_whole = std::string_view(encoding) == "-pkcs8" || std::string_view(encoding) == "-traditional";
      EXPECT_EQ(judgement->accepted.has_value(), is_whole) << encoding << judgement->report.message();
      if (is_whole) {
        const auto pem = to_pem(judgement->accepted->key, base::SecretAccess());
        EXPECT_GT(pem.size(), 100U);
      }
    }
    EXPECT_THAT(find_in_memory(needles), testing::IsEmpty()) << encoding;
  }
  // The key in the wrong text is decoded there too.
  ASSERT_TRUE(judge(whole_key.text(), certificates, {.now = test_now()}, source));
  EXPECT_THAT(find_in_memory(needles), testing::IsEmpty());
}

// The control: every needle is found in a copy, whether the copy is alive or was freed without wiping.
TEST_P(Wiping, SearchFindsACopyThatIsThere) {
  const MappedFile key(data_path(GetParam() + "-pkcs8.pem"));
  const std::vector<Needle> needles = needles_of(key.text());
  for (const Needle& needle : needles) {
    std::vector<std::uint8_t> copy(4000);
    for (std::size_t i = 0; i < needle.inverted.size(); ++i) {
      copy[2000 + i] = static_cast<std::uint8_t>(~needle.inverted[i]);
    }
    const std::vector<Needle> one{needle};
    EXPECT_THAT(find_in_memory(one), testing::ElementsAre(testing::Field(&Find::needle, needle.name)));
    base::wipe(copy.data(), copy.size());
    EXPECT_THAT(find_in_memory(one), testing::IsEmpty());
  }
}

TEST_P(Wiping, SearchFindsAKeyThatIsHeld) {
  const MappedFile text(data_path(GetParam() + "-pkcs8.pem"));
  const std::vector<Needle> needles = needles_of(text.text());
  const auto blocks = scan_pem(text.text(), 1);
  const PrivateKey key = *PrivateKey::parse_pkcs8(blocks.front().der);
  EXPECT_THAT(find_in_memory(needles), testing::Not(testing::IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Keys, Wiping, testing::Values("rsa", "ec", "ec384"),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace livecert::x509
