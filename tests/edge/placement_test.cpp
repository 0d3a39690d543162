// Another user of the machine puts links and folders where livecert works. Whatever that user tries, files that the
// user may not touch stay as they are, and no key gets to a place where the user may read it.
#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <ostream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/drivers/drivers.h"
#include "edge/orders.h"
#include "edge/privileges.h"
#include "support/child_process.h"

namespace livecert::edge {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDomain = "live.example.net";
constexpr uid_t kNeighbour = 54321;

struct Way {
  std::string name;
  Kind kind;
  bool separate = false;
};

void PrintTo(const Way& way, std::ostream* out) {
  *out << way.name;
}

std::vector<Way> ways() {
  return {{"nginx", Kind::kNginx},
          {"haproxy", Kind::kHaproxy},
          {"srs", Kind::kSrs},
          {"combined", Kind::kFiles},
          {"separate", Kind::kFiles, true}};
}

// livecert runs as root, or as a user who owns the files to protect.
enum class Self : std::uint8_t { kRoot, kUser };

class PlacementTest : public ::testing::TestWithParam<std::tuple<Way, Self>> {
 protected:
  PlacementTest() {
    ::chmod(base().c_str(), 0755);
    fs::create_directories(victim() / "deeper");
    for (const char* name : {"important.conf", "deeper/file", ".livecert-0011223344556677.tmp"}) plant(name);
    // Names in the form of livecert's own.
    for (const char* name : {"live.example.net-7.pem", "live.example.net.pem", "livecert.map.conf", "crt-list"}) {
      plant(name);
    }
    fs::create_directory(victim() / "live.example.net-8");
    plant("live.example.net-8/privkey.pem");
  }

  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    if (self() == Self::kUser) give_everything(victim(), test::kNobody);
  }

  [[nodiscard]] static const Way& way() { return std::get<0>(GetParam()); }
  [[nodiscard]] static Self self() { return std::get<1>(GetParam()); }
  [[nodiscard]] static uid_t own_user() { return self() == Self::kRoot ? 0 : test::kNobody; }

  [[nodiscard]] const fs::path& base() const { return directory_.path(); }
  [[nodiscard]] fs::path victim() const { return base() / "victim"; }
  [[nodiscard]] fs::path parent() const { return base() / "parent"; }
  [[nodiscard]] fs::path folder() const { return parent() / "edge"; }

  void plant(const std::string& name) const {
    test::write_file(victim() / name, "-----BEGIN CERTIFICATE-----\nprecious");
  }

  static void give(const fs::path& path, uid_t user) { ASSERT_EQ(::lchown(path.c_str(), user, user), 0) << path; }
  static void give_everything(const fs::path& path, uid_t user) {
    give(path, user);
    for (const auto& entry : fs::recursive_directory_iterator(path)) give(entry.path(), user);
  }

  void make_folder(const fs::path& path, uid_t owner, mode_t mode = 0755) const {
    fs::create_directory(path);
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    give(path, owner);
  }
  void make_link(const fs::path& target, const fs::path& link, uid_t owner) const {
    fs::create_symlink(target, link);
    give(link, owner);
  }

  // Describes everything that is below a path.
  [[nodiscard]] static std::map<std::string, std::string> picture_of(const fs::path& path) {
    std::map<std::string, std::string> picture;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      struct stat status {};
      EXPECT_EQ(::lstat(entry.path().c_str(), &status), 0);
      picture[entry.path().string()] = std::to_string(status.st_mode) + " " + std::to_string(status.st_uid) + " " +
                                       std::to_string(status.st_ino) + " " +
                                       (entry.is_regular_file() ? test::read_file(entry.path()) : "");
    }
    return picture;
  }

  [[nodiscard]] std::unique_ptr<Driver> make() const {
    Definition definition;
    definition.name = "front";
    definition.kind = way().kind;
    definition.separate = way().separate;
    definition.directory = folder();
    definition.selection.domains = {kDomain};
    if (way().kind == Kind::kSrs) {
      definition.directory.clear();
      definition.file = folder() / (kDomain + ".pem");
    }
    definition.socket = base() / "nobody-listens";
    switch (way().kind) {
      case Kind::kNginx:
        return make_nginx_driver(definition).value();
      case Kind::kHaproxy:
        return make_haproxy_driver(definition).value();
      case Kind::kSrs:
        return make_srs_driver(definition).value();
      default:
        return make_files_driver(definition).value();
    }
  }

  // Does everything that a driver does, as livecert would. Returns the result of the write.
  [[nodiscard]] base::Result<void> work() const {
    std::optional<test::WithoutPrivileges> without;
    if (self() == Self::kUser) without.emplace();
    const auto driver = make();
    int loaded = 0;
    const std::vector<std::string> domains{kDomain};
    static_cast<void>(driver->is_written(ordered_.order, loader_of(ordered_, loaded)));
    auto written = driver->write(ordered_.delivery());
    static_cast<void>(driver->is_written(ordered_.order, loader_of(ordered_, loaded)));
    static_cast<void>(driver->withdraw(domains));
    return written;
  }

  void expect_refusal(const std::string& what, const std::string& remedy) const {
    const auto before = picture_of(base());
    const auto written = work();
    EXPECT_EQ(picture_of(base()), before);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, base::ErrorCode::kUpstreamFailure);
    EXPECT_THAT(written.error().message, AllOf(HasSubstr(what), HasSubstr(remedy), Not(HasSubstr("PRIVATE"))));
  }

 private:
  test::TemporaryDirectory directory_;
  Ordered ordered_ = make_rsa_ordered(kDomain);
};

TEST_P(PlacementTest, WorksInAFolderOfItsOwn) {
  make_folder(parent(), 0);
  make_folder(folder(), own_user());
  EXPECT_TRUE(work()) << work().error().message;
}

TEST_P(PlacementTest, RefusesAFolderOfSomebodyElse) {
  make_folder(parent(), 0);
  make_folder(folder(), kNeighbour);
  expect_refusal(folder().string() + " belongs to user 54321", "chown ");
}

TEST_P(PlacementTest, RefusesAFolderOfSomebodyElseWhoseSubfolderLeadsAway) {
  make_folder(parent(), 0);
  make_folder(folder(), kNeighbour);
  make_link(victim(), folder() / ".versions", kNeighbour);
  make_link(victim() / "important.conf", folder() / (kDomain + ".pem"), kNeighbour);
  make_link(victim() / "important.conf", folder() / "crt-list", kNeighbour);
  expect_refusal(folder().string() + " belongs to user 54321", "chown ");
}

TEST_P(PlacementTest, RefusesAFolderThatIsALink) {
  make_folder(parent(), kNeighbour);
  make_link(victim(), folder(), kNeighbour);
  expect_refusal(parent().string() + " belongs to user 54321", "chown root " + parent().string());
}

TEST_P(PlacementTest, RefusesALinkWhereEverybodyMayWrite) {
  make_folder(parent(), 0, 01777);
  make_link(victim(), folder(), kNeighbour);
  expect_refusal(folder().string() + " belongs to user 54321", "must belong to root");
}

TEST_P(PlacementTest, RefusesAFolderOfItsOwnThatSomebodyElseCouldExchange) {
  make_folder(parent(), kNeighbour);
  make_folder(folder(), own_user());
  expect_refusal(parent().string() + " belongs to user 54321", "chown root " + parent().string());
  give(parent(), 0);
  for (const mode_t mode : {0775U, 0757U, 0777U}) {
    ASSERT_EQ(::chmod(parent().c_str(), mode), 0);
    expect_refusal(parent().string() + " can be written by others", "chmod go-w " + parent().string());
  }
  ASSERT_EQ(::chmod(parent().c_str(), 01777), 0);
  EXPECT_TRUE(work()) << "where only the owner of a name can change it";
}

TEST_P(PlacementTest, FollowsALinkThatOnlyRootCanHaveMade) {
  make_folder(parent(), 0);
  make_folder(base() / "real", own_user());
  make_link("../real", folder(), 0);
  EXPECT_TRUE(work());
}

// The layouts that have `.versions`.
class SubfolderTest : public PlacementTest {};

TEST_P(SubfolderTest, RefusesASubfolderOfSomebodyElse) {
  make_folder(parent(), 0);
  make_folder(folder(), own_user());
  make_folder(folder() / ".versions", kNeighbour);
  make_link(victim() / "live.example.net-8", folder() / ".versions" / "live.example.net-8", kNeighbour);
  expect_refusal((folder() / ".versions").string() + " belongs to user 54321", "chown ");
}

TEST_P(SubfolderTest, FollowsNoLinkBelowItsFolderWhoeverMadeIt) {
  make_folder(parent(), 0);
  make_folder(folder(), own_user());
  make_link(victim(), folder() / ".versions", own_user());
  expect_refusal((folder() / ".versions").string() + " is a symbolic link", "put a folder in its place");
}

TEST_P(SubfolderTest, RemovesOnlyWhatHasItsOwnShape) {
  make_folder(parent(), 0);
  make_folder(folder(), own_user());
  make_folder(folder() / ".versions", own_user());
  for (const char* name : {"notes", "live.example.net-x.pem", "-7", "live.example.net-0.pem", "a-7"}) {
    test::write_file(folder() / ".versions" / name, "kept");
  }
  fs::create_directory(folder() / ".versions" / "backup");
  test::write_file(folder() / ".versions" / "backup" / "privkey.pem", "kept");
  // Of a version without a link, only livecert's files are removed.
  make_folder(folder() / ".versions" / "old.example.net-7", own_user());
  test::write_file(folder() / ".versions" / "old.example.net-7" / "privkey.pem", "secret");
  test::write_file(folder() / ".versions" / "old.example.net-7" / "notes", "kept");
  // A version that is a link is removed, but not its target.
  make_link(victim() / "live.example.net-8", folder() / ".versions" / "other.example.net-9", own_user());
  make_link(victim() / "important.conf", folder() / ".versions" / "other.example.net-9.pem", own_user());
  give_everything(folder(), own_user());
  const auto before = picture_of(victim());
  EXPECT_TRUE(work());
  EXPECT_EQ(picture_of(victim()), before);
  for (const char* name : {"notes", "live.example.net-x.pem", "-7", "live.example.net-0.pem", "a-7",
                           "backup/privkey.pem", "old.example.net-7/notes"}) {
    EXPECT_EQ(test::read_file(folder() / ".versions" / name), "kept") << name;
  }
  EXPECT_EQ(fs::exists(folder() / ".versions" / "old.example.net-7" / "privkey.pem"), !way().separate);
  const char* const link = way().separate ? "other.example.net-9" : "other.example.net-9.pem";
  EXPECT_FALSE(fs::is_symlink(folder() / ".versions" / link));
}

// Repeats this as another user for as long as it exists.
class Neighbour {
 public:
  explicit Neighbour(const std::function<void()>& act) : id_(::fork()) {
    if (id_ != 0) return;
    if (::setresgid(kNeighbour, kNeighbour, kNeighbour) != 0 || ::setresuid(kNeighbour, kNeighbour, kNeighbour) != 0) {
      ::_exit(1);
    }
    while (true) act();
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  ~Neighbour() {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }

 private:
  pid_t id_;
};

TEST_P(PlacementTest, IsNotLedAwayWhenTheFolderIsExchangedMeanwhile) {
  // The parent belongs to the neighbour, who can replace the folder, or all users may write in it, and the neighbour
  // cannot replace the folder.
  for (const bool is_shared : {false, true}) {
    fs::remove_all(parent());
    make_folder(parent(), is_shared ? 0 : kNeighbour, is_shared ? 01777 : 0755);
    make_folder(folder(), own_user());
    const fs::path aside = parent() / "aside";
    const auto before = picture_of(victim());
    const auto exchange = [&] {
      static_cast<void>(::rename(folder().c_str(), aside.c_str()));
      const bool is_linked = ::symlink(victim().c_str(), folder().c_str()) == 0;
      static_cast<void>(is_linked);
      static_cast<void>(::unlink(folder().c_str()));
      static_cast<void>(::mkdir(folder().c_str(), 0755));
      static_cast<void>(::rmdir(folder().c_str()));
      static_cast<void>(::rename(aside.c_str(), folder().c_str()));
    };
    const Neighbour neighbour(exchange);
    for (int round = 0; round < 30; ++round) EXPECT_EQ(work().has_value(), is_shared);
    EXPECT_EQ(picture_of(victim()), before);
  }
}

std::string name_of(const ::testing::TestParamInfo<PlacementTest::ParamType>& info) {
  return std::get<0>(info.param).name + (std::get<1>(info.param) == Self::kRoot ? "AsRoot" : "AsUser");
}

INSTANTIATE_TEST_SUITE_P(EveryKind, PlacementTest,
                         ::testing::Combine(::testing::ValuesIn(ways()), ::testing::Values(Self::kRoot, Self::kUser)),
                         name_of);

INSTANTIATE_TEST_SUITE_P(EveryKind, SubfolderTest,
                         ::testing::Combine(::testing::Values(Way{"nginx", Kind::kNginx},
                                                              Way{"separate", Kind::kFiles, true}),
                                            ::testing::Values(Self::kRoot, Self::kUser)),
                         name_of);

}  // namespace
}  // namespace livecert::edge
