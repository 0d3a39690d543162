#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "x509/finding.h"

// Recognises other things that people upload in place of PEM blocks, with a remedy.
namespace livecert::x509 {

struct ForeignText {
  std::string what;    // "a certificate request": fits after "this is"
  std::string remedy;  // with the command, if one helps
};

// For a text without a PEM block. nullopt when its beginning matches nothing known.
[[nodiscard]] std::optional<ForeignText> recognise_text(std::string_view text, Part part);

// For a PEM block with a label that is neither a certificate's nor a key's.
[[nodiscard]] std::optional<ForeignText> recognise_label(std::string_view label);

}  // namespace livecert::x509
