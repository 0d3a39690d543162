#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/delivery.h"

namespace livecert::service {

// Empty members do not restrict.
struct ListShownInput {
  std::vector<std::string> domains;
  std::optional<std::string> chain_id;
  std::int64_t page_number = 1;  // from 1
  std::int64_t page_size = 1;    // at least 1
};

// A domain, and how far the version that it uses now has come at each edge that takes the domain.
struct ShownDomain {
  store::DomainDetail detail;
  bool is_ordered = false;           // it is enabled and bound with HTTPS on, so that edges are to serve it
  std::vector<Delivery> deliveries;  // by edge; empty: it is not ordered, or no edge takes it
};

struct ShownPage {
  std::int64_t total = 0;            // all that match
  std::vector<ShownDomain> domains;  // newest first
};

// The caller's domains, with their deliveries as memory has them at this moment: it reads one page of the store, and no
// receipt. Pages past the end are empty. Errors: those of find_own_chain().
[[nodiscard]] base::Result<ShownPage> list_shown(Services& services, const Context& context,
                                                 const ListShownInput& input);

}  // namespace livecert::service
