#include "store/postgres/statement_text.h"

#include <algorithm>

namespace livecert::store::postgres {

std::string to_postgres(std::string_view sql) {
  constexpr std::string_view kIndexMark = " INDEXED BY ";
  std::string text;
  text.reserve(sql.size() + 16);
  int values = 0;
  while (!sql.empty()) {
    if (sql.starts_with(kIndexMark)) {
      sql.remove_prefix(kIndexMark.size());
      sql.remove_prefix(std::min(sql.find_first_of(" )"), sql.size()));
      continue;
    }
    if (sql.front() == '?') {
      text += '$' + std::to_string(++values);
    } else {
      text += sql.front();
    }
    sql.remove_prefix(1);
  }
  return text;
}

}  // namespace livecert::store::postgres
