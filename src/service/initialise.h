#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "service/administer_keys.h"
#include "service/context.h"

namespace livecert::service {

// The first write of a store, prepared but not written, so that the root key's secret can be put in a safe place first:
// after the write, nothing can show that secret again.
struct Initialisation {
  Context context;
  store::Initialise command;
  base::SecretBytes root_secret;
};

// Prepares the root account, its first access key and the vault's header.
[[nodiscard]] base::Result<Initialisation> prepare_initialisation(Services& services, base::Bytes vault_header);

// Writes them in one transaction. kInvalidInput when the store is not empty.
[[nodiscard]] base::Result<void> initialise(Services& services, const Initialisation& prepared);

}  // namespace livecert::service
