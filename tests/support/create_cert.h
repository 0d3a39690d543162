#pragma once

#include "service/create_cert.h"

namespace livecert::test {

// Waits for the store.
[[nodiscard]] inline base::Result<service::CreateCertOutput> create_cert(service::Services& services,
                                                                         const service::Context& context,
                                                                         const service::CreateCertInput& input) {
  return service::create_cert(services, context, input).wait();
}

}  // namespace livecert::test
