#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "api/binder.h"
#include "service/upload.h"

namespace livecert::api {

inline constexpr std::size_t kMaxCertName = 255;  // in characters

struct UploadInput {
  service::CreateCertInput cert;  // its texts are views into the binder's input
  std::string use_way;
};

// Reads the members of CreateCert.
[[nodiscard]] UploadInput bind_upload(const Binder& binder);
// Reads the members of UpdateCert: ChainID is required, and CertName or Rsa; without Rsa the texts are empty.
[[nodiscard]] UploadInput bind_update(const Binder& binder);

}  // namespace livecert::api
