#pragma once

#include "service/context.h"
#include "service/upload.h"

namespace livecert::service {

// Adds warnings about edges that would not take what was accepted, as far as that is known without asking them: a chain
// and key that are together too large for a HAProxy that takes one of the leaf's names or one of the target's domains.
// Costs nothing for a chain of usual size.
void warn_of_edges(const Services& services, const Context& context, const CreateCertInput& input,
                   const UploadTarget& target, x509::Judgement& judgement);

}  // namespace livecert::service
