#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>

#include "base/owned_descriptor.h"
#include "base/result.h"
#include "base/secret.h"
#include "outgoing/call.h"
#include "outgoing/fetcher.h"
#include "outgoing/wire.h"

namespace livecert::outgoing {

// Makes calls by a process of its own, so that libcurl and its libraries are never in the process that holds keys, and
// what breaks into them finds none. That process is this program again, started by its file with the word kCommand: it
// shares no memory, gets no environment and no descriptor but one socket, and confines itself (confinement.h). It is
// started at once, ends with this object or with this process, whichever is first, and is started again after a pause
// when it ends by itself, hangs, or sends what no honest one sends.
//
// Many calls run at once, up to kCallsAtOnce; others wait for their turn. Each returns in its own time, whatever
// happens to the process. Callable from many threads at once.
class Process {
 public:
  struct Options {
    std::string program = "/proc/self/exe";  // also works when an upgrade has replaced the file
    std::function<void(const std::string&)> report = [](const std::string&) {};  // a line for the log
    std::chrono::milliseconds shortest_pause{100};  // before a new start; doubled while starts do not last
    std::chrono::milliseconds longest_pause{10'000};
    std::chrono::milliseconds grace{5'000};  // how long an answer may be overdue before the process counts as hanging
  };

  // Returns when the process was started, or could not be.
  explicit Process(Options options);
  Process() : Process(Options()) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  // Ends the process for good. Calls that wait for an answer and those that come later fail with kUpstreamFailure.
  void stop();

  // As Sender and FetchOnce promise. kUpstreamFailure also when the process ends before the answer comes; the call may
  // have been made then.
  [[nodiscard]] base::Result<Answer> call(const Call& call);
  [[nodiscard]] base::Result<Answer> mail(const Mail& mail);
  [[nodiscard]] base::Result<Fetched> fetch(const Fetch& fetch);

  // The same as values, which must not outlive this object.
  [[nodiscard]] Sender sender();
  [[nodiscard]] FetchOnce fetcher();

  // The process, if there is one now.
  [[nodiscard]] std::optional<pid_t> id() const;

 private:
  struct Waiting;
  class Child;

  [[nodiscard]] Reply exchange(const Request& request);
  void run();
  [[nodiscard]] bool pause_before_start(std::chrono::milliseconds pause);
  [[nodiscard]] std::string serve(Child& child);
  [[nodiscard]] std::string send_queued(Child& child);
  [[nodiscard]] std::string receive(Child& child);
  [[nodiscard]] std::string take_replies(const std::vector<Frame>& frames);
  [[nodiscard]] int milliseconds_to_overdue() const;
  void fail_all_sent(const std::string& why);
  void wake() const;

  Options options_;
  base::OwnedDescriptor woken_;  // an eventfd: something is queued, or it is time to stop

  mutable std::mutex mutex_;
  std::condition_variable changed_;                            // room for a call, started_, or stopping_
  std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;  // calls without an answer
  std::deque<std::uint64_t> queued_;                           // those of them that were not sent yet
  std::uint64_t next_id_ = 1;
  std::optional<pid_t> id_;
  bool was_started_ = false;
  bool stopping_ = false;

  std::thread thread_;  // starts the process, since the system ends the process with the thread that started it
};

}  // namespace livecert::outgoing
