#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

// What a person is told whose command line cannot be used.
namespace livecert::cli {

// The exit status of a command line that cannot be used (EX_USAGE of sysexits.h). No command gives it another meaning.
inline constexpr int kUsageStatus = 64;

// Puts the parser's own words in the help of every command into the chosen language. Call it when all commands are
// added.
void translate_help(CLI::App& root);

// Whether --json is among the words, so that an error is printed as JSON too.
[[nodiscard]] bool wants_json(int argc, const char* const* argv);

// The candidate that a mistyped word most likely means: the one with the fewest inserted, removed, exchanged and
// swapped characters, if those are at most a third of the word, or the only one that begins with the word. Empty
// otherwise.
[[nodiscard]] std::string closest(std::string_view word, const std::vector<std::string>& candidates);

// Says in the chosen language what is wrong with the words after the program's name, and what to type instead: the word
// that is no command or option with the one that may be meant, the argument that is missing, or the parser's own
// sentence. Ends with the command that shows the help.
[[nodiscard]] std::string usage_error_text(const CLI::App& root, const std::vector<std::string>& words,
                                           const CLI::ParseError& error);

}  // namespace livecert::cli
