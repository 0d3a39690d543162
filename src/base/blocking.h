#pragma once

namespace livecert::base {

// Says from construction to destruction that this thread waits for something other than the processor: a commit,
// another thread, a remote server. A pool of threads then lets another of its threads run. A long computation is not a
// wait: it would take the processors from other work.
class Blocking {
 public:
  // Gets a call for each wait, on the thread that waits.
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

  // Sets the observer of the calling thread; null removes it. It must outlive the thread, or be replaced.
  static void observe_this_thread(Observer* observer);
};

}  // namespace livecert::base
