#include "metrics/process_series.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace livecert::metrics {
namespace {

// Fields of proc_pid_stat(5) after the command's name, the first of which has the number 3.
struct Stat {
  double user_ticks = 0;
  double system_ticks = 0;
  double threads = 0;
  double start_ticks = 0;  // since the machine started
  double memory_pages = 0;
};

std::optional<Stat> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  Stat stat;
  for (int number = 3; number <= 24 && fields; ++number) {
    switch (number) {
      case 14:
        fields >> stat.user_ticks;
        break;
      case 15:
        fields >> stat.system_ticks;
        break;
      case 20:
        fields >> stat.threads;
        break;
      case 22:
        fields >> stat.start_ticks;
        break;
      case 24:
        fields >> stat.memory_pages;
        break;
      default:
        fields >> skipped;
    }
  }
  return fields ? std::optional(stat) : std::nullopt;
}

// Returns seconds since 1970. /proc/stat has the same time, but many services cannot read it.
double boot_time() {
  const auto read = [](clockid_t clock) {
    struct timespec time = {};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  return read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME);
}

}  // namespace

Families process_series() {
  Families families;
  const auto one = [&](prometheus::MetricFamily family, double value) {
    add(family, value);
    families.push_back(std::move(family));
  };
  if (const auto stat = read_stat()) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    one(counters("process_cpu_seconds_total", "Processor time of this process, user and system."),
        (stat->user_ticks + stat->system_ticks) / ticks);
    one(gauges("process_resident_memory_bytes", "Resident memory."),
        stat->memory_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    one(gauges("process_threads", "Threads."), stat->threads);
    one(gauges("process_start_time_seconds", "When this process started."), boot_time() + stat->start_ticks / ticks);
  }
  std::error_code failure;
  double open = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    ++open;
  }
  if (!failure) one(gauges("process_open_fds", "Open descriptors."), open);
  struct rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    one(gauges("process_max_fds", "Descriptors that may be open."), static_cast<double>(limit.rlim_cur));
  }
  return families;
}

}  // namespace livecert::metrics
