#pragma once

#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"

namespace livecert::cli {

// Writes a file that only its owner may read, whole or not at all, and puts it in the place of the former one, whose
// owner it keeps. kConfiguration with the reason.
[[nodiscard]] base::Result<void> write_private(const std::filesystem::path& file, base::ByteView content);

}  // namespace livecert::cli
