#include "edge/drivers/file_drop.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/file_size_limit.h"
#include "edge/privileges.h"
#include "support/temporary_directory.h"

// The calls of the system that decide what a power cut leaves, in order, while a test records them. The program's own
// functions of these names go before those of the C library.
namespace {

struct SystemCalls {
  bool is_recording = false;
  bool fails_syncfs = false;
  bool fails_fsync = false;
  std::vector<std::string> names;
};
SystemCalls& system_calls() {
  static SystemCalls calls;
  return calls;
}

int record(const char* name, bool fails) {
  if (system_calls().is_recording) system_calls().names.emplace_back(name);
  if (!fails) return 0;
  errno = EIO;
  return -1;
}

}  // namespace

extern "C" int syncfs(int /*descriptor*/) noexcept {
  return record("syncfs", system_calls().fails_syncfs);
}

extern "C" int fsync(int /*descriptor*/) {
  return record("fsync", system_calls().fails_fsync);
}

extern "C" int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  static_cast<void>(record("rename", false));
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, 0));
}

namespace livecert::edge {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

struct stat status_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::lstat(file.c_str(), &status), 0) << file;
  return status;
}

bool has_same_change_time(const struct stat& one, const struct stat& other) {
  return one.st_ctim.tv_sec == other.st_ctim.tv_sec && one.st_ctim.tv_nsec == other.st_ctim.tv_nsec;
}

class FileDropTest : public ::testing::Test {
 protected:
  FileDropTest() {
    // For tests that act as another user for a while.
    ::chmod(directory_.path().c_str(), 0755);
    std::filesystem::create_directory(folder());
    ::chmod(folder().c_str(), 0755);
  }

  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "certificates"; }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder() / name; }
  [[nodiscard]] std::filesystem::path outside() const { return directory_.path() / "outside"; }
  [[nodiscard]] FileDrop drop(FileAccess access = {}) const { return {{folder()}, access}; }

  [[nodiscard]] std::vector<std::string> listing() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

 private:
  test::TemporaryDirectory directory_;
};

std::string refusal(const base::Result<void>& result) {
  if (result) return "no error";
  EXPECT_EQ(result.error().code, base::ErrorCode::kUpstreamFailure);
  return result.error().message;
}

// Records the calls of the system while it exists.
class Calls {
 public:
  Calls() {
    system_calls() = {};
    system_calls().is_recording = true;
  }
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;
  ~Calls() { system_calls() = {}; }

  void fail_syncfs() { system_calls().fails_syncfs = true; }
  void fail_fsync() { system_calls().fails_fsync = true; }
  [[nodiscard]] std::vector<std::string> names() const { return system_calls().names; }
};

// Files to be put together.
struct Many {
  Many(std::size_t count, const std::string& content) : text(content) {
    for (std::size_t i = 0; i < count; ++i) {
      files.push_back(
          {std::to_string(i) + ".pem", base::as_bytes(text), base::CertId(static_cast<std::int64_t>(i) + 1)});
    }
  }
  std::string text;
  std::vector<FileDrop::File> files;
};

TEST_F(FileDropTest, PutsAFileWithItsContentAndMode) {
  auto drop = this->drop({.mode = 0640});
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  EXPECT_EQ(read_file(file("a.pem")), "first");
  EXPECT_EQ(status_of(file("a.pem")).st_mode, S_IFREG | 0640U);
  EXPECT_THAT(listing(), ElementsAre("a.pem"));
}

TEST_F(FileDropTest, GivesTheModeWhateverTheMaskOfTheProcess) {
  auto drop = this->drop({.mode = 0640});
  const mode_t former = ::umask(0777);
  const auto done = drop.put("a.pem", base::as_bytes("first"));
  ::umask(former);
  ASSERT_TRUE(done);
  EXPECT_EQ(status_of(file("a.pem")).st_mode, S_IFREG | 0640U);
}

TEST_F(FileDropTest, IsReadableForItsOwnerAloneUnlessToldOtherwise) {
  const mode_t former = ::umask(0);
  const auto done = drop().put("a.pem", base::as_bytes("first"));
  ::umask(former);
  ASSERT_TRUE(done);
  EXPECT_EQ(status_of(file("a.pem")).st_mode, S_IFREG | 0400U);
}

TEST_F(FileDropTest, ReplacesAFileByAnotherOneInsteadOfRewritingIt) {
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  std::ifstream reader(file("a.pem"));
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("second")));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "first") << "who had it open goes on reading it";
  EXPECT_EQ(read_file(file("a.pem")), "second");
}

TEST_F(FileDropTest, PutsAnEmptyFile) {
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", {}));
  EXPECT_EQ(status_of(file("a.pem")).st_size, 0);
  EXPECT_TRUE(*drop.holds("a.pem", {}));
}

TEST_F(FileDropTest, GivesTheFileToItsOwnerAndGroup) {
  if (::geteuid() == 0) {
    auto drop = this->drop({.mode = 0440, .user = test::kNobody, .group = test::kNobody});
    ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
    EXPECT_EQ(status_of(file("a.pem")).st_uid, test::kNobody);
    EXPECT_EQ(status_of(file("a.pem")).st_gid, test::kNobody);
    EXPECT_TRUE(*drop.holds("a.pem", base::as_bytes("first")));
    EXPECT_FALSE(*this->drop({.mode = 0440}).holds("a.pem", base::as_bytes("first")));
  } else {
    ASSERT_TRUE(drop({.mode = 0440, .user = ::geteuid(), .group = ::getegid()}).put("a.pem", base::as_bytes("first")));
    EXPECT_FALSE(*drop({.mode = 0440, .user = 0U}).holds("a.pem", base::as_bytes("first")));
  }
}

TEST_F(FileDropTest, SaysWhatToDoWhenItMayNotGiveTheFileAway) {
  ASSERT_EQ(::geteuid() != 0 || ::chown(folder().c_str(), test::kNobody, test::kNobody) == 0, true);
  const test::WithoutPrivileges without;
  auto drop = this->drop({.mode = 0400, .user = 0U});
  EXPECT_THAT(refusal(drop.put("a.pem", base::as_bytes("first"))),
              AllOf(HasSubstr(file("a.pem")), HasSubstr("run livecert as root, or leave owner out")));
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(FileDropTest, NeverShowsContentBeforeTheModeIsTheFinalOne) {
  std::atomic<bool> is_over = false;
  std::set<mode_t> modes;
  std::thread observer([&] {
    while (!is_over) {
      std::error_code ignored;
      for (std::filesystem::directory_iterator entry(folder(), ignored), end; entry != end; entry.increment(ignored)) {
        struct stat status {};
        if (::lstat(entry->path().c_str(), &status) == 0 && status.st_size > 0) modes.insert(status.st_mode & 07777U);
      }
    }
  });
  const std::string content(1U << 20U, 'x');
  auto drop = this->drop({.mode = 0440});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(drop.put("a.pem", base::as_bytes(content)));
  is_over = true;
  observer.join();
  modes.insert(status_of(file("a.pem")).st_mode & 07777U);
  EXPECT_THAT(modes, ElementsAre(0440U));
}

TEST_F(FileDropTest, LeavesNothingBehindWhenTheDiskIsFull) {
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  std::optional<base::Result<void>> done;
  {
    const WithFileSizeLimit limit(10);
    done = drop.put("a.pem", base::as_bytes(std::string(100, 'x')));
  }
  EXPECT_THAT(refusal(*done), AllOf(HasSubstr(file("a.pem")), HasSubstr("cannot be written")));
  EXPECT_EQ(read_file(file("a.pem")), "first");
  EXPECT_THAT(listing(), ElementsAre("a.pem"));
  EXPECT_TRUE(drop.is_untouched("a.pem")) << "what was known of the former file still holds";
}

TEST_F(FileDropTest, LeavesNothingBehindWhenTheRenamingFails) {
  std::filesystem::create_directory(file("a.pem"));
  EXPECT_THAT(refusal(drop().put("a.pem", base::as_bytes("first"))),
              AllOf(HasSubstr(file("a.pem")), HasSubstr("remove the folder of that name")));
  EXPECT_THAT(listing(), ElementsAre("a.pem"));
  EXPECT_TRUE(std::filesystem::is_directory(file("a.pem")));
}

TEST_F(FileDropTest, PutsManyFilesAtOnce) {
  auto drop = this->drop({.mode = 0440});
  const Many many(100, "first");
  for (const auto& done : drop.put_all(many.files)) EXPECT_TRUE(done);
  EXPECT_EQ(listing().size(), 100U);
  for (const FileDrop::File& file : many.files) {
    EXPECT_EQ(read_file(this->file(file.name)), base::as_text(file.content));
    EXPECT_EQ(status_of(this->file(file.name)).st_mode, S_IFREG | 0440U);
    EXPECT_TRUE(drop.is_untouched(file.name, file.version));
    EXPECT_FALSE(drop.is_untouched(file.name));
  }
}

TEST_F(FileDropTest, OneOfManyThatCannotBeWrittenLeavesTheOthersAlone) {
  const Many many(100, "first");
  std::filesystem::create_directory(file(many.files[7].name));
  const auto done = drop().put_all(many.files);
  for (std::size_t i = 0; i < done.size(); ++i) EXPECT_EQ(done[i].has_value(), i != 7) << i;
  EXPECT_THAT(refusal(done[7]), AllOf(HasSubstr(file(many.files[7].name)), HasSubstr("remove the folder")));
  EXPECT_EQ(listing().size(), 100U) << "and no temporary file";
}

TEST_F(FileDropTest, LeavesNothingOfManyBehindWhenTheDiskIsFull) {
  auto drop = this->drop();
  const Many first(100, "first");
  ASSERT_THAT(drop.put_all(first.files), ::testing::Each(::testing::IsTrue()));
  {
    const WithFileSizeLimit limit(10);
    for (const auto& done : drop.put_all(Many(100, std::string(100, 'x')).files)) EXPECT_FALSE(done);
  }
  for (const FileDrop::File& file : first.files) {
    EXPECT_EQ(read_file(this->file(file.name)), base::as_text(file.content));
    EXPECT_TRUE(drop.is_untouched(file.name, file.version));
  }
  EXPECT_EQ(listing().size(), 100U);
}

// A power cut may come at any time: a name leads to new content only when that content is on the disk, and nothing is
// acknowledged before the names are.
TEST_F(FileDropTest, RenamesNoneOfManyBeforeTheContentOfAllIsDurable) {
  auto drop = this->drop();
  const Calls calls;
  ASSERT_THAT(drop.put_all(Many(100, "first").files), ::testing::Each(::testing::IsTrue()));
  std::vector<std::string> expected{"syncfs"};
  expected.insert(expected.end(), 100, "rename");
  expected.emplace_back("fsync");
  EXPECT_EQ(calls.names(), expected);
}

TEST_F(FileDropTest, SyncsEachOfManyWhenTheFileSystemAsAWholeCannotBe) {
  auto drop = this->drop();
  Calls calls;
  calls.fail_syncfs();
  ASSERT_THAT(drop.put_all(Many(100, "first").files), ::testing::Each(::testing::IsTrue()));
  std::vector<std::string> expected{"syncfs"};
  expected.insert(expected.end(), 100, "fsync");
  expected.insert(expected.end(), 100, "rename");
  expected.emplace_back("fsync");
  EXPECT_EQ(calls.names(), expected);
}

TEST_F(FileDropTest, AcknowledgesNoneOfManyWhoseNamesAreNotDurable) {
  auto drop = this->drop();
  const Many many(100, "first");
  Calls calls;
  calls.fail_fsync();
  for (const auto& done : drop.put_all(many.files)) EXPECT_THAT(refusal(done), HasSubstr("cannot be synced"));
  EXPECT_FALSE(drop.is_untouched(many.files[0].name, many.files[0].version));
}

TEST_F(FileDropTest, FailsInAFolderWhereItMayNotWrite) {
  ASSERT_TRUE(drop().put("a.pem", base::as_bytes("first")));
  ::chmod(folder().c_str(), 0555);
  {
    const test::WithoutPrivileges without;
    EXPECT_THAT(refusal(drop().put("a.pem", base::as_bytes("second"))),
                AllOf(HasSubstr("Permission denied"), HasSubstr("must belong to the user that runs livecert")));
    EXPECT_THAT(refusal(drop().remove("a.pem")), HasSubstr("cannot be removed: Permission denied"));
  }
  ::chmod(folder().c_str(), 0755);
  EXPECT_EQ(read_file(file("a.pem")), "first");
}

TEST_F(FileDropTest, SaysWhatToDoWhenTheFolderIsMissing) {
  std::filesystem::remove(folder());
  auto drop = this->drop();
  const auto wanted = AllOf(HasSubstr(folder()), HasSubstr("create it and give it to the user that runs livecert"));
  EXPECT_THAT(refusal(drop.put("a.pem", base::as_bytes("first"))), wanted);
  EXPECT_THAT(refusal(drop.remove("a.pem")), wanted);
  EXPECT_THAT(refusal(drop.sweep()), wanted);
  EXPECT_THAT(drop.holds("a.pem", {}).error().message, wanted);
  EXPECT_FALSE(std::filesystem::exists(folder()));

  std::filesystem::create_directory(folder());
  EXPECT_TRUE(drop.put("a.pem", base::as_bytes("first"))) << "goes on when the folder is there";
}

TEST_F(FileDropTest, FailsWhenTheFolderIsAFile) {
  std::filesystem::remove(folder());
  write_file(folder(), "");
  EXPECT_THAT(refusal(drop().put("a.pem", base::as_bytes("first"))), HasSubstr("Not a directory"));
}

TEST_F(FileDropTest, RefusesAFolderInWhichOthersMayWrite) {
  for (const mode_t mode : {0775U, 0757U, 01777U, 0770U}) {
    ::chmod(folder().c_str(), mode);
    EXPECT_THAT(refusal(drop().put("a.pem", base::as_bytes("first"))), HasSubstr("chmod go-w " + folder().string()));
    EXPECT_THAT(listing(), IsEmpty());
  }
}

TEST_F(FileDropTest, ReplacesAPlantedLinkInsteadOfFollowingIt) {
  write_file(outside(), "precious");
  ::chmod(outside().c_str(), 0600);
  std::filesystem::create_symlink(outside(), file("a.pem"));
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  EXPECT_EQ(read_file(outside()), "precious");
  EXPECT_EQ(status_of(outside()).st_mode, S_IFREG | 0600U);
  EXPECT_TRUE(S_ISREG(status_of(file("a.pem")).st_mode));
}

TEST_F(FileDropTest, DoesNotTakeALinkForAFile) {
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  std::filesystem::rename(file("a.pem"), outside());
  std::filesystem::create_symlink(outside(), file("a.pem"));
  EXPECT_FALSE(drop.is_untouched("a.pem"));
  EXPECT_FALSE(*drop.holds("a.pem", base::as_bytes("first")));
}

TEST_F(FileDropTest, RemovesAPlantedLinkAndNotWhatItNames) {
  write_file(outside(), "precious");
  std::filesystem::create_symlink(outside(), file("a.pem"));
  EXPECT_TRUE(drop().remove("a.pem"));
  EXPECT_THAT(listing(), IsEmpty());
  EXPECT_EQ(read_file(outside()), "precious");
}

TEST_F(FileDropTest, DoesNotWaitForAPipeThatLiesInPlaceOfAFile) {
  ASSERT_EQ(::mkfifo(file("a.pem").c_str(), 0400), 0);
  EXPECT_FALSE(*drop().holds("a.pem", {}));
}

TEST_F(FileDropTest, TellsOtherContentFromItsOwn) {
  auto drop = this->drop();
  const std::string content(40000, 'x');
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes(content)));
  EXPECT_TRUE(*drop.holds("a.pem", base::as_bytes(content)));
  EXPECT_FALSE(*drop.holds("b.pem", base::as_bytes(content)));
  EXPECT_FALSE(*drop.holds("a.pem", base::as_bytes(content + "x")));
  EXPECT_FALSE(*drop.holds("a.pem", base::as_bytes(content.substr(1))));
  EXPECT_FALSE(*drop.holds("a.pem", {}));
  for (const std::size_t place : {std::size_t{0}, std::size_t{16384}, content.size() - 1}) {
    std::string other = content;
    other[place] = 'y';
    EXPECT_FALSE(*drop.holds("a.pem", base::as_bytes(other))) << place;
    EXPECT_FALSE(drop.is_untouched("a.pem")) << "it is not known to be right any more";
  }
}

TEST_F(FileDropTest, TellsAWrongModeFromItsOwn) {
  auto drop = this->drop({.mode = 0440});
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  ::chmod(file("a.pem").c_str(), 0444);
  EXPECT_FALSE(drop.is_untouched("a.pem"));
  EXPECT_FALSE(*drop.holds("a.pem", base::as_bytes("first")));
}

TEST_F(FileDropTest, KnowsAFileThatItPutUntilSomebodyTouchesIt) {
  auto drop = this->drop({.mode = 0600});
  EXPECT_FALSE(drop.is_untouched("a.pem"));
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  EXPECT_TRUE(drop.is_untouched("a.pem"));
  ASSERT_TRUE(drop.put("b.pem", base::as_bytes("other")));
  EXPECT_TRUE(drop.is_untouched("a.pem"));

  // In place, as long as before, and with its time of modification set back.
  const struct stat before = status_of(file("a.pem"));
  const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
  do {
    write_file(file("a.pem"), "FIRST");
    ASSERT_EQ(::utimensat(AT_FDCWD, file("a.pem").c_str(), times.data(), 0), 0);
  } while (has_same_change_time(before, status_of(file("a.pem"))));
  EXPECT_FALSE(drop.is_untouched("a.pem"));
  EXPECT_FALSE(*drop.holds("a.pem", base::as_bytes("first")));
}

// The rows of docs/edges.md, "How a change by somebody else is noticed".
class ForeignHand : public FileDropTest {
 protected:
  ForeignHand() : drop_(drop({.mode = 0600})) {
    for (const char* const name : {"a.pem", "b.pem"}) EXPECT_TRUE(drop_.put(name, base::as_bytes(name)));
    EXPECT_THAT(touched_after(seconds(0)), IsEmpty()) << "the first call looks at everything";
    EXPECT_THAT(touched_after(seconds(1)), IsEmpty());
  }

  std::vector<std::string> touched_after(seconds time) { return drop_.find_touched(now_ += time); }

  FileDrop drop_;

 private:
  base::SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(ForeignHand, ReplacesAFile) {
  write_file(outside(), "foreign");
  std::filesystem::rename(outside(), file("a.pem"));
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("a.pem"));
}

TEST_F(ForeignHand, WritesIntoAFile) {
  write_file(file("a.pem"), "foreign");
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("a.pem"));
}

TEST_F(ForeignHand, ChangesTheMode) {
  ASSERT_EQ(::chmod(file("b.pem").c_str(), 0644), 0);
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("b.pem"));
}

TEST_F(ForeignHand, RemovesAFileAndPutsAnotherThere) {
  std::filesystem::remove(file("a.pem"));
  write_file(file("of-somebody.pem"), "foreign");
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("a.pem"));
}

TEST_F(ForeignHand, PutsAnotherFolderThere) {
  std::filesystem::rename(folder(), outside());
  std::filesystem::create_directory(folder());
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("a.pem", "b.pem"));
  // The new one is watched from then on.
  ASSERT_TRUE(drop_.put("a.pem", base::as_bytes("a.pem")));
  EXPECT_THAT(touched_after(seconds(2)), IsEmpty());
  write_file(file("a.pem"), "foreign");
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("a.pem"));
}

TEST_F(ForeignHand, WritesThroughAnotherLink) {
  std::filesystem::create_hard_link(file("a.pem"), outside());
  write_file(outside(), "other");
  EXPECT_THAT(touched_after(seconds(2)), IsEmpty()) << "inotify is blind for it";
  EXPECT_THAT(touched_after(seconds(60)), ElementsAre("a.pem"));
}

TEST_F(ForeignHand, IsToldFromItsOwn) {
  ASSERT_TRUE(drop_.put("a.pem", base::as_bytes("second")));
  ASSERT_TRUE(drop_.remove("b.pem"));
  EXPECT_THAT(touched_after(seconds(2)), IsEmpty());
  EXPECT_THAT(touched_after(seconds(60)), IsEmpty());
}

TEST_F(ForeignHand, IsNoticedThoughTooMuchHappensToKeepCount) {
  for (int i = 0; i < 20'000; ++i)
    ASSERT_EQ(::chmod(file(i % 2 == 0 ? "a.pem" : "b.pem").c_str(), i % 4 < 2 ? 0644 : 0600), 0);
  EXPECT_THAT(touched_after(seconds(2)), ElementsAre("a.pem", "b.pem"));
}

TEST_F(FileDropTest, KnowsAFileThatItComparedUntilItIsGone) {
  ASSERT_TRUE(drop().put("a.pem", base::as_bytes("first")));
  auto drop = this->drop();
  EXPECT_FALSE(drop.is_untouched("a.pem"));
  ASSERT_TRUE(*drop.holds("a.pem", base::as_bytes("first")));
  EXPECT_TRUE(drop.is_untouched("a.pem"));
  std::filesystem::remove(file("a.pem"));
  EXPECT_FALSE(drop.is_untouched("a.pem"));
}

TEST_F(FileDropTest, SeesThatAnotherWriterExchangedTheFile) {
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  ASSERT_TRUE(this->drop().put("a.pem", base::as_bytes("FIRST")));
  EXPECT_FALSE(drop.is_untouched("a.pem"));
}

TEST_F(FileDropTest, RemovesAFileAndForgetsIt) {
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes("first")));
  EXPECT_TRUE(drop.remove("a.pem"));
  EXPECT_FALSE(std::filesystem::exists(file("a.pem")));
  EXPECT_FALSE(drop.is_untouched("a.pem"));
  EXPECT_TRUE(drop.remove("a.pem")) << "what is not there is no failure";
}

TEST_F(FileDropTest, SweepsOnlyWhatIsUnfinished) {
  write_file(file("a.pem"), "first");
  write_file(file(".livecert-0011223344556677.tmp"), "half a k");
  write_file(file(".livecert-of-somebody"), "kept");
  write_file(file("other.tmp"), "kept");
  write_file(file(".livecert-backup.tmp"), "kept");
  std::filesystem::create_symlink(outside(), file(".livecert-8899aabbccddeeff.tmp"));
  write_file(outside(), "precious");
  ASSERT_TRUE(drop().sweep());
  EXPECT_THAT(listing(), ElementsAre(".livecert-backup.tmp", ".livecert-of-somebody", "a.pem", "other.tmp"));
  EXPECT_EQ(read_file(outside()), "precious");
}

TEST_F(FileDropTest, NeverShowsAReaderHalfAFile) {
  const std::array<std::string, 2> contents{std::string(70000, 'a'), std::string(90000, 'b')};
  auto drop = this->drop();
  ASSERT_TRUE(drop.put("a.pem", base::as_bytes(contents[0])));
  std::atomic<bool> is_over = false;
  std::atomic<int> wrong = 0;
  std::thread reader([&] {
    while (!is_over) {
      const std::string seen = read_file(file("a.pem"));
      if (seen != contents[0] && seen != contents[1]) ++wrong;
    }
  });
  for (std::size_t i = 0; i < 60; ++i) EXPECT_TRUE(drop.put("a.pem", base::as_bytes(contents.at(i % 2))));
  is_over = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(FileDropTest, LetsTwoWritersPutWholeFiles) {
  const auto write = [&](char letter) {
    auto drop = this->drop();
    for (int i = 0; i < 30; ++i) EXPECT_TRUE(drop.put("a.pem", base::as_bytes(std::string(30000, letter))));
  };
  std::thread one(write, 'a');
  std::thread other(write, 'b');
  one.join();
  other.join();
  const std::string content = read_file(file("a.pem"));
  EXPECT_EQ(content.size(), 30000U);
  EXPECT_EQ(content, std::string(30000, content.at(0)));
  EXPECT_THAT(listing(), ElementsAre("a.pem"));
}

// Writes for ever; says so after each file.
[[noreturn]] void write_until_killed(FileDrop drop, int told) {
  for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    if (!drop.put("a.pem", base::as_bytes(std::string(200000, letter)))) ::_exit(1);
    if (::write(told, "x", 1) != 1) ::_exit(1);
  }
}

TEST_F(FileDropTest, LeavesAWholeFileWheneverItIsKilled) {
  for (int round = 0; round < 25; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(drop(), ends[1]);
    char ignored = 0;
    for (int i = 0; i <= round % 3; ++i) ASSERT_EQ(::read(ends[0], &ignored, 1), 1);
    for (volatile int delay = 0; delay < round * 20000;) delay = delay + 1;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);

    const std::string content = read_file(file("a.pem"));
    ASSERT_EQ(content.size(), 200000U);
    ASSERT_EQ(content, std::string(200000, content.at(0)));
    for (const std::string& name : listing()) {
      ASSERT_TRUE(name == "a.pem" || (name.starts_with(".livecert-") && name.ends_with(".tmp"))) << name;
    }
    ASSERT_TRUE(drop().sweep());
    ASSERT_THAT(listing(), ElementsAre("a.pem"));
  }
}

}  // namespace
}  // namespace livecert::edge
