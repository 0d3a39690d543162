#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "x509/finding.h"

// What people upload in place of PEM blocks, and what helps.
namespace livecert::x509 {

struct ForeignText {
  std::string what;    // "a certificate request": fits after "this is"
  std::string remedy;  // with the command, where one helps
};

// A text without a PEM block. nullopt when nothing known is recognised by its beginning.
[[nodiscard]] std::optional<ForeignText> recognise_text(std::string_view text, Part part);

// A PEM block of the label, which is neither a certificate's nor a key's.
[[nodiscard]] std::optional<ForeignText> recognise_label(std::string_view label);

}  // namespace livecert::x509
