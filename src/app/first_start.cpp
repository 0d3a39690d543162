#include "app/first_start.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "app/data_files.h"
#include "app/master_key_source.h"
#include "base/file_access.h"
#include "client/credentials.h"
#include "service/initialise.h"

namespace livecert::app {
namespace {

// Ids and secrets have only letters, digits, `+` and `/`, so nothing needs escaping.
base::WipedBuffer to_json(const service::Initialisation& prepared) {
  base::WipedBuffer json;
  json.reserve(512);
  const auto append = [&json](base::ByteView bytes) { json.insert(json.end(), bytes.begin(), bytes.end()); };
  append(base::as_bytes("{\n  \"AccountId\": \"" + prepared.command.root.id.to_string() + "\",\n"));
  append(base::as_bytes("  \"AccessKeyId\": \"" + prepared.command.access_key.id + "\",\n"));
  append(base::as_bytes("  \"SecretAccessKey\": \""));
  append(prepared.root_secret.reveal(base::SecretAccess()));
  append(base::as_bytes("\"\n}\n"));
  return json;
}

constexpr std::string_view kMarker = "store-was-made";

std::filesystem::path marker_inside(const std::filesystem::path& data_dir) {
  return data_dir / kMarker;
}

// The other directories that a unit's StateDirectory= lists: systemd makes them for the service's user, where a service
// that runs under ProtectSystem= may write nowhere else, and names them with colons between (systemd.exec(5),
// "RuntimeDirectory=").
std::vector<std::filesystem::path> more_state_directories(const Config& config) {
  const char* const listed = std::getenv("STATE_DIRECTORY");
  std::istringstream stream(listed == nullptr ? "" : listed);
  const std::filesystem::path own = path_beside(config.data_dir, "");
  std::vector<std::filesystem::path> directories;
  for (std::string directory; std::getline(stream, directory, ':');) {
    const std::filesystem::path relative = std::filesystem::path(directory).lexically_relative(own);
    if (!relative.empty() && *relative.begin() == "..") directories.emplace_back(directory);
  }
  return directories;
}

// The places outside the data directory, the best first.
std::vector<std::filesystem::path> markers_outside(const Config& config) {
  const std::string suffix = "." + std::string(kMarker);
  std::vector<std::filesystem::path> markers;
  if (lasts_beside_master_key(config)) markers.emplace_back(master_key_file(config).string() + suffix);
  for (const std::filesystem::path& directory : more_state_directories(config)) markers.push_back(directory / kMarker);
  markers.push_back(path_beside(config.data_dir, suffix));
  return markers;
}

// Missing folders do not matter, because they would be made.
bool can_make(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  while (folder.has_relative_path() && !std::filesystem::exists(folder, ignored)) folder = folder.parent_path();
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

base::Error cannot_tell(const Config& config, const std::filesystem::path& marker) {
  return {base::ErrorCode::kConfiguration,
          "there is no store in " + config.data_dir.string() +
              ". livecert cannot tell a first start from a volume that is not mounted, since it may not write " +
              marker.string() +
              ", which would say that there was a store. If this is the first start, add --init this once, and then "
              "make that file, empty"};
}

base::Error lost_inside(const Config& config, const std::filesystem::path& trace) {
  return {base::ErrorCode::kConfiguration,
          "the store in " + config.data_dir.string() + " is empty or missing, but there was one (" +
              trace.filename().string() +
              " is there): put livecert.db back from a backup, or move that file away to start with an empty store"};
}

base::Error lost_whole(const Config& config, const std::filesystem::path& trace) {
  return {base::ErrorCode::kConfiguration,
          "there is no store in " + config.data_dir.string() + ", but there was one under the master key " +
              master_key_file(config).string() + " (" + trace.string() +
              " says so): mount its volume, or put livecert.db back from a backup; or move that file away to start "
              "with an empty store"};
}

}  // namespace

std::filesystem::path credentials_file(const std::filesystem::path& data_dir) {
  return data_dir / "credentials.json";
}

base::Result<void> make_root_account(service::Services& services, base::Bytes vault_header,
                                     const std::filesystem::path& data_dir) {
  TRY_ASSIGN(const service::Initialisation prepared,
             service::prepare_initialisation(services, std::move(vault_header)));
  TRY(write_aside(credentials_file(data_dir), to_json(prepared)));
  TRY(service::initialise(services, prepared));
  return put_in_place(credentials_file(data_dir));
}

base::Result<void> refuse_if_lost(const Config& config) {
  std::error_code ignored;
  for (const std::filesystem::path& trace : {marker_inside(config.data_dir), credentials_file(config.data_dir)}) {
    if (std::filesystem::exists(trace, ignored)) return lost_inside(config, trace);
  }
  const std::vector<std::filesystem::path> outside = markers_outside(config);
  for (const std::filesystem::path& trace : outside) {
    if (std::filesystem::exists(trace, ignored)) return lost_whole(config, trace);
  }
  if (!config.init && std::ranges::none_of(outside, can_make)) return cannot_tell(config, outside.back());
  return {};
}

base::Result<void> mark_initialised(const Config& config) {
  std::error_code ignored;
  const std::string text = "livecert made a store in " + std::filesystem::absolute(config.data_dir).string() +
                           ". While this file is here, none is made in its place.\n";
  const auto put = [&](const std::filesystem::path& marker) -> base::Result<void> {
    if (std::filesystem::exists(marker, ignored)) return {};
    return write_private_file(marker, base::as_bytes(text));
  };
  auto noted = put(marker_inside(config.data_dir));
  const std::vector<std::filesystem::path> outside = markers_outside(config);
  if (std::ranges::any_of(outside, [&](const auto& marker) { return std::filesystem::exists(marker, ignored); })) {
    return noted;
  }
  for (const std::filesystem::path& marker : outside) {
    if (const auto written = put(marker)) return noted;
  }
  return base::Error{base::ErrorCode::kConfiguration,
                     outside.back().string() + " cannot be written" +
                         (outside.size() > 1 ? ", nor can " + outside.front().string() : std::string()) +
                         ": make it, empty, so that a later start without the data directory does not begin a new "
                         "store"};
}

base::Result<void> check_credentials_file(const std::filesystem::path& data_dir) {
  const std::filesystem::path file = credentials_file(data_dir);
  if (const auto open_to = base::tell_if_not_private(file)) {
    return base::Error{base::ErrorCode::kConfiguration, "the access key of the root account in " + file.string() + " " +
                                                            *open_to +
                                                            ", and replace the key if somebody may have read it"};
  }
  return {};
}

base::Result<bool> recover_credentials(store::Store& store, const std::filesystem::path& data_dir) {
  const std::filesystem::path aside = aside_name(credentials_file(data_dir));
  std::error_code ignored;
  if (!std::filesystem::exists(aside, ignored)) return false;
  if (const auto found = client::load_credentials_file(aside.string())) {
    TRY_ASSIGN(const auto known, store.ask(&store::Snapshot::find_credential, found->credentials.access_key_id));
    if (known) {
      TRY(put_in_place(credentials_file(data_dir)));
      return true;
    }
  }
  std::filesystem::remove(aside, ignored);
  return false;
}

}  // namespace livecert::app
