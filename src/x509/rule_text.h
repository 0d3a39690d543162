#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace livecert::x509 {

// Shows characters other than printable ASCII as '?' and cuts long texts: the words come from a stranger's certificate.
[[nodiscard]] std::string to_shown(std::string_view text);
// The same for a list: "a", "b" and 3 more.
[[nodiscard]] std::string list_some(const std::vector<std::string>& names);

}  // namespace livecert::x509
