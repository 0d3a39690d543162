#pragma once

#include "base/error.h"

namespace livecert::store::sqlite {

// The extended result code of SQLite's that to_error() made this of; 0 when it did not.
[[nodiscard]] int result_code(const base::Error& error);

}  // namespace livecert::store::sqlite
