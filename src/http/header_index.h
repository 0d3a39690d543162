#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace livecert::http {

// The fields of a request, sorted by name once, so that as many look-ups as there are fields cost n log n comparisons
// and not n². Refers to the Headers, which must outlive it.
class HeaderIndex {
 public:
  explicit HeaderIndex(const Headers& headers);

  struct Found {
    std::size_t count = 0;
    std::string_view value;  // the first value; empty if there is none
  };
  // `name` in lower case.
  [[nodiscard]] Found find(std::string_view name) const;

 private:
  struct Entry {
    std::string name;  // in lower case
    std::string_view value;
  };
  std::vector<Entry> entries_;  // those of one name in the order received
};

}  // namespace livecert::http
