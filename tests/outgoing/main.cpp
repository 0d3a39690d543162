#include <string_view>

#include <gtest/gtest.h>

#include "outgoing/answer_requests.h"

// The tests, and with one word the process for outgoing calls that they start, as in the program itself.
int main(int argc, char** argv) {
  using namespace livecert;
  if (argc == 2 && std::string_view(argv[1]) == outgoing::kCommand) outgoing::answer_requests();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
