#include "service/readiness.h"

#include <algorithm>
#include <utility>

namespace livecert::service {

Readiness::Readiness(const base::Clock& clock, Listener listener) : clock_(clock), listener_(std::move(listener)) {}

void Readiness::begin(Reason reason, const std::string& detail) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(reasons_, reason.name, &Reason::name);
  const bool is_new = known == reasons_.end() || known->what != reason.what || known->kind != reason.kind;
  if (!is_new) return;
  reason.since = known == reasons_.end() ? clock_.now() : known->since;
  if (known == reasons_.end()) {
    reasons_.push_back(reason);
  } else {
    *known = reason;
  }
  if (listener_) listener_(reason, detail, true);
}

void Readiness::end(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(reasons_, name, &Reason::name);
  if (known == reasons_.end()) return;
  const Reason ended = std::move(*known);
  reasons_.erase(known);
  if (listener_) listener_(ended, "", false);
}

std::vector<Reason> Readiness::reasons() const {
  const std::lock_guard lock(mutex_);
  return reasons_;
}

bool Readiness::holds(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(reasons_, name, &Reason::name) != reasons_.end();
}

}  // namespace livecert::service
