#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "domain/chain.h"

namespace livecert::store::sqlite {

// What the names of a leaf are. A store does not look into certificates, but taking an old one forward has to. nullopt:
// the leaf cannot be read.
using ReadLeafNames = std::function<std::optional<domain::LeafNames>(base::ByteView leaf_der)>;

// When clients begin to refuse a chain, whose leaf is first. nullopt: a certificate cannot be read.
using ReadChainEnd = std::function<std::optional<base::Time>(const std::vector<base::Bytes>& chain)>;

}  // namespace livecert::store::sqlite
