#include "edge/delivery/outage.h"

#include <algorithm>

namespace livecert::edge {
namespace {

constexpr std::chrono::milliseconds kFirst(100);
constexpr std::chrono::milliseconds kLongest(2000);

}  // namespace

bool Outage::begin(base::SteadyTime now, const std::string& reason) {
  const bool is_new = !until_ || reason_ != reason;
  pause_ = until_ ? std::min(pause_ * 2, kLongest) : kFirst;
  until_ = now + pause_;
  reason_ = reason;
  return is_new;
}

bool Outage::end() {
  if (!until_) return false;
  *this = {};
  return true;
}

}  // namespace livecert::edge
