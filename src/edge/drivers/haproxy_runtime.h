#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/drivers/crt_list.h"
#include "edge/drivers/haproxy_folder.h"
#include "edge/drivers/haproxy_socket.h"

namespace livecert::edge {

// HAProxy reads a command with its payload into one buffer of `tune.bufsize`, 16 KiB unless its operator changes it.
// Measured on 2.6: 16383 bytes are taken; at 16384 it waits for ever, and with more it hangs up. So a longer command is
// sent only when HAProxy says that its buffers are larger (`show pools`).
inline constexpr std::size_t kLongestHaproxyCommand = 16383;

struct HaproxyTimes {
  std::chrono::milliseconds deadline{2000};   // of each command
  std::chrono::milliseconds patience{10000};  // how long to wait for a transaction that another program left open
};

// The certificates of one folder and the lines of its crt-list that a running HAProxy holds in memory. HAProxy changes
// one certificate at a time, in one transaction for the whole process, which outlives the connection. Every call here
// leaves it closed, and none commits what it did not send. Files are named as in crt_list.h. Used by one thread at a
// time. Errors as for Driver.
class HaproxyRuntime {
 public:
  HaproxyRuntime(HaproxySocket socket, std::filesystem::path folder, HaproxyTimes times);

  // Whether a command with the PEM fits into one buffer of HAProxy, which is asked about its size when it matters.
  // kUpstreamBadAnswer with the setting to raise; kUpstreamFailure.
  [[nodiscard]] base::Result<void> check_size(const CrtListFile& file, base::ByteView pem) const;

  // Whether this is the process of the last call. False at the first one.
  [[nodiscard]] base::Result<bool> is_same_process();
  // The same, and how many connections to the runtime API others have made in this process, but for a constant: at
  // least so many. nullopt: HAProxy does not say it.
  struct Observed {
    bool is_same_process = false;
    std::optional<std::int64_t> connections_of_others;
  };
  [[nodiscard]] base::Result<Observed> observe();

  // Makes HAProxy hold the PEM as this file, and have lines of it for the domains that it does not serve from it yet.
  // It sends the PEM only if HAProxy does not have its leaf, or if `is_again`: somebody may have exchanged the rest of
  // the chain. After kUpstreamBadAnswer HAProxy serves what it served before.
  struct Put {
    const CrtListFile& file;
    base::ByteView pem;
    const x509::Certificate& leaf;
    std::span<const std::string> new_domains;
    bool is_again = false;
  };
  [[nodiscard]] base::Result<void> put(const Put& put);

  // The lines of the list, whose files are in the folder.
  [[nodiscard]] base::Result<std::vector<RunningLine>> lines() const;
  // The folders of the other lists that HAProxy reads.
  [[nodiscard]] base::Result<std::set<std::filesystem::path>> other_folders() const;
  // The files of the folder that HAProxy has, with a line or without one.
  [[nodiscard]] base::Result<std::set<std::string>> files() const;
  // Those of the files that HAProxy does not serve with this leaf.
  [[nodiscard]] base::Result<std::vector<std::string>> find_exchanged(
      std::span<const std::pair<std::string, Fingerprint>> files) const;

  // Adds lines of a file that HAProxy has, with at most kNamesInLine domains each.
  [[nodiscard]] base::Result<void> add_lines(const CrtListFile& file, std::span<const std::string> domains) const;
  // Without `strict-sni`, a `bind` line has a default certificate: that of the first line when HAProxy started. HAProxy
  // keeps it and its line until its next start; only its content can change.
  enum class Removal : std::uint8_t { kRemoved, kIsDefault };
  // Takes one line away. kRemoved also when HAProxy does not have it.
  [[nodiscard]] base::Result<Removal> remove_line(const RunningLine& line) const;
  // Makes HAProxy forget the file and all its lines. kRemoved also when it does not have them; kIsDefault: some of its
  // lines may be gone.
  [[nodiscard]] base::Result<Removal> forget(const std::string& file) const;
  // Gives a file that HAProxy has this content. The folder does not change.
  [[nodiscard]] base::Result<void> exchange(const std::string& file, base::ByteView pem) const;

 private:
  enum class State : std::uint8_t { kAbsent, kNotServed, kServed };
  struct Held {
    State state = State::kAbsent;
    std::string fingerprint;
  };
  struct OpenTransaction {
    std::string path;
    std::chrono::steady_clock::time_point seen_since;
  };
  struct Process {
    std::int64_t id = 0;
    std::int64_t uptime = 0;       // seconds
    std::int64_t connections = 0;  // of all kinds, since its start

    [[nodiscard]] bool may_follow(const Process& former) const;
  };

  [[nodiscard]] base::Result<base::WipedBuffer> ask(base::ByteView command) const;
  [[nodiscard]] base::Result<base::WipedBuffer> ask(std::string_view command) const;
  [[nodiscard]] std::string path_of(const std::string& file) const;
  [[nodiscard]] std::string crt_list() const;
  [[nodiscard]] base::Result<bool> note_process(std::string_view info);
  // Sends the command and checks that the answer is exactly the expected one.
  [[nodiscard]] base::Result<void> ask_for(const std::string& command, const std::string& expected,
                                           const std::string& what) const;
  [[nodiscard]] base::Result<std::string> abort(const std::string& path) const;
  [[nodiscard]] base::Result<void> close_transaction(const std::string& path);
  [[nodiscard]] base::Result<void> abort_foreign(const std::string& path);
  [[nodiscard]] base::Result<Held> look_up(const std::string& path) const;
  [[nodiscard]] base::Result<void> replace(const std::string& path, base::ByteView pem) const;
  [[nodiscard]] base::Result<void> set(const std::string& path, base::ByteView pem) const;
  [[nodiscard]] base::Result<void> commit(const std::string& path) const;
  [[nodiscard]] base::Result<void> add_line(const CrtListFile& file, std::span<const std::string> domains) const;
  [[nodiscard]] base::Result<Removal> remove_lines(const std::string& path) const;
  [[nodiscard]] base::Result<void> check_holds(const std::string& path, const x509::Certificate& leaf) const;
  void undo(const std::string& path, State before) const;

  HaproxySocket socket_;
  std::filesystem::path folder_;
  HaproxyTimes times_;
  std::optional<OpenTransaction> foreign_;
  std::optional<Process> process_;
  mutable std::int64_t own_connections_ = 0;
};

}  // namespace livecert::edge
