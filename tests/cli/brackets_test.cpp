#include "cli/brackets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Brackets : public testing::Test {
 protected:
  Brackets() {
    command = root.add_subcommand("add");
    command->add_option("paths", paths);
    command->add_option("--tag", tags);
    command->add_option("--name", name);
    command->add_option("--count", count);
    keep_brackets(root);
  }
  void parse(const std::vector<std::string>& words) { root.parse(mark_brackets(words)); }

  CLI::App root;
  CLI::App* command = nullptr;
  std::vector<std::string> paths;
  std::vector<std::string> tags;
  std::string name;
  int count = 0;
};

TEST_F(Brackets, AValueInBracketsArrivesWhole) {
  parse({"add", "[a,b].pem", "[c,d]", "[]", "--tag", "[x,y]", "--tag=[p,q]", "--name", "[one,two]"});
  EXPECT_THAT(paths, ElementsAre("[a,b].pem", "[c,d]", "[]"));
  EXPECT_THAT(tags, ElementsAre("[x,y]", "[p,q]"));
  EXPECT_EQ(name, "[one,two]");
}

TEST_F(Brackets, OtherValuesAreWhatTheyWere) {
  parse({"add", "a,b", "[c", "--tag", "k=[v]", "--tag=e=[f]", "--name=x]", "--count", "3"});
  EXPECT_THAT(paths, ElementsAre("a,b", "[c"));
  EXPECT_THAT(tags, ElementsAre("k=[v]", "e=[f]"));
  EXPECT_EQ(name, "x]");
  EXPECT_EQ(count, 3);
}

TEST_F(Brackets, ARefusalNamesTheValueAsItWasTyped) {
  try {
    parse({"add", "--count", "[1,2]"});
    FAIL() << "it is no number";
  } catch (const CLI::ParseError& error) {
    const std::string told = without_marks(error.what());
    EXPECT_THAT(told, HasSubstr("[1,2]"));
    EXPECT_THAT(told, Not(HasSubstr("\x1f")));
  }
}

}  // namespace
}  // namespace livecert::cli
