#include "console/assets.h"

#include <cstdint>

namespace livecert::console {
namespace {

constexpr std::string_view kMagic = "livecert console 1\n";

// Reads numbers (four bytes, the lowest first) and texts that begin with their length.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  [[nodiscard]] std::optional<std::uint32_t> number() {
    if (rest_.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(4);
    return value;
  }
  [[nodiscard]] bool text(std::string_view& into) {
    const auto size = number();
    if (!size || rest_.size() < *size) return false;
    into = rest_.substr(0, *size);
    rest_.remove_prefix(*size);
    return true;
  }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<Assets> Assets::read(std::string_view archive) {
  Reader reader(archive);
  if (!reader.skip(kMagic)) return std::nullopt;
  const auto count = reader.number();
  if (!count) return std::nullopt;
  Assets assets;
  for (std::uint32_t i = 0; i < *count; ++i) {
    std::string_view path;
    std::string_view kept;
    Asset asset;
    const bool is_whole = reader.text(path) && reader.text(asset.type) && reader.text(asset.etag) &&
                          reader.text(kept) && reader.text(asset.identity) && reader.text(asset.brotli) &&
                          reader.text(asset.gzip);
    if (!is_whole) return std::nullopt;
    asset.is_kept = !kept.empty();
    assets.by_path_.emplace(path, asset);
  }
  if (!reader.is_at_end()) return std::nullopt;
  return assets;
}

const Asset* Assets::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

}  // namespace livecert::console
