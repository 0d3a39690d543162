#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Empty lists do not restrict.
struct ListDomainsInput {
  std::vector<std::string> names;
  std::vector<std::string> vhosts;
  std::vector<std::string> types;
  std::vector<std::string> regions;
  std::vector<std::int64_t> statuses;  // the wire's numbers; no domain here ever has most of them
  std::int64_t page_number = 1;        // from 1
  std::int64_t page_size = 1;          // at least 1
};

// The caller's domains, newest first. Pages past the end are empty. Error: kStoreFailure.
[[nodiscard]] base::Result<store::DomainPage> list_domains(Services& services, const Context& context,
                                                           const ListDomainsInput& input);

// The tags of a domain of such a list, in the order of their keys. Error: kStoreFailure.
[[nodiscard]] base::Result<std::vector<domain::Tag>> find_tags(Services& services, const store::DomainDetail& domain);

// The named domains, in that order, each once. Errors: kNotFound naming all that do not exist, kForeignResource,
// kProjectForbidden, kOutOfRange and kInvalidInput for an invalid domain name, kStoreFailure.
[[nodiscard]] base::Result<std::vector<store::DomainDetail>> describe_domains(Services& services,
                                                                              const Context& context,
                                                                              const std::vector<std::string>& names);

struct ListBindInfoInput {
  std::optional<std::string> domain;
  std::optional<std::string> vhost;
  std::vector<std::string> types;  // empty: all
  std::optional<bool> https;       // whether the binding has HTTPS on
  std::int64_t page_number = 1;    // from 1
  std::int64_t page_size = 1;      // at least 1
};

// The caller's domains that use a chain, newest first. Pages past the end are empty. Error: kStoreFailure.
[[nodiscard]] base::Result<store::DomainPage> list_bind_info(Services& services, const Context& context,
                                                             const ListBindInfoInput& input);

struct ListBindingsInput {
  std::optional<std::string> chain_id;
  std::optional<std::string> domain;
  std::int64_t page_number = 1;
  std::int64_t page_size = 1;
};

// The caller's domains that use a chain; only the named one, if there is one. Errors: those of find_own_chain() and
// find_own_domain().
[[nodiscard]] base::Result<store::DomainPage> list_bindings(Services& services, const Context& context,
                                                            const ListBindingsInput& input);

}  // namespace livecert::service
