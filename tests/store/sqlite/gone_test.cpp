#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/disk_model.h"
#include "store/sqlite/failing_vfs.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

// Files that are no longer under their names, disks that take nothing, and second processes.
namespace livecert::store::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using State = Health::State;

namespace fs = std::filesystem;

class Gone : public ::testing::Test {
 protected:
  Gone() { fs::create_directory(data); }

  void open(const std::string& vfs = "") {
    store.reset();
    auto opened = sqlite::SqliteStore::open({.directory = data, .readers = 2, .vfs = vfs}, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    store = *std::move(opened);
  }
  void open_populated(const std::string& vfs = "") {
    open(vfs);
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
  }
  Outcome create(std::uint64_t number) { return store->submit(context_of(kRoot), creation(number)).wait(); }
  void expect_refused(std::uint64_t number) {
    EXPECT_THAT(create(number).kind, AnyOf(OutcomeKind::kUnknown, OutcomeKind::kUnavailable));
  }
  // Waits for the state, and asks the store only for its health.
  [[nodiscard]] bool becomes(State state) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (store->health().state != state) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  [[nodiscard]] static std::string content_of(const fs::path& read) {
    std::ifstream stream(read, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  // Writes over the database, in place and without truncating it.
  void write_over(const std::string& content, std::streamoff at = 0) const {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(at);
    stream << content;
  }

  ManualClock clock;
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  const fs::path file = data / "livecert.db";
  std::unique_ptr<sqlite::SqliteStore> store;
};

TEST_F(Gone, FilesThatWereRemovedTakeNothingMore) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  EXPECT_EQ(store->health().state, State::kSound);
  fs::remove_all(data);
  EXPECT_EQ(create(2).kind, OutcomeKind::kUnavailable);
  EXPECT_EQ(create(3).kind, OutcomeKind::kUnavailable);
  EXPECT_EQ(store->health().state, State::kGone);
  EXPECT_THAT(store->health().why, HasSubstr(file.string() + " is not there any more"));
  EXPECT_EQ(create(1).kind, OutcomeKind::kUnavailable) << "what is there already is not where others would look";
  EXPECT_TRUE(store->ask(&Snapshot::find_chain, chain_id(1))->has_value()) << "reads go on";
  store.reset();
  EXPECT_FALSE(fs::exists(data));
}

TEST_F(Gone, AnUploadThatConvergesIsNotAcknowledgedEither) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  ASSERT_EQ(create(1).kind, OutcomeKind::kConverged);
  fs::remove_all(data);
  EXPECT_EQ(create(1).kind, OutcomeKind::kUnavailable);
}

TEST_F(Gone, OneFileIsEnough) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    SCOPED_TRACE(suffix);
    fs::remove_all(data);
    fs::create_directory(data);
    open_populated();
    fs::rename(file.string() + suffix, directory.path() / "away");
    EXPECT_EQ(store->health().state, State::kGone);
    expect_refused(1);
    // Another file of that name is not the one that was opened.
    fs::copy_file(directory.path() / "away", file.string() + suffix);
    expect_refused(2);
    EXPECT_EQ(store->health().state, State::kGone);
    EXPECT_THAT(store->health().why, HasSubstr("another file"));
    store.reset();
    fs::remove(directory.path() / "away");
  }
}

TEST_F(Gone, WhatComesBackIsWrittenToAgain) {
  open_populated();
  fs::rename(data, directory.path() / "moved");
  EXPECT_EQ(store->health().state, State::kGone);
  fs::rename(directory.path() / "moved", data);
  EXPECT_TRUE(becomes(State::kSound)) << "though nobody wrote at all";
  fs::rename(data, directory.path() / "moved");
  expect_refused(1);
  expect_refused(2);
  fs::rename(directory.path() / "moved", data);
  EXPECT_TRUE(becomes(State::kSound));
  EXPECT_EQ(create(3).kind, OutcomeKind::kDone);
  open();
  EXPECT_FALSE(store->ask(&Snapshot::find_chain, chain_id(2))->has_value());
  EXPECT_TRUE(store->ask(&Snapshot::find_chain, chain_id(3))->has_value());
}

// Before each write and each synchronisation of a commit, and after the last: no write is acknowledged that the next
// start would not find.
TEST_F(Gone, AtAnyMomentOfACommit) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE("operation " + std::to_string(n));
    ASSERT_LT(n, 100);
    fs::remove_all(data);
    fs::create_directory(data);
    FailingVfs vfs;
    DiskModel disk(1);
    vfs.watch(&disk);
    open_populated(vfs.name());
    bool removed = false;
    disk.cut_before(n, [&] {
      fs::remove_all(data);
      removed = true;
    });
    const Outcome outcome = create(1);
    if (removed) {
      EXPECT_THAT(outcome.kind, AnyOf(OutcomeKind::kUnknown, OutcomeKind::kUnavailable));
    } else {
      EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
    }
    store.reset();
    if (!removed || HasFailure()) {
      EXPECT_GT(n, 2) << "there was nothing to be in the middle of";
      return;
    }
  }
}

// Overwritten as by cp, which truncates a file before it writes.
TEST_F(Gone, AFileThatWasCutOffTakesNothingMore) {
  for (const char* suffix : {"", "-wal"}) {
    SCOPED_TRACE(suffix);
    fs::remove_all(data);
    fs::create_directory(data);
    open_populated();
    ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
    const std::string shortened = file.string() + suffix;
    const auto size = fs::file_size(shortened);
    fs::resize_file(shortened, size / 2);
    expect_refused(2);
    EXPECT_EQ(store->health().state, State::kGone);
    EXPECT_THAT(store->health().why, HasSubstr(shortened + " was cut off"));
    // A file that has its old length again may have another content.
    fs::resize_file(shortened, size + 8192);
    expect_refused(3);
    EXPECT_EQ(store->health().state, State::kGone);
    store.reset();
  }
}

TEST_F(Gone, AFileThatWasCutOffIsNoticedThoughNobodyWrites) {
  for (const char* suffix : {"", "-wal"}) {
    open_populated();
    fs::resize_file(file.string() + suffix, 0);
    EXPECT_EQ(store->health().state, State::kGone) << suffix;
    store.reset();
    fs::remove_all(data);
    fs::create_directory(data);
  }
}

// Not even shorter than the store: for example a backup with content that the store no longer has.
TEST_F(Gone, AnOlderStateInTheSameFileTakesNothingMore) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  store.reset();
  const std::string older = content_of(file);
  open();
  ASSERT_EQ(create(2).kind, OutcomeKind::kDone);
  store.reset();
  const std::string newer = content_of(file);
  open();
  EXPECT_TRUE(store->ask(&Snapshot::find_chain, chain_id(2))->has_value());
  write_over(older);
  EXPECT_TRUE(becomes(State::kGone));
  EXPECT_THAT(store->health().why, HasSubstr("written over"));
  expect_refused(3);
  EXPECT_EQ(store->health().state, State::kGone) << "though what the writer itself reads is in its memory";
  write_over(newer);
  EXPECT_TRUE(becomes(State::kSound));
  EXPECT_EQ(create(4).kind, OutcomeKind::kDone);
}

TEST_F(Gone, GarbageInTheSameFileIsTold) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  store.reset();
  open();
  write_over(std::string(fs::file_size(file), '\xa5'));
  EXPECT_EQ(store->health().state, State::kUnreadable);
}

// New files under the old names are not the store's: a store that ends leaves them alone.
TEST_F(Gone, TheEndRemovesNoFileOfAnother) {
  open_populated();
  fs::rename(data, directory.path() / "moved");
  fs::create_directory(data);
  for (const char* suffix : {"", "-wal", "-shm"}) std::ofstream(file.string() + suffix) << "another's";
  store.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) EXPECT_EQ(fs::file_size(file.string() + suffix), 9U) << suffix;
}

class FailingDisk : public Gone {
 protected:
  void TearDown() override { store.reset(); }  // it writes to the disk until it ends

  FailingVfs vfs;
};

TEST_F(FailingDisk, IsToldAndFoundToWorkAgain) {
  open_populated(vfs.name());
  vfs.fail(FailingVfs::Operation::kWrite, 1, FailingVfs::Duration::kFromThenOn);
  expect_refused(1);
  EXPECT_EQ(store->health().state, State::kFailing);
  EXPECT_THAT(store->health().why, HasSubstr("disk I/O error"));
  vfs.stop_failing();
  EXPECT_TRUE(becomes(State::kSound)) << "though nobody writes";
  EXPECT_EQ(create(1).kind, OutcomeKind::kDone);
}

TEST_F(FailingDisk, IsNotTakenForTheFaultOfACommand) {
  open_populated();
  PutVersion clash = creation(2);
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  clash.version = base::CertId(1);
  EXPECT_EQ(store->submit(context_of(kRoot), clash).wait().reason(), domain::Reason::kTaken);
  EXPECT_EQ(store->health().state, State::kSound);
}

// A damaged row is neither a fault of the disk nor a missing file.
TEST_F(FailingDisk, IsNotSeenInADamagedRow) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  store.reset();
  run_sql(file, "UPDATE chains SET chain_id = x'00'");
  open();
  ASSERT_EQ(create(1).kind, OutcomeKind::kUnavailable);
  EXPECT_EQ(store->health().state, State::kSound);
  EXPECT_EQ(create(2).kind, OutcomeKind::kDone);
}

// Without a request it goes unnoticed; after a request it is reported for a while.
TEST_F(FailingDisk, IsSeenInAPageThatCannotBeRead) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  store.reset();
  const auto page =
      std::stoll(run_sql(file, "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'edges' AND type = 'index'"));
  open();
  write_over(std::string(2048, '\xa5'), (page - 1) * 2048);
  EXPECT_EQ(store->health().state, State::kSound);
  EXPECT_FALSE(store->ask(&Snapshot::list_edges));
  EXPECT_EQ(store->health().state, State::kUnreadable);
  EXPECT_THAT(store->health().why, HasSubstr("malformed"));
  EXPECT_EQ(create(2).kind, OutcomeKind::kDone) << "which has to do with another page";
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(store->health().state, State::kSound);
}

TEST_F(FailingDisk, AtTheStartLeavesAStoreThatIsReadAndWrittenToLater) {
  open_populated();
  ASSERT_EQ(create(1).kind, OutcomeKind::kDone);
  const TemporaryDirectory crashed;
  copy_store(data, crashed.path());
  vfs.fail(FailingVfs::Operation::kWrite, 1, FailingVfs::Duration::kFromThenOn);
  auto opened = sqlite::SqliteStore::open({.directory = crashed.path(), .vfs = vfs.name()}, clock);
  ASSERT_TRUE(opened) << opened.error().message;
  store = *std::move(opened);
  EXPECT_EQ(store->health().state, State::kFailing);
  EXPECT_TRUE(store->ask(&Snapshot::find_chain, chain_id(1))->has_value());
  expect_refused(2);
  vfs.stop_failing();
  EXPECT_TRUE(becomes(State::kSound));
  EXPECT_EQ(create(2).kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(inspect(crashed.path()), "");
}

// The moment is a write that does not return.
TEST_F(Gone, ADiskThatHangsIsToldWhileItHangs) {
  FailingVfs vfs;
  DiskModel disk(1);
  vfs.watch(&disk);
  open_populated(vfs.name());
  std::promise<void> hangs;
  std::promise<void> answers;
  disk.cut_before(1, [&] {
    hangs.set_value();
    answers.get_future().wait();
  });
  std::promise<Outcome> outcome;
  store->submit(context_of(kRoot), creation(1)).start([&](const Outcome& ended) { outcome.set_value(ended); });
  hangs.get_future().wait();
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(store->health().state, State::kSound) << "a disk may be slow";
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(store->health().state, State::kHanging);
  EXPECT_THAT(store->health().why, HasSubstr("waited for the disk for 2001 ms"));
  answers.set_value();
  EXPECT_EQ(outcome.get_future().get().kind, OutcomeKind::kDone);
  EXPECT_TRUE(becomes(State::kSound));
  store.reset();  // before the disk
}

class SecondProcess : public Gone {
 protected:
  // The refusal that another process gets when it opens the store in that directory; empty: it may open it.
  [[nodiscard]] std::string refusal_of(const fs::path& tried) const {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto opened = sqlite::SqliteStore::open({.directory = tried}, clock);
      const std::string text = opened ? "" : opened.error().message;
      static_cast<void>(!::write(ends[1], text.data(), text.size()));
      ::_exit(0);
    }
    ::close(ends[1]);
    std::string text(4096, '\0');
    const ssize_t size = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
};

TEST_F(SecondProcess, IsRefusedThoughTheLocksFileWasRemovedOrExchanged) {
  open_populated();
  EXPECT_THAT(refusal_of(data), HasSubstr("in use by another livecert (process " + std::to_string(::getpid())));
  fs::remove(data / "lock");
  EXPECT_THAT(refusal_of(data), HasSubstr("in use by another livecert"));
  EXPECT_THAT(refusal_of(data), HasSubstr("in use by another livecert"));
  EXPECT_EQ(create(1).kind, OutcomeKind::kDone);
}

TEST_F(SecondProcess, IsRefusedUnderAnyOtherNameOfTheFiles) {
  open_populated();
  const fs::path other = directory.path() / "other";
  fs::create_directory(other);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::create_hard_link(file.string() + suffix, (other / "livecert.db").string() + suffix);
  }
  EXPECT_THAT(refusal_of(other), HasSubstr("in use by another livecert"));
  fs::create_directory_symlink(data, directory.path() / "link");
  fs::remove(data / "lock");
  EXPECT_THAT(refusal_of(directory.path() / "link"), HasSubstr("in use by another livecert"));
  EXPECT_EQ(create(1).kind, OutcomeKind::kDone);
}

TEST_F(SecondProcess, IsNotKeptOutByTheLocksOfOneThatEnded) {
  open_populated();
  store.reset();
  EXPECT_EQ(refusal_of(data), "");
}

class ExposedFiles : public Gone {};

TEST_F(ExposedFiles, AreRefusedWithTheCommandThatMendsThem) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    open_populated();
    store.reset();
    const std::string exposed = file.string() + suffix;
    ASSERT_TRUE(fs::exists(exposed)) << suffix;
    for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
      ASSERT_EQ(::chmod(exposed.c_str(), mode), 0);
      const auto opened = sqlite::SqliteStore::open({.directory = data}, clock);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().code, base::ErrorCode::kConfiguration);
      EXPECT_THAT(opened.error().message, HasSubstr("run: chmod 600 " + exposed));
    }
    ASSERT_EQ(::chmod(exposed.c_str(), 0600), 0);
    open();
    store.reset();
    fs::remove_all(data);
    fs::create_directory(data);
  }
}

// Their owner can replace them with links, and root would follow those anywhere.
TEST_F(ExposedFiles, OfAnotherUserAreRefusedByRootToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  constexpr uid_t kSomebody = 65534;
  open_populated();
  store.reset();
  for (const fs::path& owned : {data, file}) {
    ASSERT_EQ(::chown(owned.c_str(), kSomebody, 0), 0);
    const auto opened = sqlite::SqliteStore::open({.directory = data}, clock);
    ASSERT_FALSE(opened) << owned;
    EXPECT_THAT(opened.error().message, HasSubstr("belongs to another user (65534)"));
    EXPECT_THAT(opened.error().message, HasSubstr("chown 0 " + owned.string()));
    ASSERT_EQ(::chown(owned.c_str(), 0, 0), 0);
  }
  EXPECT_TRUE(sqlite::SqliteStore::open({.directory = data}, clock));
}

}  // namespace
}  // namespace livecert::store::testing
