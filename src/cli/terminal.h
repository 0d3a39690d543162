#pragma once

#include <cstddef>
#include <optional>

// What stands at the other end of the command's output.
namespace livecert::cli {

// The columns of the terminal that standard output goes to; nullopt if it goes elsewhere, where lines may be as long as
// they like.
[[nodiscard]] std::optional<std::size_t> terminal_width();

// Whether standard error goes to a terminal that a person watches.
[[nodiscard]] bool is_watched();

// Whether colours help: standard output is a terminal that is not "dumb", and NO_COLOR (no-color.org) is unset or
// empty.
[[nodiscard]] bool may_color();

}  // namespace livecert::cli
