#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "edge/definition.h"
#include "edge/driver.h"
#include "edge/drivers/haproxy_folder.h"
#include "edge/drivers/haproxy_runtime.h"

namespace livecert::edge {

// HAProxy 2.2 and later. The folder has the files that HAProxy reads when it starts, and the runtime API tells a
// running HAProxy, so that it needs no reload. make_haproxy_driver() makes one.
//
// A domain that gets another file has two lines for a moment, and HAProxy shows the certificate of the first one until
// it is taken away. So there is a certificate for every handshake.
class HaproxyDriver final : public Driver {
 public:
  HaproxyDriver(const Definition& definition, HaproxyTimes times);

  // Tries to make an empty crt-list where there is none, so that HAProxy can start before the first domain.
  void prepare();

  [[nodiscard]] base::Result<void> write(const Delivery& delivery) override;
  [[nodiscard]] std::vector<base::Result<void>> write_all(std::span<const Delivery> deliveries) override;
  [[nodiscard]] std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) override;
  [[nodiscard]] base::Result<void> withdraw(std::span<const std::string> domains) override;
  [[nodiscard]] base::Result<bool> is_written(const Order& order, const LoadBundle& load) override;
  // Also asks HAProxy itself. nullopt while it does not answer.
  [[nodiscard]] std::optional<std::vector<std::string>> find_touched() override;
  void stop() override { stop_.raise(); }

 private:
  // The deliveries of one file.
  struct Group {
    CrtListFile file;
    const Bundle& bundle;
    std::vector<std::string> domains = {};
    std::vector<std::size_t> places = {};
  };
  using Lines = std::vector<RunningLine>;
  // The file in whose lines domains stay, and its content; an empty name: in none.
  struct Kept {
    std::string file = {};
    base::ByteView pem = {};
  };

  [[nodiscard]] static std::vector<Group> group(std::span<const Delivery> deliveries);
  [[nodiscard]] base::Result<void> begin();
  void note_new_process();
  [[nodiscard]] base::Result<void> check_owner();
  [[nodiscard]] base::Result<void> align();
  [[nodiscard]] base::Result<void> read_lines();
  void compare(const Lines& lines);
  [[nodiscard]] base::Result<void> activate(const Group& group);
  [[nodiscard]] std::vector<std::string> find_new(const Group& group) const;
  [[nodiscard]] base::Result<void> retire(const std::vector<std::string>& domains, const std::set<std::string>& former,
                                          const Kept& kept);
  [[nodiscard]] base::Result<void> retire_lines(const std::set<std::string>& domains, const Kept& kept);
  [[nodiscard]] std::vector<std::string> neighbours_in(const RunningLine& line,
                                                       const std::set<std::string>& domains) const;
  [[nodiscard]] base::Result<void> withdraw_running(std::span<const std::string> domains,
                                                    const std::set<std::string>& files);
  [[nodiscard]] base::Result<void> look_around(base::SteadyTime now);
  [[nodiscard]] base::Result<void> sweep(base::SteadyTime now);

  const std::filesystem::path directory_;
  const std::filesystem::path socket_;
  StopSignal stop_;
  HaproxyFolder folder_;
  HaproxyRuntime runtime_;
  base::SystemClock clock_;
  // The lines of the running HAProxy are those of the folder's list, but for the domains that have not finished.
  bool is_aligned_ = false;
  std::uint64_t reading_ = 0;  // of the folder's list, with which they were compared
  std::set<std::string> unfinished_;
  std::optional<Lines> lines_;  // as HAProxy has them, during one call that needs them

  // Of the other lists that this HAProxy reads.
  std::optional<std::set<std::filesystem::path>> other_folders_;
  // Default certificates of this HAProxy whose content is that of another file now, by name, or that yield.
  std::map<std::string, std::string> stand_ins_;

  std::set<std::string> touched_;       // to be given out
  std::optional<std::int64_t> others_;  // connections to the runtime API that others made
  base::SteadyTime sweep_at_;           // when the next comparison of everything begins
  base::SteadyTime next_sweep_;         // the earliest time for one after somebody else was at the socket
  bool is_sweeping_ = false;
  std::string sweep_from_;                   // the file at which it goes on
  base::SteadyTime::duration sweep_took_{};  // so far
};

}  // namespace livecert::edge
