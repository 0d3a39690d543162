#pragma once

#include <future>
#include <utility>

#include "service/create_cert.h"

namespace livecert::test {

// Both steps of it, waiting for the store.
[[nodiscard]] inline base::Result<service::CreateCertOutput> create_cert(service::Services& services,
                                                                         const service::Context& context,
                                                                         const service::CreateCertInput& input) {
  TRY_ASSIGN(service::PreparedCert prepared, service::prepare_cert(services, context, input));
  std::promise<base::Result<service::CreateCertOutput>> stored;
  service::store_cert(services, context, std::move(prepared),
                      [&](base::Result<service::CreateCertOutput> output) { stored.set_value(std::move(output)); });
  return stored.get_future().get();
}

}  // namespace livecert::test
