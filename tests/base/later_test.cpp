#include "base/later.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/result.h"

namespace livecert::base {
namespace {

// Brings values when a test says so.
template <typename T>
class Source {
 public:
  [[nodiscard]] Later<T> later() {
    return Later<T>::brought_by([this](typename Later<T>::Receiver to) { receiver_ = std::move(to); });
  }
  [[nodiscard]] bool has_begun() const { return receiver_.has_value(); }
  void bring(T value) { std::move (*std::exchange(receiver_, std::nullopt))(std::move(value)); }
  void drop() { receiver_.reset(); }

 private:
  std::optional<typename Later<T>::Receiver> receiver_;
};

TEST(Later, AValueThatIsHereIsChangedAtOnceAndStartedWithoutWaiting) {
  bool changed = false;
  Later<std::string> text = Later<int>(4).then([&](int number) {
    changed = true;
    return std::to_string(number);
  });
  EXPECT_TRUE(changed);
  EXPECT_TRUE(text.is_here());
  std::string got;
  std::move(text).start([&](std::string value) { got = std::move(value); });
  EXPECT_EQ(got, "4");
}

TEST(Later, AValueThatComesIsChangedWhenItComes) {
  Source<int> source;
  std::string got;
  Later<std::string> text = source.later().then([](int number) { return number + 1; }).then([](int number) {
    return std::to_string(number);
  });
  EXPECT_FALSE(text.is_here());
  EXPECT_FALSE(source.has_begun()) << "nothing begins before start()";
  std::move(text).start([&](std::string value) { got = std::move(value); });
  ASSERT_TRUE(source.has_begun());
  EXPECT_EQ(got, "");
  source.bring(4);
  EXPECT_EQ(got, "5");
}

TEST(Later, AValueThatComesWhileItIsStartedArrivesToo) {
  auto later = Later<int>::brought_by([](Later<int>::Receiver to) { std::move(to)(4); });
  int got = 0;
  std::move(later).start([&](int value) { got = value; });
  EXPECT_EQ(got, 4);
}

TEST(Later, IsMadeByStartOfAValueOrOfWhatBringsOne) {
  int made = 0;
  auto here = Later<int>::made_by([&] { return ++made; });
  EXPECT_EQ(made, 0);
  EXPECT_EQ(std::move(here).wait(), 1);

  Source<int> source;
  auto comes = Later<int>::made_by([&] { return source.later(); });
  EXPECT_FALSE(source.has_begun());
  int got = 0;
  std::move(comes).start([&](int value) { got = value; });
  source.bring(7);
  EXPECT_EQ(got, 7);
}

TEST(Later, EverythingAfterTheValueRunsInOneTaskWhereItWasAskedFor) {
  std::deque<Once<>> tasks;
  const auto post = [&](Once<> task) { tasks.push_back(std::move(task)); };
  Source<int> source;
  int changes = 0;
  std::optional<int> got;
  // Through a Later that is made of another, too.
  auto later = Later<int>::made_by([&] {
                 return source.later().then([&](int number) {
                   ++changes;
                   return 2 * number;
                 });
               }).then([&](int number) {
    ++changes;
    return number + 1;
  });
  std::move(later).start({[&](int value) { got = value; }, post});
  source.bring(4);
  EXPECT_EQ(changes, 0);
  ASSERT_EQ(tasks.size(), 1U);
  std::move(tasks.front())();
  EXPECT_EQ(changes, 2);
  EXPECT_EQ(got, 9);

  tasks.clear();
  Later<int>(1).start({[&](int value) { got = value; }, post});
  EXPECT_EQ(got, 9) << "what is here is posted as well";
  std::move(tasks.front())();
  EXPECT_EQ(got, 1);
}

TEST(Later, AThreadWaitsForWhatAnotherOneBrings) {
  std::thread other;
  auto later = Later<int>::brought_by([&](Later<int>::Receiver to) {
    other = std::thread([to = std::move(to)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      std::move(to)(4);
    });
  });
  EXPECT_EQ(std::move(later).then([](int number) { return number + 1; }).wait(), 5);
  other.join();
}

TEST(Later, SaysThatItBlocksWhileItWaits) {
  struct Counter final : Blocking::Observer {
    void wait_begins() override { ++begun; }
    void wait_ends() override { ++ended; }
    int begun = 0;
    int ended = 0;
  } counter;
  Blocking::observe_this_thread(&counter);
  EXPECT_EQ(Later<int>(3).wait(), 3);
  EXPECT_EQ(counter.begun, 0) << "it was here";
  int begun = 0;
  auto later = Later<int>::brought_by([&](Later<int>::Receiver to) {
    begun = counter.begun;
    std::move(to)(4);
  });
  EXPECT_EQ(std::move(later).wait(), 4);
  Blocking::observe_this_thread(nullptr);
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(counter.ended, 1);
}

TEST(Later, WhatIsDroppedUnstartedNeverBegins) {
  Source<int> source;
  auto owned = std::make_shared<int>(1);
  {
    const auto later = source.later().then([owned](int number) { return number; });
    EXPECT_EQ(owned.use_count(), 2);
  }
  EXPECT_FALSE(source.has_begun());
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(Later, WithoutAValueNothingIsCalledAndAllIsReleased) {
  Source<int> source;
  auto owned = std::make_shared<int>(1);
  int calls = 0;
  source.later()
      .then([owned, &calls](int number) {
        ++calls;
        return number;
      })
      .start([owned, &calls](int) { ++calls; });
  EXPECT_EQ(owned.use_count(), 3);
  source.drop();
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(LaterDeathTest, ToWaitForAValueThatNeverComesEndsTheProgram) {
  EXPECT_DEATH(static_cast<void>(Later<int>::brought_by([](Later<int>::Receiver) {}).wait()), "");
}

TEST(Later, CarriesWhatCannotBeCopiedAndAnErrorInPlaceOfAResult) {
  auto later = Later<std::unique_ptr<int>>::brought_by(
      [own = std::make_unique<int>(4)](auto to) mutable { std::move(to)(std::move(own)); });
  EXPECT_EQ(*std::move(later).wait(), 4);
  const auto fails = []() -> Later<Result<int>> { return Error{ErrorCode::kNotFound, ""}; };
  EXPECT_EQ(fails().wait().error().code, ErrorCode::kNotFound);
}

TEST(Once, OwnsWhatCannotBeCopiedAndReleasesItWithTheCall) {
  auto owned = std::make_shared<int>(1);
  int got = 0;
  Once<int> once = [own = std::make_unique<int>(2), owned, &got](int number) { got = *own + number; };
  EXPECT_TRUE(once);
  std::move(once)(3);
  EXPECT_EQ(got, 5);
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace livecert::base
