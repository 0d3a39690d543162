#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

#include "app/check_list.h"
#include "base/time.h"

// What the machine gives to the service: disk, clock, descriptors. Facts are found and judged apart.
namespace livecert::app {

// The file system that a directory is on.
struct Volume {
  std::string type;     // "ext4", as in /proc/self/mountinfo
  std::string options;  // of the mount and of the file system, with commas
  std::filesystem::path mount_point;
  bool is_read_only = false;
  std::uint64_t free_bytes = 0;                  // for users other than root
  std::optional<std::uint64_t> free_files = {};  // nullopt: the file system has no limit
};

// The volume of the directory, or of the nearest one above that exists; nullopt: the kernel does not say.
[[nodiscard]] std::optional<Volume> find_volume(const std::filesystem::path& directory);

// Names a volume that loses files (tmpfs, overlay), one that may acknowledge before it has kept (network file systems,
// barriers off), a read-only one, and one with little room.
void judge_volume(const Volume& volume, const std::filesystem::path& directory, CheckList& list);

// The machine's clock, and the moment of the store's newest certificate, if it has one.
struct ClockFacts {
  base::Time now;
  bool is_synchronised = true;            // by the kernel's word (adjtimex(2))
  std::optional<base::Time> newest = {};  // the service counts on from there, whatever the clock says
};
[[nodiscard]] bool is_clock_synchronised();
void judge_clock(const ClockFacts& facts, CheckList& list);

// The limit up to which that process may raise its number of open descriptors, as the service does; nullopt: unknown,
// or there is none.
[[nodiscard]] std::optional<std::uint64_t> descriptor_limit_of(pid_t process);
void judge_descriptors(std::uint64_t limit, std::size_t connections, CheckList& list);

// When the last backup was made, and how long there is a store.
struct BackupFacts {
  base::Time now;
  std::optional<base::Time> last = {};
  std::optional<base::Time> store_made = {};
};
// Good for the first days of a store, in which there may be none.
void judge_backup(const BackupFacts& facts, CheckList& list);

}  // namespace livecert::app
