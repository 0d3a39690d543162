#include "store/sqlite/disk_model.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace livecert::store::testing {
namespace {

// What a disk writes wholly or not at all.
constexpr std::size_t kSector = 512;

void put(std::string& content, std::string_view bytes, std::size_t offset) {
  content.resize(std::max(content.size(), offset + bytes.size()));
  content.replace(offset, bytes.size(), bytes);
}

}  // namespace

void DiskModel::cut_before(int n, std::function<void()> at_cut) {
  const std::lock_guard lock(mutex_);
  operations_left_ = n;
  at_cut_ = std::move(at_cut);
  was_cut_ = false;
}

void DiskModel::leave(const std::filesystem::path& directory) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, content] : left_) {
    std::ofstream(directory / std::filesystem::path(path).filename(), std::ios::binary) << content;
  }
}

void DiskModel::opened(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto [file, is_new] = files_.try_emplace(path);
  if (!is_new) return;
  std::ifstream found(path, std::ios::binary);
  file->second.synchronised.assign(std::istreambuf_iterator<char>(found), {});
}

void DiskModel::written(const std::string& path, std::string_view bytes, std::size_t offset) {
  const std::lock_guard lock(mutex_);
  operation_begins();
  files_.at(path).since.emplace_back(Write{std::string(bytes), offset});
}

void DiskModel::truncated(const std::string& path, std::size_t size) {
  const std::lock_guard lock(mutex_);
  operation_begins();
  files_.at(path).since.emplace_back(Truncation{size});
}

void DiskModel::synchronised(const std::string& path) {
  const std::lock_guard lock(mutex_);
  operation_begins();
  File& file = files_.at(path);
  for (const auto& change : file.since) apply(change, file.synchronised);
  file.since.clear();
}

void DiskModel::operation_begins() {
  if (operations_left_ > 0 && --operations_left_ == 0) cut();
}

void DiskModel::cut() {
  at_cut_();
  left_.clear();
  // Nothing, everything, or each by itself.
  const int kind = std::uniform_int_distribution<int>(0, 3)(random_);
  for (const auto& [path, file] : files_) {
    std::string content = file.synchronised;
    for (const auto& change : file.since) {
      const int any = std::uniform_int_distribution<int>(0, 3)(random_);
      apply_in_part(change, static_cast<Fate>(kind < 2 ? kind : any), content);
    }
    left_[path] = std::move(content);
  }
  was_cut_ = true;
}

void DiskModel::apply(const std::variant<Write, Truncation>& change, std::string& content) {
  if (const auto* write = std::get_if<Write>(&change)) return put(content, write->bytes, write->offset);
  content.resize(std::get<Truncation>(change).size);
}

void DiskModel::apply_in_part(const std::variant<Write, Truncation>& change, Fate fate, std::string& content) {
  if (fate == Fate::kLost) return;
  const auto* write = std::get_if<Write>(&change);
  if (write == nullptr || fate == Fate::kDone) return apply(change, content);
  const std::size_t end = write->offset + write->bytes.size();
  content.resize(std::max(content.size(), end));
  if (fate == Fate::kLengthOnly) return;
  for (std::size_t at = write->offset; at < end;) {
    const std::size_t next = std::min((at / kSector + 1) * kSector, end);
    if (toss()) put(content, std::string_view(write->bytes).substr(at - write->offset, next - at), at);
    at = next;
  }
}

}  // namespace livecert::store::testing
