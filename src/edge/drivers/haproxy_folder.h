#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/driver.h"
#include "edge/drivers/crt_list.h"
#include "edge/drivers/file_drop.h"
#include "x509/certificate.h"

namespace livecert::edge {

// The digest of a leaf as `show ssl cert` prints it. HAProxy shows no better one, and it only has to tell our
// certificate from another.
using Fingerprint = std::array<std::uint8_t, 20>;
[[nodiscard]] Fingerprint fingerprint_of(const x509::Certificate& leaf);

// The folder that HAProxy reads when it starts: one combined PEM for each version with its switches, and `crt-list`,
// whose lines name the domains of each. The list never names a file that does not exist, because HAProxy would not
// start. The next call undoes changes that others made to the list. Used by one thread at a time. Errors:
// kUpstreamFailure, as of FileDrop.
class HaproxyFolder {
 public:
  // Nothing is opened yet.
  explicit HaproxyFolder(FileDrop drop) : drop_(std::move(drop)), path_(drop_.folder().full()) {}

  // Reads which files are in the folder now. The other calls call it. Makes an empty list where there is none.
  [[nodiscard]] base::Result<void> sync();

  // Makes each domain's line name the file of its order, which then holds the bundle. The former file of a domain stays
  // until confirm() or take_back(). No two deliveries are for one domain. One result for each, in order.
  [[nodiscard]] std::vector<base::Result<void>> put_all(std::span<const Delivery> deliveries);
  // Whether the domain's line names this file.
  [[nodiscard]] base::Result<bool> is_listed(const std::string& domain, const std::string& file);
  // Whether the file holds the bundle of the order, which is loaded only when the file was touched.
  [[nodiscard]] base::Result<bool> holds(const std::string& file, const Order& order, const LoadBundle& load);
  // The PEM in the file, with its private key; empty when there is none.
  [[nodiscard]] base::Result<std::string> content_of(const std::string& file) const;
  // HAProxy serves these domains from the files that the list names: forgets their former files, and removes those that
  // no domain needs.
  [[nodiscard]] base::Result<void> confirm(std::span<const std::string> domains);
  // HAProxy does not serve these domains from the files that the list names: each gets its former file back, if there
  // is one, and else no line.
  [[nodiscard]] base::Result<void> take_back(std::span<const std::string> domains);
  [[nodiscard]] base::Result<void> remove(std::span<const std::string> domains);
  // The domains whose files or lines somebody else has touched (Driver::find_touched).
  [[nodiscard]] std::vector<std::string> find_touched(base::SteadyTime now);

  // Another number whenever the list was read, because this process has begun or another hand has touched it.
  [[nodiscard]] std::uint64_t reading() const { return reading_; }
  // The domains of each file, as they were known last.
  [[nodiscard]] const CrtList& list() const { return list_; }
  // The file that the domain had before an unconfirmed put_all(); nullptr: none. `is_pending` says whether there was
  // such a put_all().
  [[nodiscard]] const std::string* former_of(const std::string& domain) const;
  [[nodiscard]] bool is_pending(const std::string& domain) const { return former_.contains(domain); }
  // Whether a domain other than these needs the file.
  [[nodiscard]] bool is_needed_by_others(const std::string& file, const std::set<std::string>& domains) const;
  // The leaf in each file, as it was put or found last. Files that were not looked into are missing.
  using Leaves = std::map<std::string, Fingerprint>;
  [[nodiscard]] const Leaves& leaves() const { return leaves_; }

 private:
  [[nodiscard]] base::Result<void> find_files(const Folder& folder);
  [[nodiscard]] base::Result<void> store_list();
  [[nodiscard]] std::map<std::string, base::Result<void>> put_files(std::span<const Delivery> deliveries,
                                                                    const std::vector<std::string>& names);
  [[nodiscard]] bool is_needed(const std::string& file) const;
  [[nodiscard]] base::Result<void> remove_unneeded(const std::set<std::string>& files);

  FileDrop drop_;
  std::filesystem::path path_;  // as HAProxy is told
  std::uint64_t reading_ = 0;
  bool is_read_ = false;  // whether these two are known to match the folder:
  CrtList list_;
  std::set<std::string> files_;  // those that can be in a list
  // The former file of each domain whose new line is not confirmed; empty: it had none.
  std::map<std::string, std::string> former_;
  Leaves leaves_;
};

}  // namespace livecert::edge
