#pragma once

#include <string>
#include <string_view>

namespace livecert::store::postgres {

// A statement of store/sql as PostgreSQL takes it: `?` becomes `$1`, `$2` and so on, and ` INDEXED BY name` goes.
[[nodiscard]] std::string to_postgres(std::string_view sql);

}  // namespace livecert::store::postgres
