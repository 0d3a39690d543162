#include "net/worker_pool.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/blocking.h"

namespace livecert::net {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// Something that a job or a test can wait for. Unlike a promise, it may go as soon as the wait has ended: open() is
// done with it by then.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    opened_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
};

// A job that only ever runs.
WorkerPool::Job job_of(std::function<void()> work) {
  return [work = std::move(work)](WorkerPool::Turn turn) {
    EXPECT_EQ(turn, WorkerPool::Turn::kRun);
    work();
  };
}

WorkerPool::LinePtr new_line() {
  return std::make_shared<WorkerPool::Line>();
}

void submit(WorkerPool& pool, std::function<void()> work) {
  static const WorkerPool::LinePtr kLine = new_line();
  ASSERT_TRUE(pool.submit(kLine, job_of(std::move(work)), kNoLimit));
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
  Gate both;
  std::atomic<int> waiting = 0;
  for (int i = 0; i < 2; ++i) {
    submit(pool, [&] {
      const base::Blocking blocking;
      const base::Blocking within;  // counts once
      if (++waiting == 2) both.open();
      gate.wait();
    });
  }
  both.wait();
  Gate third;
  submit(pool, [&] { third.open(); });
  third.wait();
  gate.open();
}

TEST(WorkerPool, AJobThatDoesNotSayThatItWaitsKeepsItsPlace) {
  WorkerPool pool(4, 1);
  Gate gate;
  Gate begun;
  std::atomic<bool> overtaken = false;
  Gate second;
  submit(pool, [&] {
    begun.open();
    gate.wait();
    EXPECT_FALSE(overtaken);
  });
  submit(pool, [&] {
    overtaken = true;
    second.open();
  });
  begun.wait();
  gate.open();
  second.wait();
}

// Waits begin and end in every order; no job is left behind while all workers sleep.
TEST(WorkerPool, LosesNoJobHoweverWaitsAndJobsMeet) {
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    WorkerPool pool(4, 1 + static_cast<unsigned>(round % 3));
    constexpr int kJobs = 24;
    std::atomic<int> left = kJobs;
    Gate all;
    for (int i = 0; i < kJobs; ++i) {
      submit(pool, [&, i] {
        if (i % 2 == 0) {
          const base::Blocking waiting;
          std::this_thread::yield();
        }
        if (--left == 0) all.open();
      });
    }
    all.wait();
  }
}

TEST(WorkerPool, TheThreadThatSleptLeastIsWokenFirst) {
  WorkerPool pool(16, 2);
  std::set<std::thread::id> threads;
  for (int i = 0; i < 100; ++i) {
    std::thread::id worker;
    Gate ran;
    submit(pool, [&] {
      worker = std::this_thread::get_id();
      ran.open();
    });
    ran.wait();
    threads.insert(worker);
  }
  // One worker is woken; while it falls asleep again, the one above it may be woken.
  EXPECT_LE(threads.size(), 3U);
}

// The only worker of a pool is held up until go(); then the jobs tell the order in which they ran.
class Queue {
 public:
  Queue() {
    submit(pool_, [this] {
      begun_.open();
      gate_.wait();
    });
    begun_.wait();
  }
  WorkerPool& pool() { return pool_; }
  // Writes the character when it runs, and the character in parentheses when it is crowded out.
  WorkerPool::Job write(char c) {
    ++jobs_;
    return [this, c](WorkerPool::Turn turn) {
      order_ += turn == WorkerPool::Turn::kRun ? std::string(1, c) : '(' + std::string(1, c) + ')';
      if (--jobs_ == 0) done_.open();
    };
  }
  std::string go() {
    gate_.open();
    done_.wait();
    return order_;
  }

 private:
  Gate gate_;
  Gate begun_;
  Gate done_;
  std::atomic<int> jobs_ = 0;
  std::string order_;
  WorkerPool pool_{1, 1};
};

TEST(WorkerPool, WhatHasBegunGoesBeforeWhatHasNot) {
  Queue queue;
  const auto line = new_line();
  ASSERT_TRUE(queue.pool().submit(line, queue.write('1'), kNoLimit));
  ASSERT_TRUE(queue.pool().submit(line, queue.write('2'), kNoLimit));
  ASSERT_TRUE(queue.pool().resume(line, queue.write('a')));
  ASSERT_TRUE(queue.pool().resume(line, queue.write('b')));
  EXPECT_EQ(queue.go(), "ab12");
}

// No line waits for another's many jobs, whether these have begun or not.
TEST(WorkerPool, LinesTakeTurns) {
  Queue queue;
  const auto many = new_line();
  const auto begun = new_line();
  const auto few = new_line();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(queue.pool().submit(many, queue.write('m'), kNoLimit));
    ASSERT_TRUE(queue.pool().resume(begun, queue.write('b')));
  }
  ASSERT_TRUE(queue.pool().submit(few, queue.write('f'), kNoLimit));
  ASSERT_TRUE(queue.pool().submit(few, queue.write('f'), kNoLimit));
  EXPECT_EQ(queue.go(), "mbfmbfmbmbmb");
}

// A line that was empty gets its turn after the lines that wait, and only one turn at once.
TEST(WorkerPool, ALineThatComesBackHasOneTurnLikeTheOthers) {
  WorkerPool pool(1, 1);
  const auto a = new_line();
  const auto b = new_line();
  std::string order;
  Gate done;
  Gate gate;
  submit(pool, [&] { gate.wait(); });
  ASSERT_TRUE(pool.submit(a, job_of([&] {
                            order += 'a';
                            static_cast<void>(pool.submit(a, job_of([&] { order += 'A'; }), kNoLimit));
                            static_cast<void>(pool.submit(a, job_of([&] { done.open(); }), kNoLimit));
                          }),
                          kNoLimit));
  ASSERT_TRUE(pool.submit(b, job_of([&] { order += 'b'; }), kNoLimit));
  ASSERT_TRUE(pool.submit(b, job_of([&] { order += 'B'; }), kNoLimit));
  gate.open();
  done.wait();
  EXPECT_EQ(order, "abAB");
}

TEST(WorkerPool, AFullQueueTakesAJobFromTheLongestLineForOneOfAShorter) {
  Queue queue;
  const auto many = new_line();
  const auto few = new_line();
  const auto other = new_line();
  for (const char c : {'1', '2', '3'}) ASSERT_TRUE(queue.pool().submit(many, queue.write(c), 3));
  EXPECT_FALSE(queue.pool().submit(many, job_of([] {}), 3)) << "its own line is the longest";
  EXPECT_TRUE(queue.pool().submit(few, queue.write('x'), 3));
  EXPECT_FALSE(queue.pool().submit(many, job_of([] {}), 3));
  EXPECT_TRUE(queue.pool().submit(other, queue.write('y'), 3)) << "at the cost of the longest again";
  EXPECT_FALSE(queue.pool().submit(few, job_of([] {}), 3)) << "all are as long as this one";
  EXPECT_EQ(queue.go(), "(3)(2)1xy");
}

TEST(WorkerPool, RefusesWhatIsTooMuchAndWhatComesTooLate) {
  WorkerPool pool(1, 1);
  const auto line = new_line();
  Gate gate;
  Gate begun;
  submit(pool, [&] {
    begun.open();
    gate.wait();
  });
  begun.wait();
  EXPECT_TRUE(pool.submit(line, job_of([] {}), 1));
  EXPECT_FALSE(pool.submit(line, job_of([] {}), 1));
  gate.open();
  pool.stop();
  EXPECT_FALSE(pool.submit(line, job_of([] {}), kNoLimit));
  EXPECT_FALSE(pool.resume(line, job_of([] {})));
}

TEST(WorkerPool, StopsWhileJobsWaitInTheQueueAndWithin) {
  auto dropped = std::make_shared<int>(0);
  const auto line = new_line();
  {
    WorkerPool pool(2, 1);
    Gate gate;
    Gate begun;
    submit(pool, [&] {
      const base::Blocking waiting;
      begun.open();
      gate.wait();
    });
    begun.wait();
    std::thread opener([&] { gate.open(); });
    for (int i = 0; i < 10; ++i) static_cast<void>(pool.submit(line, job_of([dropped] {}), kNoLimit));
    pool.stop();
    opener.join();
  }
  EXPECT_EQ(dropped.use_count(), 1);
}

}  // namespace
}  // namespace livecert::net
