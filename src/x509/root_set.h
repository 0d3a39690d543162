#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "x509/certificate.h"

namespace livecert::x509 {

// Trusted certificates. Immutable; any thread may read.
class RootSet {
 public:
  explicit RootSet(std::vector<Certificate> roots);
  // Reads every certificate of a PEM bundle. Skips blocks that cannot be read, as clients do; kConfiguration when the
  // file cannot be read or holds none.
  [[nodiscard]] static base::Result<RootSet> load_file(const std::string& path);
  // The bundle of this machine's distribution.
  [[nodiscard]] static base::Result<RootSet> load_system();

  [[nodiscard]] std::size_t size() const { return roots_.size(); }
  [[nodiscard]] bool contains(const Certificate& certificate) const;
  // The roots whose name is the child's issuer; does not check signatures.
  [[nodiscard]] std::vector<Certificate> issuers_of(const Certificate& child) const;

 private:
  std::vector<Certificate> roots_;
  std::multimap<std::string, std::size_t, std::less<>> by_subject_;
};

}  // namespace livecert::x509
