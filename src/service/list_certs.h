#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct ListCertsInput {
  std::optional<bool> available;      // false: disabled certificates, of which there are none
  std::optional<bool> expiring;       // counts only together with `available`; true: expired
  std::optional<std::string> domain;  // bound to the certificate
  std::optional<std::string> name;    // part of it, in any case
  std::optional<std::string> project;
  std::optional<std::int64_t> page_number;  // from 1
  std::optional<std::int64_t> page_size;    // without it everything is on page 1
};

// A list that is read as it is sent: counted at once, its chains fetched batch by batch.
class ListCertsOutput {
 public:
  [[nodiscard]] const store::ChainCounts& counts() const { return counts_; }
  // The next chains, newest first; empty at the end. Error: kStoreFailure.
  [[nodiscard]] base::Result<std::vector<domain::ChainSummary>> next_batch();

 private:
  friend base::Result<ListCertsOutput> list_certs(Services&, const Context&, const ListCertsInput&);
  explicit ListCertsOutput(store::Store& store) : store_(&store) {}

  store::Store* store_;
  store::ChainFilter filter_;
  store::ChainCounts counts_;
  std::optional<store::Cursor> cursor_;  // where the next batch begins; nullopt when nothing is left to read
  std::int64_t skip_ = 0;
  std::int64_t remaining_ = 0;
};

// The caller's chains, newest first. Pages past the end are empty. Errors: kProjectForbidden for a project outside the
// key's limits, kStoreFailure. The output refers to the services' store.
[[nodiscard]] base::Result<ListCertsOutput> list_certs(Services& services, const Context& context,
                                                       const ListCertsInput& input);

}  // namespace livecert::service
