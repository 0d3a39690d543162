#include "domain/notice.h"

#include <array>

#include "base/word.h"

namespace livecert::domain {
namespace {

constexpr std::array<base::Word<FactKind>, 2> kFactKinds{{
    {FactKind::kEnding, "ending"},
    {FactKind::kNotShown, "not-shown"},
}};
static_assert(base::has_all_words(kFactKinds, FactKind::kNotShown));

}  // namespace

std::string_view to_text(FactKind kind) {
  return base::text_of(kFactKinds, kind);
}

std::optional<FactKind> parse_fact_kind(std::string_view text) {
  return base::value_of(kFactKinds, text);
}

}  // namespace livecert::domain
