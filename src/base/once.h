#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace livecert::base {

// A function that is called at most once. Unlike std::function it may own what cannot be copied. Calling an empty one
// is undefined.
template <typename... Arguments>
class Once {
 public:
  Once() = default;
  template <typename F>
    requires(!std::same_as<std::remove_cvref_t<F>, Once> && std::invocable<F&, Arguments...>)
  // NOLINTNEXTLINE(google-explicit-constructor): a lambda is one, as with std::function
  Once(F function) : call_(std::make_unique<CallOf<F>>(std::move(function))) {}

  explicit operator bool() const { return call_ != nullptr; }
  // The function and what it owns are gone when this returns.
  void operator()(Arguments... arguments) && {
    const std::unique_ptr<Call> call = std::move(call_);
    call->run(std::move(arguments)...);
  }

 private:
  struct Call {
    Call() = default;
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    virtual ~Call() = default;
    virtual void run(Arguments... arguments) = 0;
  };
  template <typename F>
  struct CallOf final : Call {
    explicit CallOf(F made) : function(std::move(made)) {}
    void run(Arguments... arguments) override { function(std::move(arguments)...); }
    F function;
  };

  std::unique_ptr<Call> call_;
};

}  // namespace livecert::base
