#include "app/stop_signals.h"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "app/log.h"

// Each test runs in a separate process, because signals are for a whole process.
namespace livecert::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 60s;  // ends only a test that fails

void send(int signal) {
  ::kill(::getpid(), signal);
}

void exit_when_asked() {
  start_log("info");
  StopSignals signals(kLong);
  send(SIGUSR1);
  send(SIGUSR2);
  send(SIGALRM);
  send(SIGTERM);
  if (signals.wait() != StopSignals::Asked::kStop) ::_exit(8);
  flush_log(kLong);
  ::_exit(7);
}

TEST(StopSignalsDeathTest, AskToStopAndOthersOnlyLeaveALine) {
  EXPECT_EXIT(exit_when_asked(), testing::ExitedWithCode(7), "SIGUSR1.*no effect(.|\n)*stopping at SIGTERM");
}

TEST(StopSignalsDeathTest, AskToReadTheConfigurationAgainUntilTheyAskToStop) {
  EXPECT_EXIT(
      {
        start_log("info");
        StopSignals signals(kLong);
        send(SIGHUP);
        if (signals.wait() != StopSignals::Asked::kReload) ::_exit(1);
        send(SIGHUP);
        if (signals.wait() != StopSignals::Asked::kReload) ::_exit(2);
        send(SIGTERM);
        if (signals.wait() != StopSignals::Asked::kStop) ::_exit(3);
        send(SIGHUP);
        if (signals.wait() != StopSignals::Asked::kStop) ::_exit(4);
        ::_exit(7);
      },
      testing::ExitedWithCode(7), "");
}

TEST(StopSignalsDeathTest, AskToStopByInterruptAndQuit) {
  for (const int signal : {SIGINT, SIGQUIT}) {
    EXPECT_EXIT(
        {
          start_log("info");
          StopSignals signals(kLong);
          send(signal);
          static_cast<void>(signals.wait());
          ::_exit(7);
        },
        testing::ExitedWithCode(7), "");
  }
}

// A request to stop that came before the program was ready is told at the first call.
TEST(StopSignalsDeathTest, EndTheProcessWhenStoppingHangs) {
  EXPECT_EXIT(
      {
        start_log("info");
        StopSignals signals(10ms);
        send(SIGTERM);
        std::this_thread::sleep_for(kLong);
      },
      testing::ExitedWithCode(EXIT_FAILURE), "stopping takes too long");
}

TEST(StopSignalsDeathTest, EndTheProcessAtOnceWhenTheSameComesAgain) {
  EXPECT_EXIT(
      {
        start_log("info");
        StopSignals signals(kLong);
        send(SIGTERM);
        static_cast<void>(signals.wait());
        send(SIGTERM);
        std::this_thread::sleep_for(kLong);
      },
      testing::KilledBySignal(SIGTERM), "");
}

// Ctrl-C reaches a program and its parent, which asks the program too.
TEST(StopSignalsDeathTest, DoNotEndTheProcessWhenAnotherAsksToo) {
  EXPECT_EXIT(
      {
        start_log("info");
        StopSignals signals(kLong);
        send(SIGINT);
        static_cast<void>(signals.wait());
        send(SIGTERM);
        std::this_thread::sleep_for(200ms);
        ::_exit(7);
      },
      testing::ExitedWithCode(7), "");
}

TEST(StopSignalsDeathTest, LetTheProcessEndByItself) {
  EXPECT_EXIT(
      {
        start_log("info");
        { StopSignals signals(kLong); }
        ::_exit(7);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace livecert::app
