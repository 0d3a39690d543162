#pragma once

#include <concepts>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/blocking.h"
#include "base/check.h"
#include "base/once.h"

namespace livecert::base {

// Passes a task to the thread that runs it.
using Post = Once<Once<>>;

// A T that is here already, or that comes later, once, from any thread. The work that brings it begins only with
// start() or wait(), so a Later that is dropped has no effect. Only one thread may use it at a time.
template <typename T>
class [[nodiscard]] Later {
 public:
  // Takes the value, at most once, on any thread. If it is destroyed without a call, no value will come.
  class Receiver {
   public:
    // Calls `done` on the thread that brings the value. That thread has other values to bring, so `done` must not
    // block.
    template <typename F>
      requires(!std::same_as<std::remove_cvref_t<F>, Receiver> && std::invocable<F&, T>)
    // NOLINTNEXTLINE(google-explicit-constructor): a lambda is one
    Receiver(F done) : done_(std::move(done)) {}
    // Calls `done`, and the changes that then() added before it, in a task that it passes to `post`.
    Receiver(Once<T> done, Post post) : done_(std::move(done)), post_(std::move(post)) {}

    void operator()(T value) && {
      if (!post_) return std::move(done_)(std::move(value));
      std::move(post_)(
          [done = std::move(done_), value = std::move(value)]() mutable { std::move(done)(std::move(value)); });
    }

   private:
    template <typename>
    friend class Later;
    Once<T> done_;
    Post post_;
  };

  // The value is here.
  template <typename U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, Later>)
  // NOLINTNEXTLINE(google-explicit-constructor): a function returns it directly
  Later(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  // The value comes later: start() calls `bring`, which calls the receiver now or later.
  [[nodiscard]] static Later brought_by(Once<Receiver> bring) { return Later(std::move(bring), Brought()); }
  // start() makes the value: `make` returns a T or a Later<T>.
  template <typename F>
  [[nodiscard]] static Later made_by(F make) {
    return brought_by([make = std::move(make)](Receiver to) mutable { Later(make()).start(std::move(to)); });
  }

  [[nodiscard]] bool is_here() const { return state_.index() == 0; }
  // Aborts if the value is not here.
  [[nodiscard]] T take() && { return LIVECERT_CHECK(is_here()), std::move(*std::get_if<0>(&state_)); }

  // Applies `change` to the value: at once if it is here, otherwise where the receiver of start() is called.
  template <typename F>
  [[nodiscard]] Later<std::invoke_result_t<F&, T>> then(F change) && {
    using Changed = Later<std::invoke_result_t<F&, T>>;
    if (is_here()) return Changed(change(std::move(*this).take()));
    return Changed::brought_by([bring = std::move(*std::get_if<1>(&state_)),
                                change = std::move(change)](typename Changed::Receiver to) mutable {
      Once<T> done = [change = std::move(change), done = std::move(to.done_)](T value) mutable {
        std::move(done)(change(std::move(value)));
      };
      std::move(bring)(Receiver(std::move(done), std::move(to.post_)));
    });
  }

  // Starts the work that brings the value, and returns.
  void start(Receiver to) && {
    if (is_here()) return std::move(to)(std::move(*this).take());
    std::move (*std::get_if<1>(&state_))(std::move(to));
  }

  // Starts the work, and blocks until the value is here. Aborts if no value comes, because that is a mistake of this
  // program.
  [[nodiscard]] T wait() && {
    if (is_here()) return std::move(*this).take();
    // Both sides own it: the thread that brings the value may still hold the lock when the waiting thread has the
    // value.
    const auto arrival = std::make_shared<Arrival>();
    const Blocking waiting;
    std::move(*this).start([end = End(arrival)](T value) { end.arrival->end(std::move(value)); });
    return arrival->wait();
  }

 private:
  struct Brought {};
  Later(Once<Receiver> bring, Brought /*how*/) : state_(std::in_place_index<1>, std::move(bring)) {}

  // The place where a thread waits for the value.
  class Arrival {
   public:
    void end(std::optional<T> value) {
      const std::lock_guard lock(mutex_);
      if (has_ended_) return;
      value_ = std::move(value);
      has_ended_ = true;
      ended_.notify_one();
    }
    [[nodiscard]] T wait() {
      std::unique_lock lock(mutex_);
      ended_.wait(lock, [this] { return has_ended_; });
      LIVECERT_CHECK(value_.has_value());
      return *std::move(value_);
    }

   private:
    std::mutex mutex_;
    std::condition_variable ended_;
    std::optional<T> value_;
    bool has_ended_ = false;
  };
  // Ends the wait when the receiver is destroyed, whether it was called or not.
  struct End {
    explicit End(std::shared_ptr<Arrival> at) : arrival(std::move(at)) {}
    End(End&&) noexcept = default;
    End& operator=(End&&) = delete;
    ~End() {
      if (arrival != nullptr) arrival->end(std::nullopt);
    }
    std::shared_ptr<Arrival> arrival;
  };

  std::variant<T, Once<Receiver>> state_;
};

}  // namespace livecert::base
