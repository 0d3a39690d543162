#pragma once

#include <string>

#include "base/time.h"
#include "crypto/random.h"

namespace livecert::api {

// 34 characters in the vendor's shape: 14 digits of Beijing time and 20 upper-case hexadecimal digits, random here.
[[nodiscard]] std::string make_request_id(base::Time now, crypto::Random& random);

}  // namespace livecert::api
