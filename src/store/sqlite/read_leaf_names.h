#pragma once

#include <functional>
#include <optional>

#include "base/bytes.h"
#include "domain/chain.h"

namespace livecert::store::sqlite {

// What the names of a leaf are. A store does not look into certificates, but taking an old one forward has to. nullopt:
// the leaf cannot be read.
using ReadLeafNames = std::function<std::optional<domain::LeafNames>(base::ByteView leaf_der)>;

}  // namespace livecert::store::sqlite
