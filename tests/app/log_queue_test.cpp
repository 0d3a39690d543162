#include "app/log_queue.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/owned_descriptor.h"
#include "support/temporary_directory.h"

namespace livecert::app {
namespace {

using namespace std::chrono_literals;
using Rank = LogQueue::Rank;
using testing::Contains;
using testing::ElementsAre;

constexpr auto kLong = 20s;  // ends only a test that fails

LogQueue::Options small(std::size_t bytes = 4000) {
  LogQueue::Options options;
  options.bytes = bytes;
  options.line_bytes = 1000;
  options.pause = 1ms;
  options.retry_pause = 1ms;
  options.tell_dropped = [](std::uint64_t count) { return "dropped " + std::to_string(count) + "\n"; };
  return options;
}

class LogQueueTest : public testing::Test {
 protected:
  LogQueueTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    out.emplace(ends[0]);
    in.emplace(ends[1]);
  }

  // Writes lines "filler" until the pipe is full: from then on no line gets through before the pipe is read.
  void fill_pipe() const {
    EXPECT_EQ(::fcntl(in->get(), F_SETFL, O_NONBLOCK), 0);
    while (::write(in->get(), "filler\n", 7) == 7) {
    }
    EXPECT_EQ(::fcntl(in->get(), F_SETFL, 0), 0);
  }

  // Reads until this line has come; fillers are left out.
  [[nodiscard]] std::vector<std::string> read_until(const std::string& last) {
    std::vector<std::string> lines;
    std::string line;
    for (char c = 0; (lines.empty() || lines.back() != last) && ::read(out->get(), &c, 1) == 1;) {
      if (c != '\n') {
        line += c;
      } else if (line == "filler") {
        line.clear();
      } else {
        lines.push_back(std::exchange(line, {}));
      }
    }
    return lines;
  }

  std::optional<base::OwnedDescriptor> out;
  std::optional<base::OwnedDescriptor> in;
};

void push_numbers(LogQueue& queue, int count) {
  for (int i = 0; i < count; ++i) queue.push(std::to_string(i) + "\n", Rank::kOrdinary);
}

// Returns the number in a notice; 0 for another line.
int dropped(const std::string& line) {
  return line.starts_with("dropped ") ? std::stoi(line.substr(8)) : 0;
}

TEST_F(LogQueueTest, WritesLinesInTheOrderTheyCame) {
  LogQueue queue(in->get(), small());
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    expected.push_back("line " + std::to_string(i));
    queue.push(expected.back() + "\n", i % 7 == 0 ? Rank::kImportant : Rank::kOrdinary);
  }
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(read_until("line 99"), expected);
}

TEST_F(LogQueueTest, KeepsTheOrderOfEachThread) {
  constexpr int kLines = 2000;
  LogQueue queue(in->get(), small(1 << 20));
  {
    std::vector<std::jthread> threads;
    for (const std::string name : {"a", "b", "c"}) {
      threads.emplace_back([&queue, name] {
        for (int i = 0; i < kLines; ++i) queue.push(name + std::to_string(i) + "\n", Rank::kOrdinary);
      });
    }
  }
  queue.push("last\n", Rank::kOrdinary);
  std::map<char, int> next;
  for (const std::string& line : read_until("last")) {
    if (line == "last") continue;
    EXPECT_EQ(std::stoi(line.substr(1)), next[line[0]]++);
  }
  EXPECT_EQ(next, (std::map<char, int>{{'a', kLines}, {'b', kLines}, {'c', kLines}}));
}

TEST_F(LogQueueTest, DropsWhatDoesNotFitWhileNobodyReadsAndTellsHowManyInTheirPlace) {
  constexpr int kLines = 50'000;  // many times what the queue takes
  fill_pipe();
  LogQueue queue(in->get(), small());
  push_numbers(queue, kLines);
  EXPECT_FALSE(queue.flush(10ms)) << "nobody has read";
  std::thread writer([&] {
    EXPECT_TRUE(queue.flush(kLong));
    queue.push("last\n", Rank::kOrdinary);
  });
  int expected = 0;
  int told = 0;
  for (const std::string& line : read_until("last")) {
    if (line == "last") continue;
    told += dropped(line);
    if (dropped(line) > 0) {
      expected += dropped(line);
    } else {
      EXPECT_EQ(line, std::to_string(expected++));
    }
  }
  writer.join();
  EXPECT_EQ(expected, kLines);
  EXPECT_GT(told, kLines / 2);
  EXPECT_EQ(queue.dropped(), static_cast<std::uint64_t>(told)) << "the counter says what the lines say";
}

TEST_F(LogQueueTest, KeepsRoomForImportantLines) {
  fill_pipe();
  LogQueue queue(in->get(), small());
  push_numbers(queue, 50'000);
  for (int i = 0; i < 3; ++i) queue.push("important " + std::to_string(i) + "\n", Rank::kImportant);
  EXPECT_FALSE(queue.flush(10ms)) << "nobody has read";
  std::thread writer([&] {
    EXPECT_TRUE(queue.flush(kLong));
    queue.push("last\n", Rank::kOrdinary);
  });
  const std::vector<std::string> lines = read_until("last");
  writer.join();
  for (int i = 0; i < 3; ++i) EXPECT_THAT(lines, Contains("important " + std::to_string(i)));
}

TEST_F(LogQueueTest, DropsImportantLinesTooWhenItIsFull) {
  constexpr int kLines = 50'000;
  LogQueue queue(in->get(), small());
  for (int i = 0; i < kLines; ++i) queue.push("x\n", Rank::kImportant);
  std::thread writer([&] {
    EXPECT_TRUE(queue.flush(kLong));
    queue.push("last\n", Rank::kOrdinary);
  });
  int sum = 0;
  for (const std::string& line : read_until("last")) sum += line == "x" ? 1 : dropped(line);
  writer.join();
  EXPECT_EQ(sum, kLines);
}

TEST_F(LogQueueTest, IsGivenUpAfterAMomentWhenItEndsWhileNobodyReads) {
  fill_pipe();
  const auto start = std::chrono::steady_clock::now();
  {
    LogQueue queue(in->get(), small());
    push_numbers(queue, 50'000);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kLong);
}

TEST_F(LogQueueTest, WritesWhatIsLeftWhenItEnds) {
  {
    LogQueue queue(in->get(), small());
    queue.push("first\n", Rank::kOrdinary);
    queue.push("last\n", Rank::kOrdinary);
  }
  EXPECT_THAT(read_until("last"), ElementsAre("first", "last"));
}

TEST_F(LogQueueTest, GoesOnWhenTheReaderIsGoneAndTellsTheNextOneWhatItMissed) {
  const test::TemporaryDirectory directory;
  const std::string fifo = directory.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  out.emplace(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  in.emplace(::open(fifo.c_str(), O_WRONLY | O_CLOEXEC));
  LogQueue queue(in->get(), small());
  queue.push("read\n", Rank::kOrdinary);
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_THAT(read_until("read"), ElementsAre("read"));
  out.reset();
  for (int i = 0; i < 2; ++i) {
    queue.push("lost\n", Rank::kOrdinary);
    EXPECT_TRUE(queue.flush(kLong)) << "given up";
  }
  out.emplace(::open(fifo.c_str(), O_RDONLY | O_CLOEXEC));
  queue.push("last\n", Rank::kOrdinary);
  EXPECT_THAT(read_until("last"), ElementsAre("dropped 2", "last"));
}

TEST_F(LogQueueTest, GoesOnWhenTheDiskIsFull) {
  const base::OwnedDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  LogQueue queue(full.get(), small());
  push_numbers(queue, 50'000);
  EXPECT_TRUE(queue.flush(kLong));
}

// A shell or another program may have made the pipe or terminal so, for all programs that share it.
TEST_F(LogQueueTest, WritesWholeLinesToADescriptorThatDoesNotBlock) {
  constexpr int kLines = 50'000;
  ASSERT_EQ(::fcntl(in->get(), F_SETFL, O_NONBLOCK), 0);
  LogQueue queue(in->get(), small(1 << 20));
  push_numbers(queue, kLines);
  queue.push("last\n", Rank::kOrdinary);
  const std::vector<std::string> lines = read_until("last");
  ASSERT_EQ(lines.size(), kLines + 1U);
  for (int i = 0; i < kLines; ++i) EXPECT_EQ(lines[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(LogQueueTest, CutsALineThatIsTooLong) {
  LogQueue queue(in->get(), small());
  queue.push(std::string(1500, 'x') + "\n", Rank::kOrdinary);
  queue.push("last\n", Rank::kOrdinary);
  EXPECT_THAT(read_until("last"), ElementsAre(std::string(1000, 'x') + "… (500 more bytes)", "last"));
}

TEST(Shortened, KeepsTheBeginningAndNoHalfCharacter) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdef", 4), "abcd… (2 more bytes)");
  EXPECT_EQ(shortened("域名", 4), "域… (3 more bytes)");
  EXPECT_EQ(shortened("域名", 3), "域… (3 more bytes)");
  EXPECT_EQ(shortened("\x80\x80\x80", 2), "… (3 more bytes)");
}

}  // namespace
}  // namespace livecert::app
