#include "app/machine.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <vector>

#include "app/system.h"
#include "cli/language.h"
#include "service/clock_watch.h"

namespace livecert::app {
namespace {

using cli::tr;

constexpr std::uint64_t kMebibyte = 1024UL * 1024;
constexpr std::uint64_t kLittleRoom = 1024 * kMebibyte;
constexpr std::uint64_t kNoRoom = 64 * kMebibyte;
constexpr std::uint64_t kFewFiles = 1000;
constexpr auto kBackupAge = std::chrono::days(7);

// In /proc/self/mountinfo a blank is "\040" (proc(5)).
std::string decoded(const std::string& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    unsigned code = 0;
    const bool is_escape =
        path[i] == '\\' && i + 3 < path.size() &&
        std::from_chars(path.data() + i + 1, path.data() + i + 4, code, 8).ptr == path.data() + i + 4;
    text += is_escape ? static_cast<char>(code) : path[i];
    if (is_escape) i += 3;
  }
  return text;
}

bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const std::filesystem::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Lines of proc(5), "/proc/pid/mountinfo": id, parent, device, root, mount point, options, tags, "-", type, source,
// options of the file system. Of several mounts at one point the last one counts.
Volume mount_of(const std::filesystem::path& path) {
  constexpr std::size_t kPoint = 4;
  Volume volume;
  std::ifstream stream("/proc/self/mountinfo");
  for (std::string line; std::getline(stream, line);) {
    const std::vector<std::string> words = words_of(line);
    const auto dash = std::ranges::find(words, "-");
    if (words.size() <= kPoint + 1 || words.end() - dash < 2) continue;
    const std::filesystem::path point = decoded(words[kPoint]);
    const bool is_nearer = point.native().size() >= volume.mount_point.native().size();
    if (!is_within(path, point) || !is_nearer) continue;
    volume.mount_point = point;
    volume.type = dash[1];
    volume.options = words[kPoint + 1] + (words.end() - dash > 3 ? "," + dash[3] : "");
  }
  return volume;
}

bool has_option(const Volume& volume, std::string_view option) {
  const std::string all = "," + volume.options + ",";
  return all.find("," + std::string(option) + ",") != std::string::npos;
}

bool is_one_of(const std::string& type, std::initializer_list<std::string_view> types) {
  return std::ranges::find(types, type) != types.end();
}

std::string in_mib(std::uint64_t bytes) {
  return std::to_string(bytes / kMebibyte) + " MiB";
}

std::string move_command(const std::filesystem::path& directory) {
  return "systemctl stop livecert && cp -a " + directory.string() + " DIRECTORY_ON_A_DISK";
}

void judge_type(const Volume& volume, const std::filesystem::path& directory, CheckList& list) {
  constexpr std::string_view kName = "file-system";
  const std::string where =
      directory.string() + tr(" is on ", " 位于 ") + volume.type + " (" + volume.mount_point.string() + ")";
  if (is_one_of(volume.type, {"tmpfs", "ramfs"})) {
    return list.fail(kName,
                     where + tr(", which is memory: everything is lost when the machine restarts. Move the store to a "
                                "disk, and name the directory in data_dir",
                                "，即内存：机器重启后全部丢失。请把存储移到磁盘，并在 data_dir 中写明目录"),
                     move_command(directory));
  }
  if (is_one_of(volume.type, {"overlay", "aufs", "overlayfs"})) {
    return list.warn(kName,
                     where + tr(", the layer of a container, which goes with the container: give the store a volume",
                                "，即容器的可写层，会随容器一起消失：请为存储挂载卷"),
                     "podman run --volume livecert:" + directory.string() + " …");
  }
  const bool is_remote = is_one_of(volume.type, {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre",
                                                 "9p", "afs", "ncpfs", "virtiofs", "vboxsf", "ocfs2", "gfs2"}) ||
                         volume.type.starts_with("fuse");
  if (is_remote) {
    return list.warn(
        kName,
        where + tr(", where another machine or program decides when a write is kept, and whether locks and "
                   "shared memory work. Move the store to a disk of this machine",
                   "，写入何时落盘、锁与共享内存是否可用，由另一台机器或程序决定。请把存储移到本机磁盘"),
        move_command(directory));
  }
  if (is_one_of(volume.type, {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs"})) {
    return list.good(kName, where + tr(", which honours synchronisation", "，遵守同步写入"));
  }
  list.cannot_tell(kName, where + tr(", of which livecert does not know whether it honours synchronisation",
                                     "，livecert 不了解它是否遵守同步写入"));
}

}  // namespace

std::optional<Volume> find_volume(const std::filesystem::path& directory) {
  std::error_code failure;
  std::filesystem::path there = std::filesystem::absolute(directory, failure).lexically_normal();
  while (there.has_relative_path() && !std::filesystem::exists(there, failure)) there = there.parent_path();
  there = std::filesystem::canonical(there, failure);
  struct statvfs status {};
  if (failure || ::statvfs(there.c_str(), &status) != 0) return std::nullopt;
  Volume volume = mount_of(there);
  if (volume.type.empty()) return std::nullopt;
  volume.is_read_only = (status.f_flag & ST_RDONLY) != 0;
  volume.free_bytes = static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
  if (status.f_files != 0) volume.free_files = status.f_favail;
  return volume;
}

void judge_volume(const Volume& volume, const std::filesystem::path& directory, CheckList& list) {
  judge_type(volume, directory, list);
  const std::string point = volume.mount_point.string();
  if (has_option(volume, "nobarrier") || has_option(volume, "barrier=0")) {
    list.warn("disk-barriers",
              point + tr(" is mounted without barriers, so that a power cut loses what was acknowledged",
                         " 挂载时关闭了写屏障，断电会丢失已确认的写入"),
              "mount -o remount,barrier=1 " + point);
  }
  if (volume.is_read_only || has_option(volume, "ro")) {
    return list.fail(
        "disk-read-only",
        point + tr(" is read-only: the service starts on nothing there. dmesg says whether the disk failed",
                   " 为只读，服务无法在其上启动。dmesg 会说明磁盘是否出错"),
        "mount -o remount,rw " + point);
  }
  const bool has_few_files = volume.free_files && *volume.free_files < kFewFiles;
  const std::string room = point + tr(" has ", " 剩余 ") + in_mib(volume.free_bytes) +
                           (has_few_files ? tr(" and room for ", "，还可新建 ") + std::to_string(*volume.free_files) +
                                                tr(" files", " 个文件")
                                          : std::string()) +
                           tr(" left", "");
  const std::string command = "du -x --max-depth=2 " + point + " | sort -n | tail";
  if (volume.free_bytes < kNoRoom) {
    return list.fail("disk-room", room + tr(": the service stops writing when there is none", "：用尽后服务停止写入"),
                     command);
  }
  if (volume.free_bytes < kLittleRoom || has_few_files) return list.warn("disk-room", room, command);
  list.good("disk-room", room);
}

bool is_clock_synchronised() {
  timex asked{};
  return ::adjtimex(&asked) != TIME_ERROR;
}

void judge_clock(const ClockFacts& facts, CheckList& list) {
  if (facts.newest && *facts.newest > facts.now + service::ClockWatch::kTolerance) {
    list.fail("clock",
              tr("the clock says ", "时钟为 ") + base::to_rfc3339(facts.now) +
                  tr(", and the newest certificate of the store was made at ", "，而存储中最新的证书生成于 ") +
                  base::to_rfc3339(*facts.newest),
              "timedatectl set-ntp true");
  }
  if (!facts.is_synchronised) {
    list.warn("clock-synchronised",
              tr("nothing synchronises the clock. When it goes wrong, signatures are refused and certificates end too "
                 "early or too late",
                 "时钟未同步。时钟出错后，签名会被拒绝，证书会过早或过晚到期"),
              "apt install systemd-timesyncd && timedatectl set-ntp true");
  }
  if (list.lines().empty() || !list.lines().back().check.starts_with("clock")) {
    list.good("clock", tr("the clock says ", "时钟为 ") + base::to_rfc3339(facts.now));
  }
}

std::optional<std::uint64_t> descriptor_limit_of(pid_t process) {
  constexpr std::string_view kRow = "Max open files";
  std::ifstream stream("/proc/" + std::to_string(process) + "/limits");
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(kRow)) continue;
    std::istringstream words(line.substr(kRow.size()));
    std::string soft;
    std::uint64_t hard = 0;
    return words >> soft >> hard ? std::optional(hard) : std::nullopt;
  }
  return std::nullopt;
}

void judge_descriptors(std::uint64_t limit, std::size_t connections, CheckList& list) {
  const std::uint64_t needed = connections + kOtherDescriptors;
  const std::string text = tr("the service may open ", "服务可打开 ") + std::to_string(limit) +
                           tr(" descriptors, and max_connections = ", " 个描述符，而 max_connections = ") +
                           std::to_string(connections) + tr(" needs ", " 需要 ") + std::to_string(needed);
  if (limit >= needed) return list.good("descriptors", text);
  list.warn("descriptors", text,
            "systemctl set-property livecert LimitNOFILE=" + std::to_string(needed) + " || ulimit -n " +
                std::to_string(needed));
}

void judge_backup(const BackupFacts& facts, CheckList& list) {
  constexpr std::string_view kName = "backup";
  const std::string command = "systemctl enable --now livecert-backup.timer";
  const auto days_since = [&](base::Time time) {
    return std::to_string(std::chrono::floor<std::chrono::days>(facts.now - time).count());
  };
  if (facts.last && facts.now - *facts.last > kBackupAge) {
    return list.warn(
        kName, tr("the last backup is ", "最近一次备份已过去 ") + days_since(*facts.last) + tr(" days old", " 天"),
        command);
  }
  if (facts.last)
    return list.good(kName, tr("the last backup was made at ", "最近一次备份时间：") + base::to_rfc3339(*facts.last));
  if (facts.store_made && facts.now - *facts.store_made > kBackupAge) {
    return list.warn(kName,
                     tr("the store is ", "存储已有 ") + days_since(*facts.store_made) +
                         tr(" days old, and no backup was ever made on this machine", " 天，但本机从未做过备份"),
                     command);
  }
  list.good(kName, tr("the store is too young to need a backup", "存储刚创建，尚不需要备份"));
}

}  // namespace livecert::app
