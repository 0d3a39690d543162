#include "app/store_mark.h"

#include <array>
#include <fstream>
#include <string>

#include "app/data_files.h"
#include "crypto/hash.h"

namespace livecert::app {
namespace {

constexpr std::size_t kDigits = 16;

std::filesystem::path file_of(const std::filesystem::path& data_dir) {
  return data_dir / "store-id";
}

std::string read_id(const std::filesystem::path& data_dir) {
  std::ifstream stream(file_of(data_dir));
  std::string id;
  std::getline(stream, id);  // does not throw, whatever is there
  return id;
}

std::string mark_of(const std::string& id, const std::filesystem::path& data_dir) {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::canonical(data_dir, failure);
  const auto digest = crypto::sha256(base::as_bytes(id + "\n" + path.string()));
  return base::to_hex(digest).substr(0, kDigits);
}

}  // namespace

base::Result<std::string> store_mark(const std::filesystem::path& data_dir, crypto::Random& random) {
  if (read_id(data_dir).empty()) {
    std::array<std::uint8_t, 16> id{};
    random.fill(id);
    TRY(write_private_file(file_of(data_dir), base::as_bytes(base::to_hex(id) + "\n")));
  }
  return find_store_mark(data_dir);
}

std::string shared_store_mark(base::ByteView vault_header) {
  return base::to_hex(crypto::sha256(vault_header)).substr(0, kDigits);
}

std::string find_store_mark(const std::filesystem::path& data_dir) {
  const std::string id = read_id(data_dir);
  return id.empty() ? "" : mark_of(id, data_dir);
}

}  // namespace livecert::app
