#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "bundle/contents.h"

namespace livecert::bundle {

// The passwords that may open what is protected.
struct Passwords {
  std::vector<base::SecretBytes> known = {};  // UTF-8, without a line end
  // Asks a person for the password of this file or member; nullopt when nobody answers. Called only when something is
  // missing without it, at most three times for one thing.
  std::function<std::optional<base::SecretBytes>(const std::string& origin, int attempt)> ask = {};
};

// Reads certificates and private keys from files in any form that livecert knows, and says what it could not read.
// Never fails: what is damaged, foreign, protected or too large becomes a fault. Also tries the passwords that text
// files of the set hold whose name speaks of a password, as authorities put them beside a keystore.
[[nodiscard]] Contents read(const std::vector<Source>& sources, const Passwords& passwords, Bounds bounds = {});

}  // namespace livecert::bundle
