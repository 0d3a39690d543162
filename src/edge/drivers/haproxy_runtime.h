#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/drivers/crt_list.h"
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

// The certificates of one folder and its crt-list that a running HAProxy holds in memory. HAProxy changes one
// certificate at a time, in one transaction for the whole process, which outlives the connection. Every call here
// leaves it closed, and none commits what it did not send. Used by one thread at a time. Errors as for Driver.
class HaproxyRuntime {
 public:
  HaproxyRuntime(HaproxySocket socket, std::filesystem::path folder, HaproxyTimes times);

  // Whether a command with the PEM fits into one buffer of HAProxy, which is asked about its size when it matters.
  // kUpstreamBadAnswer with the setting to raise; kUpstreamFailure.
  [[nodiscard]] base::Result<void> check_size(const CrtListEntry& entry, base::ByteView pem) const;

  [[nodiscard]] base::Result<bool> serves(const CrtListEntry& entry) const;

  // Makes HAProxy serve the PEM for the entry: it replaces the former PEM of the same file, or becomes a new line.
  // After kUpstreamBadAnswer HAProxy holds what it held before.
  [[nodiscard]] base::Result<void> put(const CrtListEntry& entry, base::ByteView pem, const x509::Certificate& leaf);

  // The files of the folder that HAProxy has.
  [[nodiscard]] base::Result<std::set<std::string>> list() const;

  // Makes HAProxy forget the entry. Succeeds when it does not have it.
  [[nodiscard]] base::Result<void> remove(const CrtListEntry& entry) const;

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

  [[nodiscard]] std::string path_of(const CrtListEntry& entry) const;
  [[nodiscard]] std::string crt_list() const;
  // Sends the command and checks that the answer is exactly the expected one.
  [[nodiscard]] base::Result<void> ask_for(const std::string& command, const std::string& expected,
                                           const std::string& what) const;
  [[nodiscard]] base::Result<std::string> abort(const std::string& path) const;
  [[nodiscard]] base::Result<void> close_transaction(const std::string& path);
  [[nodiscard]] base::Result<void> abort_foreign(const std::string& path);
  [[nodiscard]] base::Result<Held> look_up(const std::string& path) const;
  [[nodiscard]] base::Result<void> replace(const CrtListEntry& entry, base::ByteView pem) const;
  [[nodiscard]] base::Result<void> set(const CrtListEntry& entry, base::ByteView pem) const;
  [[nodiscard]] base::Result<void> commit(const CrtListEntry& entry) const;
  [[nodiscard]] base::Result<void> add_line(const CrtListEntry& entry) const;
  [[nodiscard]] base::Result<void> remove_lines(const std::string& path) const;
  [[nodiscard]] base::Result<void> check_holds(const std::string& path, const x509::Certificate& leaf) const;
  void undo(const std::string& path, State before) const;

  HaproxySocket socket_;
  std::filesystem::path folder_;
  HaproxyTimes times_;
  std::optional<OpenTransaction> foreign_;
};

}  // namespace livecert::edge
