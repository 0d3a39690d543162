#pragma once

#include <vector>

#include "api/binder.h"
#include "api/upload_input.h"
#include "base/result.h"
#include "bundle/read.h"

// Files as people have them, in place of PEM texts: bundle/ reads them, as it does for the command line.
namespace livecert::api {

// The most files of one call.
inline constexpr std::size_t kMaxFiles = 64;

struct UploadFiles {
  std::vector<bundle::Source> sources;
  bundle::Passwords passwords;

  // Reads them within what one call may cost: no archives are unpacked, and passwords cost at most a second.
  [[nodiscard]] bundle::Contents read() const;
};

// Reads the members Password and Files, whose items have Name and Data (base64).
[[nodiscard]] UploadFiles bind_files(const Binder& binder);

// Reads the members of CreateCert; Files, Password and Leaf may stand in place of Rsa. Leaf is the SHA-256 of the
// certificate that is meant, where the files hold several with their keys. Finishes the binder. Error also:
// kInvalidInput when the files hold no such certificate with its key; its message says what they lack.
[[nodiscard]] base::Result<UploadInput> bind_upload_or_files(const Binder& binder);

}  // namespace livecert::api
