#include "http/header_index.h"

#include <algorithm>

#include "base/bytes.h"

namespace livecert::http {

HeaderIndex::HeaderIndex(const Headers& headers) {
  entries_.reserve(headers.fields().size());
  for (const Header& header : headers.fields()) entries_.push_back({base::to_ascii_lower(header.name), header.value});
  std::ranges::stable_sort(entries_, {}, &Entry::name);
}

HeaderIndex::Found HeaderIndex::find(std::string_view name) const {
  const auto range =
      std::ranges::equal_range(entries_, name, {}, [](const Entry& e) -> std::string_view { return e.name; });
  if (range.empty()) return {};
  return {range.size(), range.front().value};
}

}  // namespace livecert::http
