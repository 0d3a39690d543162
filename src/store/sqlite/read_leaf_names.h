#pragma once

#include <functional>
#include <optional>

#include "base/bytes.h"
#include "domain/chain.h"

namespace livecert::store::sqlite {

// Reads the names of a leaf. A store does not read certificates, except when it upgrades an old format. nullopt: the
// leaf cannot be read.
using ReadLeafNames = std::function<std::optional<domain::LeafNames>(base::ByteView leaf_der)>;

}  // namespace livecert::store::sqlite
