#include "net/worker_pool.h"

#include <atomic>
#include <future>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/blocking.h"

namespace livecert::net {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// Something that a job can wait for.
class Gate {
 public:
  void open() { promise_.set_value(); }
  void wait() const { future_.wait(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

void submit(WorkerPool& pool, WorkerPool::Job job) {
  ASSERT_TRUE(pool.submit(std::move(job), kNoLimit));
}

TEST(WorkerPool, RunsNoMoreJobsAtOnceThanItMay) {
  WorkerPool pool(8, 2);
  constexpr int kJobs = 200;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  Gate all;
  for (int i = 0; i < kJobs; ++i) {
    submit(pool, [&] {
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();
      --running;
      if (++done == kJobs) all.open();
    });
  }
  all.wait();
  EXPECT_LE(most, 2);
}

TEST(WorkerPool, AJobThatWaitsGivesItsPlaceToAnother) {
  WorkerPool pool(3, 1);
  Gate gate;
  std::promise<void> both;
  std::atomic<int> waiting = 0;
  for (int i = 0; i < 2; ++i) {
    submit(pool, [&] {
      const base::Blocking blocking;
      const base::Blocking within;  // counts once
      if (++waiting == 2) both.set_value();
      gate.wait();
    });
  }
  both.get_future().wait();
  std::promise<void> third;
  submit(pool, [&] { third.set_value(); });
  third.get_future().wait();
  gate.open();
}

TEST(WorkerPool, AJobThatDoesNotSayThatItWaitsKeepsItsPlace) {
  WorkerPool pool(4, 1);
  Gate gate;
  std::promise<void> begun;
  std::atomic<bool> overtaken = false;
  std::promise<void> second;
  submit(pool, [&] {
    begun.set_value();
    gate.wait();
    EXPECT_FALSE(overtaken);
  });
  submit(pool, [&] {
    overtaken = true;
    second.set_value();
  });
  begun.get_future().wait();
  gate.open();
  second.get_future().wait();
}

// Waits begin and end in every order; no job is left behind with nobody awake for it.
TEST(WorkerPool, LosesNoJobHoweverWaitsAndJobsMeet) {
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    WorkerPool pool(4, 1 + static_cast<unsigned>(round % 3));
    constexpr int kJobs = 24;
    std::atomic<int> left = kJobs;
    std::promise<void> all;
    for (int i = 0; i < kJobs; ++i) {
      submit(pool, [&, i] {
        if (i % 2 == 0) {
          const base::Blocking waiting;
          std::this_thread::yield();
        }
        if (--left == 0) all.set_value();
      });
    }
    all.get_future().wait();
  }
}

TEST(WorkerPool, TheThreadThatSleptLeastIsWokenFirst) {
  WorkerPool pool(16, 2);
  std::set<std::thread::id> threads;
  for (int i = 0; i < 100; ++i) {
    std::promise<std::thread::id> ran;
    submit(pool, [&] { ran.set_value(std::this_thread::get_id()); });
    threads.insert(ran.get_future().get());
  }
  // One is woken; while it falls asleep again the one above it may be.
  EXPECT_LE(threads.size(), 3U);
}

TEST(WorkerPool, WhatHasBegunGoesBeforeWhatHasNot) {
  WorkerPool pool(1, 1);
  Gate gate;
  submit(pool, [&] { gate.wait(); });
  std::string order;  // on the one worker
  std::promise<void> last;
  submit(pool, [&] { order += "1"; });
  submit(pool, [&] {
    order += "2";
    last.set_value();
  });
  ASSERT_TRUE(pool.resume([&] { order += "a"; }));
  ASSERT_TRUE(pool.resume([&] { order += "b"; }));
  gate.open();
  last.get_future().wait();
  EXPECT_EQ(order, "ab12");
}

TEST(WorkerPool, RefusesWhatIsTooMuchAndWhatComesTooLate) {
  WorkerPool pool(1, 1);
  Gate gate;
  std::promise<void> begun;
  submit(pool, [&] {
    begun.set_value();
    gate.wait();
  });
  begun.get_future().wait();
  EXPECT_TRUE(pool.submit([] {}, 1));
  EXPECT_FALSE(pool.submit([] {}, 1));
  gate.open();
  pool.stop();
  EXPECT_FALSE(pool.submit([] {}, kNoLimit));
  EXPECT_FALSE(pool.resume([] {}));
}

TEST(WorkerPool, StopsWhileJobsWaitInTheQueueAndWithin) {
  auto dropped = std::make_shared<int>(0);
  {
    WorkerPool pool(2, 1);
    Gate gate;
    std::promise<void> begun;
    submit(pool, [&] {
      const base::Blocking waiting;
      begun.set_value();
      gate.wait();
    });
    begun.get_future().wait();
    std::thread opener([&] { gate.open(); });
    for (int i = 0; i < 10; ++i) static_cast<void>(pool.submit([dropped] {}, kNoLimit));
    pool.stop();
    opener.join();
  }
  EXPECT_EQ(dropped.use_count(), 1);
}

}  // namespace
}  // namespace livecert::net
