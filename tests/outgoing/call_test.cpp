#include "outgoing/call.h"

#include <gtest/gtest.h>

namespace livecert::outgoing::test {
namespace {

TEST(HostOf, ShowsTheHostAndNothingThatMayBeASecret) {
  EXPECT_EQ(host_of("https://hooks.example.com/services/T0/secret?token=1#x"), "hooks.example.com");
  EXPECT_EQ(host_of("https://hooks.example.com:8443?token=1"), "hooks.example.com:8443");
  EXPECT_EQ(host_of("https://user:pass@word@hooks.example.com/"), "hooks.example.com");
  EXPECT_EQ(host_of("smtp://[2001:db8::1]:587"), "[2001:db8::1]:587");
}

TEST(HostOf, ShowsNothingOfWhatIsNoAddress) {
  for (const char* text : {"", "secret", "https://", "https:///secret", "https://secret@"}) {
    EXPECT_EQ(host_of(text), "?") << text;
  }
}

}  // namespace
}  // namespace livecert::outgoing::test
