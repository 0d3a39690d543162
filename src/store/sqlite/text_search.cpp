#include "store/sqlite/text_search.h"

namespace livecert::store::sqlite {

TextSearch::TextSearch(std::string_view part) : part_(part), border_(part.size(), 0) {
  for (std::size_t i = 1, matched = 0; i < part.size(); ++i) {
    while (matched > 0 && part[i] != part[matched]) matched = border_[matched - 1];
    if (part[i] == part[matched]) ++matched;
    border_[i] = matched;
  }
}

}  // namespace livecert::store::sqlite
