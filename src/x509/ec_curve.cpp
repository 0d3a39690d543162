#include "x509/ec_curve.h"

#include <array>

#include "base/check.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

constexpr auto kKinds = static_cast<std::size_t>(KeyKind::kUnsupported);

}  // namespace

const EC_GROUP* group_of(const KeyType& type) {
  using OwnedGroup = Owned<EC_GROUP, EC_GROUP_free>;
  static const std::array<OwnedGroup, kKinds> groups = [] {
    std::array<OwnedGroup, kKinds> made;
    for (std::size_t i = 0; i < kKinds; ++i) {
      const KeyType* with_curve = find_key_type(static_cast<KeyKind>(i));
      if (with_curve->curve != 0) made[i].reset(EC_GROUP_new_by_curve_name(with_curve->curve));
    }
    return made;
  }();
  const auto& group = groups[static_cast<std::size_t>(type.kind)];
  LIVECERT_CHECK(group != nullptr);
  return group.get();
}

}  // namespace livecert::x509
