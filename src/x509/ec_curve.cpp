#include "x509/ec_curve.h"

#include <array>

#include <openssl/obj_mac.h>

#include "base/check.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

constexpr std::array kCurves{
    EcCurve{NID_X9_62_prime256v1, KeyKind::kEcP256, 256, 32, "P-256"},
    EcCurve{NID_secp384r1, KeyKind::kEcP384, 384, 48, "P-384"},
    EcCurve{NID_secp521r1, KeyKind::kEcP521, 521, 66, "P-521"},
};

}  // namespace

const EcCurve* find_curve(int nid) {
  for (const EcCurve& curve : kCurves) {
    if (curve.nid == nid) return &curve;
  }
  return nullptr;
}

const EcCurve* find_curve(KeyKind kind) {
  for (const EcCurve& curve : kCurves) {
    if (curve.kind == kind) return &curve;
  }
  return nullptr;
}

const EC_GROUP* group_of(const EcCurve& curve) {
  using OwnedGroup = Owned<EC_GROUP, EC_GROUP_free>;
  static const std::array<OwnedGroup, kCurves.size()> groups = [] {
    std::array<OwnedGroup, kCurves.size()> made;
    for (std::size_t i = 0; i < kCurves.size(); ++i) made[i].reset(EC_GROUP_new_by_curve_name(kCurves[i].nid));
    return made;
  }();
  const auto index = static_cast<std::size_t>(&curve - kCurves.data());
  LIVECERT_CHECK(index < groups.size() && groups[index] != nullptr);
  return groups[index].get();
}

}  // namespace livecert::x509
