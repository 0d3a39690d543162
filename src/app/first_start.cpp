#include "app/first_start.h"

#include <string>

#include "app/data_files.h"
#include "client/credentials.h"
#include "service/initialise.h"

namespace livecert::app {
namespace {

// Ids and secrets are made of letters, digits, `+` and `/` alone: nothing needs escaping.
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

std::filesystem::path marker_file(const std::filesystem::path& data_dir) {
  return data_dir / "store-was-made";
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

base::Result<void> refuse_if_lost(const std::filesystem::path& data_dir) {
  std::error_code ignored;
  for (const std::filesystem::path& trace : {marker_file(data_dir), credentials_file(data_dir)}) {
    if (!std::filesystem::exists(trace, ignored)) continue;
    return base::Error{base::ErrorCode::kConfiguration,
                       "the store in " + data_dir.string() + " is empty or missing, but there was one (" +
                           trace.filename().string() +
                           " is there): put livecert.db back from a backup, or move that file away to begin anew"};
  }
  return {};
}

base::Result<void> note_store_made(const std::filesystem::path& data_dir) {
  std::error_code ignored;
  if (std::filesystem::exists(marker_file(data_dir), ignored)) return {};
  return write_private_file(marker_file(data_dir), base::as_bytes("The first start made a store here.\n"));
}

base::Result<bool> recover_credentials(store::Store& store, const std::filesystem::path& data_dir) {
  const std::filesystem::path aside = aside_name(credentials_file(data_dir));
  std::error_code ignored;
  if (!std::filesystem::exists(aside, ignored)) return false;
  if (const auto credentials = client::load_credentials_file(aside.string())) {
    TRY_ASSIGN(const auto known, store.find_credential(credentials->access_key_id));
    if (known) {
      TRY(put_in_place(credentials_file(data_dir)));
      return true;
    }
  }
  std::filesystem::remove(aside, ignored);
  return false;
}

}  // namespace livecert::app
