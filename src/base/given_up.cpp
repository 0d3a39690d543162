#include "base/given_up.h"

#include <utility>

namespace livecert::base {
namespace {

thread_local const std::atomic<bool>* flag_of_this_thread = nullptr;

}  // namespace

GivenUpScope::GivenUpScope(const std::atomic<bool>& flag) : outer_(std::exchange(flag_of_this_thread, &flag)) {}

GivenUpScope::~GivenUpScope() {
  flag_of_this_thread = outer_;
}

Error given_up_error() {
  return Error{ErrorCode::kDeadlineExceeded, "the answer would come too late"};
}

bool is_given_up() {
  return flag_of_this_thread != nullptr && flag_of_this_thread->load(std::memory_order_relaxed);
}

}  // namespace livecert::base
