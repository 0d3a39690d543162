#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace livecert::service {

// The names of reasons: each belongs to one place of the code, which begins and ends it.
namespace reason {
inline constexpr std::string_view kStoreGone = "store-gone";
inline constexpr std::string_view kDiskFull = "disk-full";
inline constexpr std::string_view kStoreFailing = "store-not-writable";
inline constexpr std::string_view kStoreHanging = "store-not-answering";
inline constexpr std::string_view kStoreUnreadable = "store-not-readable";
inline constexpr std::string_view kStopping = "stopping";
inline constexpr std::string_view kClockJumped = "clock-jumped";
inline constexpr std::string_view kEdgesFailing = "edges-failing";
}  // namespace reason

// Why this process should not be sent requests, or what its operator should look after. Everybody may read it: neither
// sentence names a path, an account or a key.
struct Reason {
  enum class Kind : std::uint8_t { kDegraded, kNotReady };
  std::string name;
  Kind kind = Kind::kNotReady;
  std::string what;    // one sentence: what is wrong …
  std::string remedy;  // … and what to do about it
  base::Time since = {};
};

// The board of reasons, where everybody tells about what he looks after. Callable from every thread.
class Readiness {
 public:
  // Told of each reason when it begins, changes what it says, or ends (`goes_on` is false); `detail` is for the log. On
  // the caller's thread, one call at a time.
  using Listener = std::function<void(const Reason& reason, const std::string& detail, bool goes_on)>;

  // The clock must outlive this. The listener may be empty.
  explicit Readiness(const base::Clock& clock, Listener listener = {});

  // The reason holds from now on, or still. `since` is set here, and stays as long as the reason goes on.
  void begin(Reason reason, const std::string& detail = {});
  // It does not hold (any more).
  void end(std::string_view name);

  // In the order in which they began.
  [[nodiscard]] std::vector<Reason> reasons() const;
  [[nodiscard]] bool holds(std::string_view name) const;

 private:
  const base::Clock& clock_;
  const Listener listener_;
  mutable std::mutex mutex_;
  std::vector<Reason> reasons_;
};

}  // namespace livecert::service
