#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace livecert::service {

// The names of reasons. One place in the code starts and ends each of them.
namespace reason {
inline constexpr std::string_view kStoreGone = "store-gone";
inline constexpr std::string_view kStoreAway = "store-away";
inline constexpr std::string_view kStoreMoved = "store-moved";
inline constexpr std::string_view kDiskFull = "disk-full";
inline constexpr std::string_view kStoreFailing = "store-not-writable";
inline constexpr std::string_view kStoreHanging = "store-not-answering";
inline constexpr std::string_view kStoreUnreadable = "store-not-readable";
inline constexpr std::string_view kStopping = "stopping";
inline constexpr std::string_view kClockJumped = "clock-jumped";
inline constexpr std::string_view kEdgesFailing = "edges-failing";
inline constexpr std::string_view kNoticesFailing = "notices-failing";
}  // namespace reason

// A reason not to send requests to this process, or for its operator to act. Everybody may read it: neither sentence
// names a path, an account or a key.
struct Reason {
  enum class Kind : std::uint8_t { kDegraded, kNotReady };
  std::string name;
  Kind kind = Kind::kNotReady;
  std::string what;    // one sentence: what is wrong …
  std::string remedy;  // … and what to do about it
  base::Time since = {};
};

// The board of reasons, to which each part reports its own. Callable from every thread.
class Readiness {
 public:
  // Called for each reason when it starts, changes its text, or ends (`goes_on` is false); `detail` is for the log. On
  // the caller's thread, one call at a time.
  using Listener = std::function<void(const Reason& reason, const std::string& detail, bool goes_on)>;

  // The clock must outlive this. The listener may be empty.
  explicit Readiness(const base::Clock& clock, Listener listener = {});

  // Starts or continues the reason. Sets `since`, which stays while the reason continues.
  void begin(Reason reason, const std::string& detail = {});
  // Ends the reason, if it holds.
  void end(std::string_view name);

  // Returns the reasons in the order in which they started.
  [[nodiscard]] std::vector<Reason> reasons() const;
  [[nodiscard]] bool holds(std::string_view name) const;

 private:
  const base::Clock& clock_;
  const Listener listener_;
  mutable std::mutex mutex_;
  std::vector<Reason> reasons_;
};

}  // namespace livecert::service
