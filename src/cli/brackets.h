#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

// The parser takes a value such as [a,b] of an option that may be repeated for the list a, b. Names, paths and tags are
// anybody's text, so that values in brackets have to arrive whole.
namespace livecert::cli {

// Makes every option and argument below the root read what mark_brackets() marked. Call it when all commands are added.
void keep_brackets(CLI::App& root);

// The words after the program's name, with those values marked, in the order that CLI::App::parse() takes a list of
// words: the last one first.
[[nodiscard]] std::vector<std::string> mark_brackets(const std::vector<std::string>& words);

// The text without marks: what the parser says of a value that it refuses may repeat it.
[[nodiscard]] std::string without_marks(std::string text);

}  // namespace livecert::cli
