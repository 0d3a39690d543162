#pragma once

#include "base/error.h"

namespace livecert::store::sqlite {

// The extended SQLite result code from which to_error() made this Error; 0 if it did not make it.
[[nodiscard]] int result_code(const base::Error& error);

// Whether it made the Error because the disk is full.
[[nodiscard]] bool is_disk_full(const base::Error& error);

}  // namespace livecert::store::sqlite
