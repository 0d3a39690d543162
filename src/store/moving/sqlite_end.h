#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "store/moving/end.h"

namespace livecert::store::moving {

// The embedded store of a data directory, from which content is moved. A service may use it meanwhile.
// kConfiguration: there is no store of this release's format.
[[nodiscard]] base::Result<std::unique_ptr<End>> open_sqlite_source(const std::filesystem::path& directory);
// The one that content is moved into; it is made if there is none, and locked. kConfiguration: a service uses it, or
// it has another format.
[[nodiscard]] base::Result<std::unique_ptr<End>> open_sqlite_target(const std::filesystem::path& directory,
                                                                    const base::Clock& clock);

// The address to which the content of a data directory's embedded store was moved; empty: it was not.
[[nodiscard]] std::string moved_to(const std::filesystem::path& directory);

// The name of a data directory in marks: its path without links.
[[nodiscard]] std::string name_of(const std::filesystem::path& directory);

}  // namespace livecert::store::moving
