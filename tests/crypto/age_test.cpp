#include "crypto/age.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace livecert::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using base::SecretBytes;

SystemRandom random_source;

Bytes some_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return bytes;
}

Bytes seal(const AgeWriter::Sealed& to, ByteView plain, std::size_t piece = 1000) {
  Bytes sealed;
  auto writer = AgeWriter::begin(
      [&](ByteView bytes) -> base::Result<void> {
        sealed.insert(sealed.end(), bytes.begin(), bytes.end());
        return {};
      },
      to, random_source);
  EXPECT_TRUE(writer);
  for (; !plain.empty(); plain = plain.subspan(std::min(piece, plain.size()))) {
    EXPECT_TRUE((*writer)->write(plain.first(std::min(piece, plain.size()))));
  }
  EXPECT_TRUE((*writer)->finish());
  return sealed;
}

base::Result<Bytes> open(const AgeReader::Opener& opener, ByteView sealed) {
  std::size_t at = 0;
  const auto source = [&](std::span<std::uint8_t> room) -> base::Result<std::size_t> {
    const std::size_t size = std::min(room.size(), sealed.size() - at);
    std::copy_n(sealed.begin() + static_cast<std::ptrdiff_t>(at), size, room.begin());
    at += size;
    return size;
  };
  TRY_ASSIGN(const auto reader, AgeReader::open(source, opener));
  Bytes plain;
  for (;;) {
    TRY_ASSIGN(const ByteView bytes, reader->read());
    if (bytes.empty()) return plain;
    plain.insert(plain.end(), bytes.begin(), bytes.end());
  }
}

AgeReader::Opener only(const AgeIdentity& identity) {
  std::vector<AgeIdentity> identities;
  identities.push_back({identity.private_key.clone(base::SecretAccess())});
  return identities;
}

AgePassphrase passphrase(const std::string& text) {
  return {SecretBytes::copy_of(text), 4};
}

class Age : public testing::Test {
 protected:
  const AgeIdentity identity_ = AgeIdentity::make(random_source);
  const AgeWriter::Sealed to_ = std::vector{identity_.recipient()};
};

TEST_F(Age, OpensWhatItSealedWhateverItsSize) {
  for (const std::size_t size : {0UL, 1UL, 65535UL, 65536UL, 65537UL, 131072UL, 200000UL}) {
    const Bytes plain = some_bytes(size);
    for (const std::size_t piece : {700UL, 65536UL, 1000000UL}) {
      const auto opened = open(only(identity_), seal(to_, plain, piece));
      ASSERT_TRUE(opened) << size << ": " << opened.error().message;
      EXPECT_EQ(*opened, plain) << size;
    }
  }
}

TEST_F(Age, OpensForEachRecipientAndForNobodyElse) {
  const AgeIdentity other = AgeIdentity::make(random_source);
  const AgeIdentity stranger = AgeIdentity::make(random_source);
  const Bytes sealed = seal(std::vector{other.recipient(), identity_.recipient()}, some_bytes(10));
  EXPECT_TRUE(open(only(identity_), sealed));
  EXPECT_TRUE(open(only(other), sealed));
  const auto refused = open(only(stranger), sealed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the file is not sealed to any of these keys");
}

TEST_F(Age, OpensByThePassPhraseAlone) {
  const Bytes sealed = seal(AgeWriter::Sealed(passphrase("correct horse")), some_bytes(100000));
  EXPECT_TRUE(open(AgeReader::Opener(passphrase("correct horse")), sealed));
  EXPECT_EQ(open(AgeReader::Opener(passphrase("wrong horse")), sealed).error().message,
            "the pass phrase is not the file's");
  EXPECT_EQ(open(only(identity_), sealed).error().message, "the file is not sealed to any of these keys");
  EXPECT_EQ(open(AgeReader::Opener(passphrase("x")), seal(to_, {})).error().message,
            "the file is not sealed to a pass phrase");
}

TEST_F(Age, OpensNothingOfWhichAByteWasChanged) {
  const Bytes plain = some_bytes(70000);
  const Bytes sealed = seal(to_, plain);
  for (std::size_t at = 0; at < sealed.size(); at += at < 300 ? 1 : 997) {
    Bytes changed = sealed;
    changed[at] ^= 1U;
    EXPECT_FALSE(open(only(identity_), changed)) << at;
  }
}

TEST_F(Age, OpensNothingThatWasCutOrMadeLonger) {
  const Bytes sealed = seal(to_, some_bytes(140000));
  const std::size_t header = sealed.size() - (140000 + 3 * 16);
  for (const std::size_t size :
       {0UL, 10UL, header - 1, header, header + 65552, header + 2 * 65552, sealed.size() - 1}) {
    EXPECT_FALSE(open(only(identity_), ByteView(sealed).first(size))) << size;
  }
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_FALSE(open(only(identity_), longer));
}

TEST_F(Age, RefusesAWorkFactorThatWouldFillTheMemory) {
  Bytes sealed = seal(AgeWriter::Sealed(passphrase("x")), {});
  std::string text(base::as_text(sealed));
  text.replace(text.find(" 4\n"), 3, " 23\n");
  EXPECT_EQ(open(AgeReader::Opener(passphrase("x")), base::as_bytes(text)).error().message,
            "the file's pass phrase would take too much memory to try");
}

TEST_F(Age, RefusesWhatIsNoKey) {
  EXPECT_FALSE(AgeRecipient::parse(""));
  EXPECT_FALSE(AgeRecipient::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwq"));
  EXPECT_FALSE(AgeRecipient::parse("bge1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"));
  const auto refused = AgeIdentity::parse_file(base::as_bytes("# created\nAGE-SECRET-KEY-1SECRET\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("1SECRET"), std::string::npos);
  EXPECT_FALSE(AgeIdentity::parse_file(base::as_bytes("# nothing\n\n")));
}

// The program of the format's authors reads what we write, and we read what it writes (Debian package age).
TEST_F(Age, AgreesWithTheProgramAge) {
  const test::TemporaryDirectory directory;
  const std::string key_file = directory.path() / "key.txt";
  const test::CommandResult made = test::run_command({"age-keygen", "-o", key_file});
  ASSERT_EQ(made.status, 0) << made.errors;
  const std::string key_text = test::read_file(key_file);
  auto identities = AgeIdentity::parse_file(base::as_bytes(key_text));
  ASSERT_TRUE(identities) << identities.error().message;
  const std::string recipient = key_text.substr(key_text.find("age1"), 62);
  const auto parsed = AgeRecipient::parse(recipient);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->public_key, identities->front().recipient().public_key);

  for (const std::size_t size : {0UL, 65536UL, 150000UL}) {
    const Bytes plain = some_bytes(size);
    const std::string ours = directory.path() / "ours.age";
    const std::string theirs = directory.path() / "theirs.age";
    const std::string plain_file = directory.path() / "plain";
    test::write_file(plain_file, std::string(base::as_text(plain)));
    test::write_file(ours, std::string(base::as_text(seal(std::vector{*parsed}, plain))));
    const test::CommandResult opened = test::run_command({"age", "-d", "-i", key_file, ours});
    EXPECT_EQ(opened.status, 0) << opened.errors;
    EXPECT_EQ(opened.output, base::as_text(plain)) << size;
    ASSERT_EQ(test::run_command({"age", "-r", recipient, "-o", theirs, plain_file}).status, 0);
    const auto back = open(only(identities->front()), base::as_bytes(test::read_file(theirs)));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, plain) << size;
  }
}

}  // namespace
}  // namespace livecert::crypto
