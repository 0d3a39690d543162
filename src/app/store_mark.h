#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "crypto/random.h"

namespace livecert::app {

// The mark of the folders of edges that belong to this store (edge/drivers/claim.h): 16 hexadecimal digits. They come
// from a file `store-id` of the data directory, which is made when it is missing, and from the directory's path. So a
// backup that is restored elsewhere, and a copy of the directory, are other stores. kConfiguration when the file cannot
// be made.
[[nodiscard]] base::Result<std::string> store_mark(const std::filesystem::path& data_dir, crypto::Random& random);
// The mark of a store in a database, which is the same for all processes that use it. It comes from the header of the
// vault.
[[nodiscard]] std::string shared_store_mark(base::ByteView vault_header);
// The same as the first if the file exists; otherwise empty.
[[nodiscard]] std::string find_store_mark(const std::filesystem::path& data_dir);

}  // namespace livecert::app
