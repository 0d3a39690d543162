#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "api/action.h"
#include "cli/backend_options.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/commands.h"
#include "cli/session.h"

// What a shell may complete a word to: names that only the service knows.
namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMost = 500;  // more than a person reads

struct WordsArguments {
  BackendOptions backend;
  std::string kind;
  std::string begin;
};

// A shell splits at blanks and expands what it takes for its own, so only plain words are offered.
bool is_plain(const std::string& word) {
  return !word.empty() &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@+%:/") ==
             std::string::npos;
}

void print_members(const json::array& items, std::string_view member) {
  for (const json::value& item : items) {
    const std::string word = text_of(item, member);
    if (is_plain(word)) std::cout << word << "\n";
  }
}

// Names first; a ChainID only for who has begun to type one.
base::Result<void> print_chains(Session& session, const std::string& begin) {
  JsonWriter by_name;
  by_name.text("CertName", begin).number("PageNum", 1).number("PageSize", kMost);
  TRY_ASSIGN(const json::value named, session.call("ListCerts", by_name.finish()));
  print_members(items_of(named, "CertList"), "CertName");
  if (begin.size() < 4) return {};
  JsonWriter by_id;
  by_id.text("ChainIDPrefix", begin).number("PageNum", 1).number("PageSize", kMost);
  const auto found = session.call("ListCerts", by_id.finish());
  if (found) print_members(items_of(*found, "CertList"), "ChainID");
  return {};
}

base::Result<int> words(const WordsArguments& arguments) {
  if (arguments.kind == "actions") {
    for (const api::Action& action : api::actions()) std::cout << action.name << "\n";
    return 0;
  }
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  if (arguments.kind == "chains") {
    TRY(print_chains(session, arguments.begin));
  } else if (arguments.kind == "domains") {
    TRY_ASSIGN(const json::value found,
               session.call("ListDomains", JsonWriter().number("PageNum", 1).number("PageSize", kMost).finish()));
    print_members(items_of(found, "DomainList"), "Domain");
  } else if (arguments.kind == "edges") {
    TRY_ASSIGN(const json::value found, session.call("ListEdges", JsonWriter().finish()));
    print_members(items_of(found, "EdgeList"), "Name");
  } else {
    TRY_ASSIGN(const json::value found, session.call("ListAccounts", JsonWriter().finish()));
    print_members(items_of(found, "AccountList"), "AccountId");
  }
  return 0;
}

}  // namespace

void add_words_command(CLI::App& root, Command& chosen) {
  const auto arguments = std::make_shared<WordsArguments>();
  CLI::App* command = root.add_subcommand("words", "What a shell completes a word to");
  command->group("");
  arguments->backend.add_to(*command);
  command->add_option("kind", arguments->kind)
      ->required()
      ->check(CLI::IsMember({"chains", "domains", "edges", "accounts", "actions"}));
  command->add_option("begin", arguments->begin);
  // Whatever fails, the shell gets nothing and the person's line stays whole.
  command->callback([arguments, &chosen] {
    chosen = [arguments]() -> base::Result<int> {
      const auto done = words(*arguments);
      return done ? *done : 0;
    };
  });
}

}  // namespace livecert::cli
