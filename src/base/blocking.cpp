#include "base/blocking.h"

namespace livecert::base {
namespace {

// A property of the thread and not of the program, so that waiting needs no argument passed through every layer.
thread_local Blocking::Observer* observer_of_this_thread = nullptr;
// Waits within a wait are one.
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
