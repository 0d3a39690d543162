#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "store/store.h"

// Stores that fail on purpose, for the tests of the layers above a store. Each passes everything else on to an inner
// store, which must outlive it, and may be called from every thread.
namespace livecert::store::testing {

// Passes every call on; a subclass may step in at the calls below.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& inner) : inner_(inner) {}

  [[nodiscard]] base::Later<Outcome> submit(Context context, Command command) override {
    return inner_.submit(std::move(context), std::move(command));
  }

  std::uint64_t generation(Topic topic) override { return inner_.generation(topic); }

  base::Result<std::unique_ptr<Snapshot>> read() override {
    TRY(before_read());
    return inner_.read();
  }
  base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) override {
    TRY(before_read());
    return inner_.wait_for_change(after, wait);
  }
  Health health() override { return inner_.health(); }
  Lease lease(const std::string& name, Reach reach) override { return inner_.lease(name, reach); }
  void give_up(const std::string& name) override { inner_.give_up(name); }
  std::optional<SharedTurn> take_turn(const AskedTurn& asked) override { return inner_.take_turn(asked); }

 protected:
  // Called before a snapshot begins, and before a wait. Its Error is the result of that call.
  [[nodiscard]] virtual base::Result<void> before_read() { return {}; }
  [[nodiscard]] Store& inner() { return inner_; }

 private:
  Store& inner_;
};

// The n-th submit, or the n-th read, counted from 1 by each store, fails; nothing reaches the inner store. That a key
// was used is written beside the requests, and does not count.
class FailNth final : public ForwardingStore {
 public:
  enum class Call : std::uint8_t { kSubmit, kRead };
  FailNth(Store& inner, Call call, int n, OutcomeKind kind = OutcomeKind::kUnavailable)
      : ForwardingStore(inner), call_(call), n_(n), kind_(kind) {}

  [[nodiscard]] base::Later<Outcome> submit(Context context, Command command) override {
    const bool counts = call_ == Call::kSubmit && !std::holds_alternative<KeepKeyUses>(command);
    if (counts && ++calls_ == n_) return Outcome{kind_, "failed by a test"};
    return inner().submit(std::move(context), std::move(command));
  }
  // Whether the failure has been delivered; a test that loops over n ends when it has not.
  [[nodiscard]] bool has_failed() const { return calls_ >= n_; }

 protected:
  base::Result<void> before_read() override {
    if (call_ != Call::kRead || ++calls_ != n_) return {};
    return base::Error{base::ErrorCode::kStoreFailure, "the store failed", "failed by a test"};
  }

 private:
  const Call call_;
  const int n_;
  const OutcomeKind kind_;
  std::atomic<int> calls_ = 0;
};

// Every submit answers kUnknown, after the inner store carried the command out, or without telling it.
class UnknownOutcome final : public ForwardingStore {
 public:
  enum class Effect : std::uint8_t { kApplied, kNotApplied };
  UnknownOutcome(Store& inner, Effect effect) : ForwardingStore(inner), effect_(effect) {}

  [[nodiscard]] base::Later<Outcome> submit(Context context, Command command) override {
    const Outcome open{OutcomeKind::kUnknown, "left open by a test"};
    if (effect_ == Effect::kNotApplied) return open;
    return inner().submit(std::move(context), std::move(command)).then([open](const Outcome&) { return open; });
  }

 private:
  const Effect effect_;
};

}  // namespace livecert::store::testing
