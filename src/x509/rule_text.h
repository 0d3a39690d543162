#pragma once

#include <string>
#include <vector>

namespace livecert::x509 {

// "a, b and 3 more", with what is not printable ASCII shown as '?' and long entries cut: the names are a stranger's.
[[nodiscard]] std::string list_some(const std::vector<std::string>& names);

}  // namespace livecert::x509
