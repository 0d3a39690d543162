#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/driver.h"

namespace livecert::edge {

// In a folder that was named over the network, livecert replaces and removes only its own files. So it takes only a
// folder that holds nothing but empty files, and marks it. Later files of a marked folder come from livecert, or from a
// user who knows that the folder is livecert's.

// Checks that the folder exists, and is marked or can be marked. kUpstreamFailure with what is wrong, and the remedy.
[[nodiscard]] base::Result<void> check_claim(const Place& folder);

// An edge belongs to one store, so that two services, such as production and a restored copy of it, never deliver to
// one edge by turns. The folder of its files has a mark with the store's id, and each file of SRS has its own. A
// HAProxy keeps no text of ours, and livecert may not be allowed to write beside its socket. But it knows the paths of
// its lists, whose folders have marks; the one that was marked first counts.

// Checks that the folder is not marked by another store. kUpstreamFailure with the command that takes it over.
[[nodiscard]] base::Result<void> check_store(const Definition& definition, const std::string& store);

struct StoreMark {
  std::string store;
  std::chrono::nanoseconds at;  // when it was written, since 1970
};
// The mark of a folder; nullopt: there is none, or nobody could trust it.
[[nodiscard]] std::optional<StoreMark> find_store_mark(const std::filesystem::path& folder);

using MakeDriver = std::function<base::Result<std::unique_ptr<Driver>>(const Definition&)>;

// A driver that does nothing until the folder of the definition is marked or can be marked, as the folder of an added
// edge and, unless `store` is empty, as that store's. Only then it makes the driver of the kind. Errors: those of
// `make`, when the folder is fit already.
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_claiming_driver(const Definition& definition,
                                                                         const std::string& store, MakeDriver make);

}  // namespace livecert::edge
