#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "x509/certificate.h"

namespace livecert::service {

// The leaf that the store holds as these bytes. It was accepted once, so that not being able to read it is kInternal.
[[nodiscard]] base::Result<x509::Certificate> read_leaf(base::ByteView der);

}  // namespace livecert::service
