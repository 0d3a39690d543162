#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "x509/certificate.h"

namespace livecert::edge {

// The difference between a chain that a server showed and the expected one: the end of a sentence after "it shows", for
// operators. nullopt when they are the same bytes.
//
// A root at the end may be missing on either side: clients have it, or do not trust it, so servers may leave it out
// (RFC 8446 §4.4.2), and uploads come with it or without. A root on both sides must be the same.
[[nodiscard]] std::optional<std::string> find_difference(const std::vector<base::Bytes>& shown,
                                                         const std::vector<x509::Certificate>& expected);

}  // namespace livecert::edge
