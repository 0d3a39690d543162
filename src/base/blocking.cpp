#include "base/blocking.h"

namespace livecert::base {
namespace {

// It belongs to the thread, so that no layer has to pass it on.
thread_local Blocking::Observer* observer_of_this_thread = nullptr;
// Nested waits count as one.
thread_local int depth = 0;

}  // namespace

Blocking::Blocking() {
  if (depth++ == 0 && observer_of_this_thread != nullptr) observer_of_this_thread->wait_begins();
}

Blocking::~Blocking() {
  if (--depth == 0 && observer_of_this_thread != nullptr) observer_of_this_thread->wait_ends();
}

void Blocking::observe_this_thread(Observer* observer) {
  observer_of_this_thread = observer;
}

}  // namespace livecert::base
