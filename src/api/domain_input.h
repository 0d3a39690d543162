#pragma once

#include <string_view>

#include "api/binder.h"

// The values that the vendor documents for domains.
namespace livecert::api {

inline void check_type(const Binder& binder, std::string_view name, std::string_view type) {
  binder.check_one_of(name, type, {"push", "pull-flv"});
}
inline void check_region(const Binder& binder, std::string_view name, std::string_view region) {
  binder.check_one_of(name, region, {"cn", "cn-oversea", "cn-global"});
}

}  // namespace livecert::api
