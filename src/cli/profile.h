#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "signature/sign.h"

// Profiles: where a service is and the key for it, kept under a name. One is a file NAME.json that only its owner may
// read (0600), in $XDG_CONFIG_HOME/livecert or ~/.config/livecert; it is also a credentials file, with the members
// Endpoint and CaFile added.
namespace livecert::cli {

// The profile that is used when none is named and nothing else says which key to use.
inline constexpr const char* kDefaultProfile = "default";

struct Profile {
  std::string endpoint;
  std::string ca_file;  // empty: the system's
  signature::Credentials credentials;
};

// kConfiguration for a name that is no file name of letters, digits, '.', '-' and '_', or when no home is known.
[[nodiscard]] base::Result<std::filesystem::path> profile_file(const std::string& name);

// The profile of that name; nullopt if there is none. kConfiguration when it cannot be used, as for
// client::read_credentials_file().
[[nodiscard]] base::Result<std::optional<Profile>> load_profile(const std::string& name);

// Writes it whole or not at all, and the CA's certificates (if any) beside it as NAME.ca.pem, whose path it then holds.
// Replaces one that is there. kConfiguration with the reason.
[[nodiscard]] base::Result<std::filesystem::path> save_profile(const std::string& name, const Profile& profile);

}  // namespace livecert::cli
