#pragma once

#include "service/context.h"
#include "service/upload.h"

namespace livecert::service {

// Adds warnings about edges that would not take the accepted upload, as far as livecert knows without asking them: a
// chain and key that together are too large for a HAProxy that takes one of the leaf's names or one of the target's
// domains. Costs nothing for a chain of usual size.
void warn_of_edges(const Services& services, const Context& context, const CreateCertInput& input,
                   const UploadTarget& target, x509::Judgement& judgement);

}  // namespace livecert::service
