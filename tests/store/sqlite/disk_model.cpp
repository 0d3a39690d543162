#include "store/sqlite/disk_model.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace livecert::store::testing {
namespace {

// The unit that a disk writes wholly or not at all.
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

bool DiskModel::was_at_stake(const std::string& file) const {
  const std::lock_guard lock(mutex_);
  return at_stake_.contains(file);
}

bool DiskModel::leave(const std::filesystem::path& directory) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(left_, [&](const auto& file) {
    std::ofstream out(directory / file.first, std::ios::binary);
    out << file.second;
    return out.flush().good();
  });
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
  at_stake_.clear();
  for (const auto& [path, file] : files_) {
    const std::string name = std::filesystem::path(path).filename();
    if (!file.since.empty()) at_stake_.insert(name);
    // Half of the time all changes of a file share their fate: for example, one file loses nothing, and another loses
    // everything.
    const bool alike = toss();
    const Fate of_all = any_fate();
    std::string content = file.synchronised;
    for (const Change& change : file.since) apply_in_part(change, alike ? of_all : any_fate(), content);
    left_[name] = std::move(content);
  }
  was_cut_ = true;
}

DiskModel::Fate DiskModel::any_fate() {
  constexpr std::array kFates{Fate::kDone, Fate::kLost, Fate::kSectorsOfIt, Fate::kLengthOnly};
  return kFates.at(std::uniform_int_distribution<std::size_t>(0, kFates.size() - 1)(random_));
}

void DiskModel::apply(const Change& change, std::string& content) {
  if (const auto* write = std::get_if<Write>(&change)) return put(content, write->bytes, write->offset);
  content.resize(std::get<Truncation>(change).size);
}

void DiskModel::apply_in_part(const Change& change, Fate fate, std::string& content) {
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
