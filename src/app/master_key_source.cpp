#include "app/master_key_source.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "app/data_files.h"

namespace livecert::app {
namespace {

std::filesystem::path beside_data_directory(const Config& config) {
  return path_beside(config.data_dir, ".master-key");
}

// systemd sets the variable for units with LoadCredential= (systemd.exec(5), "Credentials").
std::filesystem::path systemd_credential() {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return {};
  std::filesystem::path file = std::filesystem::path(directory) / "livecert-master-key";
  // A file that cannot be examined is not missing: no other key must be made then.
  std::error_code failure;
  const bool is_there = std::filesystem::exists(file, failure) || failure == std::errc::permission_denied;
  return is_there ? file : std::filesystem::path();
}

}  // namespace

std::filesystem::path master_key_file(const Config& config) {
  if (!config.master_key.empty()) return config.master_key;
  const std::filesystem::path credential = systemd_credential();
  return credential.empty() ? beside_data_directory(config) : credential;
}

bool lasts_beside_master_key(const Config& config) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return directory == nullptr || master_key_file(config).parent_path() != std::filesystem::path(directory);
}

base::Result<vault::MasterKeys> find_master_keys(const Config& config) {
  auto keys = vault::read_master_keys(master_key_file(config));
  if (!keys) {
    base::Error error = std::move(keys).error();
    error.message += "; the store in " + config.data_dir.string() +
                     " cannot be opened without its master key (put the file back, or name it with --master-key); "
                     "nothing was touched";
    return error;
  }
  return keys;
}

base::Result<FirstMasterKey> find_or_make_master_key(const Config& config, crypto::Random& random) {
  const std::filesystem::path file = master_key_file(config);
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored) || file != beside_data_directory(config)) {
    TRY_ASSIGN(vault::MasterKeys keys, vault::read_master_keys(file));
    if (file == beside_data_directory(config)) TRY(vault::settle_master_key(file));
    return FirstMasterKey{std::move(keys), false};
  }
  TRY_ASSIGN(vault::MasterKeys keys, vault::create_master_key(file, random));
  return FirstMasterKey{std::move(keys), true};
}

vault::LocalVault::Ring to_ring(vault::MasterKeys keys, base::Bytes header, const store::StoredMasterKeys& stored) {
  using domain::MasterKeyState;
  vault::LocalVault::Ring ring{std::move(keys), std::move(header), {}};
  // Items that name no key are under the first one of the store, which may be any.
  const auto seals = [&](const std::string& id) {
    return std::ranges::any_of(stored.sealed, [&](const store::SealedCount& count) {
      return count.items > 0 && (count.key == id || count.key.empty());
    });
  };
  for (const domain::MasterKey& key : stored.keys) {
    // Nothing is under a key that was only added, so its line may be taken out again, and so may that of a former key
    // which seals nothing any more.
    ring.known.push_back({key.id, key.header, key.state == MasterKeyState::kCurrent,
                          key.state == MasterKeyState::kFormer && seals(key.id),
                          key.state == MasterKeyState::kRetired});
  }
  return ring;
}

}  // namespace livecert::app
