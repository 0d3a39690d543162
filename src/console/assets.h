#pragma once

#include <map>
#include <optional>
#include <string_view>

namespace livecert::console {

// One file of the console in each form that it is sent in.
struct Asset {
  std::string_view type;  // of its content
  std::string_view etag;  // in quotes; the same for all forms
  bool is_kept = false;   // its name holds its hash, so the content under this name never changes
  std::string_view identity;
  std::string_view brotli;
  std::string_view gzip;
};

// The files of an archive of tools/pack-console, by path below the console's own. They point into the archive.
class Assets {
 public:
  // nullopt if it is not such an archive.
  [[nodiscard]] static std::optional<Assets> read(std::string_view archive);

  // nullptr if no file has that path.
  [[nodiscard]] const Asset* find(std::string_view path) const;
  [[nodiscard]] const std::map<std::string_view, Asset>& all() const { return by_path_; }

 private:
  std::map<std::string_view, Asset> by_path_;
};

}  // namespace livecert::console
