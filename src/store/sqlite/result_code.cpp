#include "store/sqlite/result_code.h"

#include <charconv>
#include <string_view>

#include <sqlite3.h>

namespace livecert::store::sqlite {

// Every detail that to_error() writes begins with it: "SQLite 778 (disk I/O error) while …".
int result_code(const base::Error& error) {
  constexpr std::string_view kBegins = "SQLite ";
  const std::string_view detail = error.detail;
  if (!detail.starts_with(kBegins)) return 0;
  int code = 0;
  std::from_chars(detail.data() + kBegins.size(), detail.data() + detail.size(), code);
  return code;
}

bool is_disk_full(const base::Error& error) {
  return (result_code(error) & 0xff) == SQLITE_FULL;  // the low byte is the primary code
}

}  // namespace livecert::store::sqlite
