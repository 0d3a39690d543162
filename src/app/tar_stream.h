#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

// Archives of plain files in the format of tar (POSIX.1-2017, pax, "ustar Interchange Format"; sizes above 8 GiB as GNU
// tar writes them), as a stream. tar alone can unpack them.
namespace livecert::app {

class TarWriter {
 public:
  using Sink = std::function<base::Result<void>(base::ByteView)>;
  explicit TarWriter(Sink sink) : sink_(std::move(sink)) {}

  // Starts a file of exactly that many bytes, which calls of add() provide. The name has at most 99 characters.
  [[nodiscard]] base::Result<void> begin(const std::string& name, std::uint64_t size);
  [[nodiscard]] base::Result<void> add(base::ByteView bytes);
  // Call it after the last file.
  [[nodiscard]] base::Result<void> finish();

 private:
  [[nodiscard]] base::Result<void> pad();

  Sink sink_;
  std::uint64_t written_ = 0;  // of the file
};

// Takes an archive in pieces of any size, and passes on each file as it comes: its name and size, then its bytes.
class TarReader {
 public:
  struct Visitor {
    std::function<base::Result<void>(const std::string& name, std::uint64_t size)> begin;
    std::function<base::Result<void>(base::ByteView)> add;
  };
  explicit TarReader(Visitor visitor) : visitor_(std::move(visitor)) {}

  // kInvalidInput if it is not such an archive, or has anything but plain files.
  [[nodiscard]] base::Result<void> take(base::ByteView bytes);
  // Call it after the last piece. kInvalidInput when the archive is not complete.
  [[nodiscard]] base::Result<void> finish() const;

 private:
  [[nodiscard]] base::Result<void> take_header();

  Visitor visitor_;
  base::Bytes header_;
  std::uint64_t content_left_ = 0;
  std::uint64_t padding_left_ = 0;
  bool is_over_ = false;
};

}  // namespace livecert::app
