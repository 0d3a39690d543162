#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/receipt.h"
#include "service/context.h"

namespace livecert::service {

struct ListCertsInput {
  bool disabled = false;  // asks for disabled certificates; there are none
  std::optional<bool> expired;
  std::optional<base::Seconds> expiring_within;  // the whole chain ends within this time, or has ended
  bool bound_only = false;                       // only certificates that a domain uses
  bool all_accounts = false;                     // for the root account, and without pages
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
  [[nodiscard]] base::Result<void> open(std::int64_t skip, std::int64_t size);
  [[nodiscard]] base::Result<void> count_all();

  store::Store* store_;
  store::ChainFilter filter_;
  store::ChainCounts counts_;
  std::vector<domain::ChainSummary> first_batch_;  // until it was taken
  std::optional<store::Cursor> cursor_;            // where the next batch begins; nullopt at the end
  std::int64_t remaining_ = 0;                     // the most chains that may follow the first batch
  std::vector<base::AccountId> accounts_;          // the accounts whose chains follow, the last one first
};

// A version that an edge shows and that ends soon or has ended, with its domain.
struct ServedCert {
  base::AccountId account;
  domain::Receipt receipt;
};

// The versions of the caller's account, or of all accounts, that edges show and that end within the time, the soonest
// first. Empty in a stopped store. Errors: kActionDenied for all accounts without being root.
[[nodiscard]] base::Result<std::vector<ServedCert>> list_served(Services& services, const Context& context,
                                                                base::Seconds within, bool all_accounts);

// The caller's chains, newest first. Pages past the end are empty. Errors: kProjectForbidden for a project outside the
// key's limits, kInvalidInput for a prefix of another form and for pages of all accounts, kActionDenied for all
// accounts without being root, kStoreFailure. The output refers to the services' store.
[[nodiscard]] base::Result<ListCertsOutput> list_certs(Services& services, const Context& context,
                                                       const ListCertsInput& input);

}  // namespace livecert::service
