#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "domain/chain.h"

namespace livecert::store::sqlite {

// Reads the names of a leaf. A store does not read certificates, except when it upgrades an old format. nullopt: the
// leaf cannot be read.
using ReadLeafNames = std::function<std::optional<domain::LeafNames>(base::ByteView leaf_der)>;

// Returns the time from which clients refuse a chain, whose leaf is first. nullopt: a certificate cannot be read.
using ReadChainEnd = std::function<std::optional<base::Time>(const std::vector<base::Bytes>& chain)>;

}  // namespace livecert::store::sqlite
