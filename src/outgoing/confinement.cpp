#include "outgoing/confinement.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/owned_descriptor.h"

namespace livecert::outgoing {
namespace {

// What may be read: libraries, among them those that look up names, and their data; /etc holds resolv.conf, hosts,
// nsswitch.conf and the CA certificates. resolv.conf is often a link into /run.
constexpr std::array kReadable{
    "/usr",      "/lib",        "/lib64", "/etc", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
    "/dev/null", "/dev/urandom"};

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

// Every right over files that the kernel can take away; those of later versions were added one a version
// (landlock(7), "ABI version").
std::uint64_t rights_of(long version) {
  constexpr unsigned kRightsOfFirst = 13;
  unsigned count = kRightsOfFirst;
  if (version >= 2) ++count;  // REFER
  if (version >= 3) ++count;  // TRUNCATE
  return (std::uint64_t{1} << count) - 1;
}

void allow(int rules, const char* path) {
  const base::OwnedDescriptor opened(::open(path, O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!opened.is_open() || ::fstat(opened.get(), &status) != 0) return;
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = S_ISDIR(status.st_mode) ? kReadFolder : kReadFile;
  beneath.parent_fd = opened.get();
  ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
}

void close_files() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return;
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = rights_of(version);
  const base::OwnedDescriptor rules(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (!rules.is_open()) return;
  for (const char* path : kReadable) allow(rules.get(), path);
  ::syscall(SYS_landlock_restrict_self, rules.get(), 0);
}

}  // namespace

void confine_this_process() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::setrlimit(RLIMIT_FSIZE, &none);
  close_files();
}

}  // namespace livecert::outgoing
