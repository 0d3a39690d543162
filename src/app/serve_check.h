#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// A result of the check of a configuration and its surroundings.
struct CheckLine {
  enum class Grade : std::uint8_t {
    kGood,
    kWarning,  // the service starts, but something does not work or needs action
    kError,    // the service does not start, or an edge gets nothing
  };
  Grade grade = Grade::kGood;
  std::string text;  // a sentence, with the remedy if one is known
};

// Judges the conditions for `livecert serve`, as the calling user: the data directory, the store's header, the master
// key, roots, each edge's folder and socket, and the addresses. Starts, makes and changes nothing; a service may run
// meanwhile. Asks each HAProxy for its version, and connects to each edge that has `listen`, for a second at most.
[[nodiscard]] std::vector<CheckLine> check_start(const Config& config);

// Prints the lines. 1 when one is an error, else 0.
[[nodiscard]] base::Result<int> check_and_print(const Config& config);

}  // namespace livecert::app
