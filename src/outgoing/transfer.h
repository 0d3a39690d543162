#pragma once

#include <chrono>

#include "outgoing/wire.h"

// Requests as libcurl makes them, in the process that calls this. The serving process never does: see process.h.
namespace livecert::outgoing {

// Blocks until the answer is there or its time is over. Callable from many threads at once.
[[nodiscard]] Reply perform(const Ordered& ordered);

// The same for one GET, in the form that a Fetcher takes: for tests and programs without keys.
[[nodiscard]] base::Result<Fetched> fetch_here(const Fetch& fetch);

}  // namespace livecert::outgoing
