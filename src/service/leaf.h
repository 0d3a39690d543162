#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "domain/chain.h"
#include "x509/certificate.h"

namespace livecert::service {

// The leaf that the store holds as these bytes. It was accepted once, so that not being able to read it is kInternal.
[[nodiscard]] base::Result<x509::Certificate> read_leaf(base::ByteView der);

// What a store keeps of it for lists.
[[nodiscard]] domain::LeafNames names_of(const x509::Certificate& leaf);

}  // namespace livecert::service
