#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "x509/certificate.h"

namespace livecert::edge {

// What a chain that a server showed has that the expected one has not, or the other way about: a sentence's end after
// "it shows", for operators. nullopt when they are the same bytes.
//
// A root at the end may be missing on either side: clients have it, or do not trust it, so servers are free to leave it
// out (RFC 8446 §4.4.2), and uploads come with it and without. One that is on both sides must be the same.
[[nodiscard]] std::optional<std::string> find_difference(const std::vector<base::Bytes>& shown,
                                                         const std::vector<x509::Certificate>& expected);

}  // namespace livecert::edge
