#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace livecert::store::testing {

// The content of files after a power cut: everything written until they were last synchronised, and any part of what
// came later. A write since then may be there, or not, or sectors of it, or only the length that it gave the file.
// Names are not modelled: a file that was made is never lost, and none may be deleted and made again. Every operation
// is taken to succeed. Callable from every thread; each call is one moment in the life of the disk.
class DiskModel {
 public:
  explicit DiskModel(std::mt19937::result_type seed) : random_(seed) {}

  // Cuts the power right before the n-th operation from now. `at_cut` runs then, on that operation's thread, and sees
  // the state before the cut; it must not call the model. The files themselves go on as if nothing had happened.
  void cut_before(int n, std::function<void()> at_cut);
  [[nodiscard]] bool was_cut() const { return was_cut_; }
  // Whether a part of that file was unsynchronised at the cut.
  [[nodiscard]] bool was_at_stake(const std::string& file) const;
  // Writes the files, under their names, as they are after that cut. False: there is no room for them.
  [[nodiscard]] bool leave(const std::filesystem::path& directory) const;

  // The content before the first operation on a file stays on the disk.
  void opened(const std::string& path);
  void written(const std::string& path, std::string_view bytes, std::size_t offset);
  void truncated(const std::string& path, std::size_t size);
  void synchronised(const std::string& path);

 private:
  struct Write {
    std::string bytes;
    std::size_t offset = 0;
  };
  struct Truncation {
    std::size_t size = 0;
  };
  using Change = std::variant<Write, Truncation>;
  struct File {
    std::string synchronised;
    std::vector<Change> since;
  };
  enum class Fate : std::uint8_t { kDone, kLost, kSectorsOfIt, kLengthOnly };

  void operation_begins();
  void cut();
  static void apply(const Change& change, std::string& content);
  void apply_in_part(const Change& change, Fate fate, std::string& content);
  [[nodiscard]] bool toss() { return std::uniform_int_distribution<int>(0, 1)(random_) == 1; }
  [[nodiscard]] Fate any_fate();

  mutable std::mutex mutex_;
  std::mt19937 random_;
  std::map<std::string, File> files_;
  int operations_left_ = 0;
  std::function<void()> at_cut_;
  std::map<std::string, std::string> left_;  // by name
  std::set<std::string> at_stake_;           // names
  std::atomic<bool> was_cut_ = false;
};

}  // namespace livecert::store::testing
