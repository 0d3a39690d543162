#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "api/binder.h"
#include "base/secret.h"
#include "service/upload.h"

namespace livecert::api {

inline constexpr std::size_t kMaxCertName = 255;  // in characters

struct UploadInput {
  service::CreateCertInput cert;  // its texts are views into the binder's input, or into what follows
  std::string use_way;
  // What was read from files (bind_upload_or_files).
  base::WipedBuffer certificates = {};
  base::WipedBuffer private_key = {};
};

// Reads the members of CreateCert except Rsa.
[[nodiscard]] UploadInput bind_upload_target(const Binder& binder);

// Reads the members of CreateCert.
[[nodiscard]] UploadInput bind_upload(const Binder& binder);
// Reads the members of UpdateCert: ChainID is required, and CertName or Rsa; without Rsa the texts are empty.
[[nodiscard]] UploadInput bind_update(const Binder& binder);

}  // namespace livecert::api
