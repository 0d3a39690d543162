#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// Reads a little of the store from its files, as the next start would. Other connections keep the pages that they have
// read, and do not notice when the files are overwritten. Callable from every thread.
class ContentProbe {
 public:
  // `vfs`: see Connection::open().
  [[nodiscard]] static base::Result<std::unique_ptr<ContentProbe>> open(const std::filesystem::path& file,
                                                                        const std::string& vfs);

  // Returns the position of the last change in the files. To find it, reads a page or two of each table that requests
  // need most. Error: kStoreFailure when one of them cannot be read; kConflict when another process is in the way.
  [[nodiscard]] base::Result<std::int64_t> read_last_change();

 private:
  explicit ContentProbe(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace livecert::store::sqlite
