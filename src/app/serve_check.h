#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// What a look at a configuration's surroundings found.
struct CheckLine {
  enum class Grade : std::uint8_t {
    kGood,
    kWarning,  // the service starts, and something does not work or will have to be done
    kError,    // the service does not start, or an edge gets nothing
  };
  Grade grade = Grade::kGood;
  std::string text;  // a sentence, with the remedy where one is known
};

// Judges what `livecert serve` would meet, as the user that calls it: the data directory, the store's header, the
// master key, roots, each edge's folder and socket, and the addresses. Starts, makes and changes nothing; a service may
// run meanwhile. Asks each HAProxy for its version, and connects to each edge that has `listen`, for a second at most.
[[nodiscard]] std::vector<CheckLine> check_start(const Config& config);

// Prints the lines. 1 when one is an error, else 0.
[[nodiscard]] base::Result<int> check_and_print(const Config& config);

}  // namespace livecert::app
