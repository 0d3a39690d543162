#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct ListCertsInput {
  bool disabled = false;  // asks for disabled certificates; there are none
  std::optional<bool> expired;
  std::optional<base::Seconds> expiring_within;  // before that much time has passed; what expired did so too
  std::optional<std::string> domain;             // bound to the certificate, in any case
  std::optional<std::string> name;               // part of it, in any case
  std::optional<std::string> project;
  std::optional<bool> superseded;
  std::optional<std::string> chain_id_prefix;  // 1 to 32 hexadecimal digits
  std::optional<std::int64_t> page_number;     // from 1
  std::optional<std::int64_t> page_size;       // without it everything is on page 1
};

// A list that is read while it is sent: the count and the first batch at once, the other batches one by one.
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
  std::vector<domain::ChainSummary> first_batch_;  // until it was taken
  std::optional<store::Cursor> cursor_;            // where the batch after it begins; nullopt when none is left to read
  std::int64_t remaining_ = 0;                     // at most so many follow the first batch
};

// The caller's chains, newest first. Pages past the end are empty. Errors: kProjectForbidden for a project outside the
// key's limits, kInvalidInput for a prefix of another form, kStoreFailure. The output refers to the services' store.
[[nodiscard]] base::Result<ListCertsOutput> list_certs(Services& services, const Context& context,
                                                       const ListCertsInput& input);

}  // namespace livecert::service
