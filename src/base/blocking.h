#pragma once

namespace livecert::base {

// Says that this thread waits, from construction to destruction, for something other than the processor: a commit,
// another thread, a server elsewhere. A pool of threads lets another of its own run meanwhile. Work that only takes
// long is no waiting: it would take the processors from others without their turn.
class Blocking {
 public:
  // Who wants to hear of it, from the thread that waits.
  class Observer {
   public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer() = default;
    virtual void wait_begins() = 0;
    virtual void wait_ends() = 0;
  };

  Blocking();
  Blocking(const Blocking&) = delete;
  Blocking& operator=(const Blocking&) = delete;
  ~Blocking();

  // The observer of the calling thread from now on; null: none. It must outlive the thread, or be replaced.
  static void observe_this_thread(Observer* observer);
};

}  // namespace livecert::base
