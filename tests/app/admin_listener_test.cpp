#include "app/admin_listener.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "app/health_door.h"
#include "app/metrics_door.h"
#include "support/child_process.h"

namespace livecert::app {
namespace {

// A source that waits until it is let go, as a store does that cannot be read.
class StuckSource {
 public:
  metrics::Families collect() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_free_; });
    return {};
  }
  void wait_for(int scrapes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ == scrapes; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    is_free_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool is_free_ = false;
};

TEST(AdminListener, AnswersHealthAtOnceWhateverScrapesDo) {
  const base::SystemClock clock;
  const service::Readiness readiness(clock);
  HealthDoor health(readiness);
  StuckSource stuck;
  MetricsDoor metrics({[&stuck] { return stuck.collect(); }});
  const std::vector<http::Route> doors{{kLivePath, health, http::From::kAnywhere},
                                       {kReadyPath, health, http::From::kAnywhere},
                                       {kMetricsPath, metrics, http::From::kAnywhere}};
  auto listener = AdminListener::start({"127.0.0.1", 0}, doors, clock);
  ASSERT_TRUE(listener) << listener.error().message;
  const std::string url = "http://" + (*listener)->address().to_string();
  const auto ask = [&](std::string_view path, const char* seconds) {
    return test::run_command(
               {"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", seconds, url + std::string(path)})
        .output;
  };
  std::vector<std::string> answers(kScrapesAtOnce);
  std::vector<std::jthread> scrapes;
  for (std::string& answer : answers) scrapes.emplace_back([&] { answer = ask(kMetricsPath, "60"); });
  stuck.wait_for(kScrapesAtOnce);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(kMetricsPath, "5"), "503") << "it is not kept waiting";
    EXPECT_EQ(ask(kLivePath, "5"), "200");
    EXPECT_EQ(ask(kReadyPath, "5"), "200");
  }
  stuck.let_go();
  scrapes.clear();
  // 504 where the questions above took longer than an answer may.
  for (const std::string& answer : answers) EXPECT_TRUE(answer == "200" || answer == "504") << answer;
  EXPECT_EQ(ask(kMetricsPath, "60"), "200") << "the others are over";
}

}  // namespace
}  // namespace livecert::app
