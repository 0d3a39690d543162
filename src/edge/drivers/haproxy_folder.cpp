#include "edge/drivers/haproxy_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <utility>
#include <vector>

#include <openssl/evp.h>

#include "base/check.h"
#include "edge/drivers/pem_text.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kList = "crt-list";

// Returns an empty text when there is no list. A list that cannot be read must not be replaced by an empty one.
Result<std::string> read_list(const Folder& folder) {
  const base::OwnedDescriptor file(
      ::openat(folder.descriptor(), kList, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::string();
  if (!file.is_open()) return folder.failure(kList, "cannot be read");
  std::string text;
  std::array<char, 16384> piece{};
  while (true) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return folder.failure(kList, "cannot be read");
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Fingerprint fingerprint_of(const x509::Certificate& leaf) {
  Fingerprint digest{};
  unsigned size = 0;
  const base::ByteView der = leaf.der();
  LIVECERT_CHECK(EVP_Digest(der.data(), der.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  LIVECERT_CHECK(size == digest.size());
  return digest;
}

std::vector<Result<void>> HaproxyFolder::put_all(std::span<const Delivery> deliveries) {
  if (auto synced = sync(); !synced) return {deliveries.size(), synced};
  std::vector<std::string> names;
  names.reserve(deliveries.size());
  for (const Delivery& delivery : deliveries) names.push_back(make_crt_list_file(delivery.order).name);
  // The files come before the lines that name them.
  const std::map<std::string, Result<void>> written = put_files(deliveries, names);
  std::vector<Result<void>> results;
  std::vector<std::size_t> listed;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    results.push_back(written.at(names[i]));
    if (!results[i]) continue;
    const std::string domain(deliveries[i].order.domain);
    const std::string* const former = list_.file_of(domain);
    if (former != nullptr && *former == names[i]) continue;
    former_.try_emplace(domain, former == nullptr ? "" : *former);
    list_.set(domain, names[i]);
    listed.push_back(i);
  }
  if (listed.empty()) return results;
  if (const auto stored = store_list(); !stored) {
    for (const std::size_t i : listed) results[i] = stored;
  }
  return results;
}

// Writes each file once, unless it is there. Returns the result by name.
std::map<std::string, Result<void>> HaproxyFolder::put_files(std::span<const Delivery> deliveries,
                                                             const std::vector<std::string>& names) {
  std::map<std::string, Result<void>> results;
  std::vector<base::WipedBuffer> texts;
  std::vector<FileDrop::File> missing;
  texts.reserve(deliveries.size());
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    const base::CertId version = deliveries[i].order.version;
    if (!results.try_emplace(names[i]).second) continue;
    leaves_.insert_or_assign(names[i], fingerprint_of(deliveries[i].bundle.certificates.front()));
    if (drop_.is_untouched(names[i], version)) continue;
    texts.push_back(key_first_pem(deliveries[i].bundle, base::SecretAccess()));
    missing.push_back({names[i], texts.back(), version});
  }
  if (missing.empty()) return results;
  std::vector<Result<void>> written = drop_.put_all(missing);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (written[i]) files_.insert(missing[i].name);
    results.at(missing[i].name) = std::move(written[i]);
  }
  return results;
}

Result<bool> HaproxyFolder::is_listed(const std::string& domain, const std::string& file) {
  TRY(sync());
  const std::string* const listed = list_.file_of(domain);
  return listed != nullptr && *listed == file;
}

Result<bool> HaproxyFolder::holds(const std::string& file, const Order& order, const LoadBundle& load) {
  if (drop_.is_untouched(file, order.version)) return true;
  TRY_ASSIGN(const Bundle bundle, load(order));
  leaves_.insert_or_assign(file, fingerprint_of(bundle.certificates.front()));
  return drop_.holds(file, key_first_pem(bundle, base::SecretAccess()), order.version);
}

Result<std::string> HaproxyFolder::content_of(const std::string& file) const {
  constexpr std::size_t kLargest = 1024UL * 1024;
  return drop_.read_begin(file, kLargest);
}

const std::string* HaproxyFolder::former_of(const std::string& domain) const {
  const auto found = former_.find(domain);
  return found == former_.end() || found->second.empty() ? nullptr : &found->second;
}

bool HaproxyFolder::is_needed_by_others(const std::string& file, const std::set<std::string>& domains) const {
  std::size_t own = 0;
  for (const std::string& domain : domains) {
    const std::string* const listed = list_.file_of(domain);
    if (listed != nullptr && *listed == file) ++own;
  }
  if (list_.uses_of(file) > own) return true;
  return std::ranges::any_of(former_,
                             [&](const auto& entry) { return entry.second == file && !domains.contains(entry.first); });
}

Result<void> HaproxyFolder::confirm(std::span<const std::string> domains) {
  TRY(sync());
  std::set<std::string> left;
  for (const std::string& domain : domains) {
    if (const std::string* const former = former_of(domain)) left.insert(*former);
    former_.erase(domain);
  }
  return remove_unneeded(left);
}

Result<void> HaproxyFolder::take_back(std::span<const std::string> domains) {
  TRY(sync());
  std::set<std::string> left;
  for (const std::string& domain : domains) {
    const std::string* const former = former_of(domain);
    if (const std::string* const listed = list_.file_of(domain)) left.insert(*listed);
    if (former != nullptr && files_.contains(*former)) {
      list_.set(domain, *former);
    } else {
      list_.erase(domain);
    }
    former_.erase(domain);
  }
  TRY(store_list());
  return remove_unneeded(left);
}

Result<void> HaproxyFolder::remove(std::span<const std::string> domains) {
  TRY(sync());
  // The line goes before the file that it names.
  std::set<std::string> left;
  bool is_listed = false;
  for (const std::string& domain : domains) {
    if (const std::string* const former = former_of(domain)) left.insert(*former);
    former_.erase(domain);
    const std::string* const listed = list_.file_of(domain);
    if (listed == nullptr) continue;
    is_listed = true;
    left.insert(*listed);
    list_.erase(domain);
  }
  if (is_listed) TRY(store_list());
  return remove_unneeded(left);
}

std::vector<std::string> HaproxyFolder::find_touched(base::SteadyTime now) {
  const std::vector<std::string> names = drop_.find_touched(now);
  std::set<std::string> files(names.begin(), names.end());
  std::set<std::string> domains;
  if (files.erase(kList) > 0) {
    const std::map<std::string, std::vector<std::string>> before = list_.by_file();
    static_cast<void>(sync());
    for (const auto& [file, listed] : before) {
      for (const std::string& domain : listed) {
        const std::string* const now_listed = list_.file_of(domain);
        if (now_listed == nullptr || *now_listed != file) domains.insert(domain);
      }
    }
  }
  for (std::string& domain : list_.domains_of(files)) domains.insert(std::move(domain));
  return {domains.begin(), domains.end()};
}

bool HaproxyFolder::is_needed(const std::string& file) const {
  return list_.uses_of(file) > 0 ||
         std::ranges::any_of(former_, [&](const auto& entry) { return entry.second == file; });
}

// Removes those of the files that no domain needs.
Result<void> HaproxyFolder::remove_unneeded(const std::set<std::string>& files) {
  std::vector<std::string> unneeded;
  for (const std::string& file : files) {
    if (files_.contains(file) && !is_needed(file)) unneeded.push_back(file);
  }
  if (unneeded.empty()) return {};
  TRY(drop_.remove_all(unneeded));
  for (const std::string& file : unneeded) {
    files_.erase(file);
    leaves_.erase(file);
  }
  return {};
}

// Cheap unless this process has just begun or another hand has touched the list.
Result<void> HaproxyFolder::sync() {
  if (is_read_ && drop_.is_untouched(kList)) return {};
  TRY(drop_.sweep());
  TRY_ASSIGN(const Folder folder, Folder::open(drop_.folder()));
  TRY(find_files(folder));
  TRY_ASSIGN(const std::string text, read_list(folder));
  CrtList read = parse_crt_list(path_, text);
  for (const auto& [file, domains] : read.by_file()) {
    if (files_.contains(file)) continue;
    for (const std::string& domain : domains) read.erase(domain);
  }
  list_ = std::move(read);
  std::erase_if(former_, [&](const auto& entry) { return list_.file_of(entry.first) == nullptr; });
  is_read_ = true;
  ++reading_;
  TRY_ASSIGN(const bool is_whole, drop_.holds(kList, base::as_bytes(to_text(path_, list_))));
  if (!is_whole) TRY(store_list());
  // What no line names was left by a crash, or its line was taken away.
  return remove_unneeded(files_);
}

Result<void> HaproxyFolder::find_files(const Folder& folder) {
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  files_.clear();
  for (const std::string& name : names) {
    if (parse_crt_list_file(name)) files_.insert(name);
  }
  return {};
}

// After a failure the content of the folder is unknown: the next call reads it.
Result<void> HaproxyFolder::store_list() {
  const std::string text = to_text(path_, list_);
  auto done = drop_.put(kList, base::as_bytes(text));
  if (!done) is_read_ = false;
  return done;
}

}  // namespace livecert::edge
