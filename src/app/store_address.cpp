#include "app/store_address.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "app/configuration_error.h"
#include "app/data_files.h"
#include "base/file_access.h"
#include "store/postgres/server_checks.h"

namespace livecert::app {
namespace {

constexpr std::size_t kLongestPassword = 1024;

// systemd sets the variable for units with LoadCredential= (systemd.exec(5), "Credentials").
std::filesystem::path password_file(const Config& config) {
  if (!config.store_password_file.empty()) return config.store_password_file;
  const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return {};
  std::filesystem::path file = std::filesystem::path(directory) / "livecert-store-password";
  std::error_code failure;
  const bool is_there = std::filesystem::exists(file, failure) || failure == std::errc::permission_denied;
  return is_there ? file : std::filesystem::path();
}

base::Result<std::string> read_password(const std::filesystem::path& file) {
  if (const auto open_to = base::tell_if_not_private(file, base::MayBeCredential::kYes)) {
    return configuration_error("the password of the store in " + file.string() + " " + *open_to);
  }
  std::ifstream stream(file, std::ios::binary);
  std::string password((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream) return configuration_error("the password of the store cannot be read from " + file.string());
  if (password.ends_with('\n')) password.pop_back();
  if (password.empty() || password.size() > kLongestPassword ||
      password.find_first_of(std::string("\n\0", 2)) != std::string::npos) {
    return configuration_error(file.string() + " must hold the password of the store and nothing else, on one line");
  }
  return password;
}

}  // namespace

base::Result<void> check_store_settings(const Config& config) {
  if (!is_in_postgres(config)) {
    for (const char* name : {"store_password_file", "require_standby"}) {
      if (!config.texts.contains(name)) continue;
      return configuration_error(std::string(name) + " is about a store in PostgreSQL: name its address in store");
    }
    return {};
  }
  TRY(store::postgres::check_address(config.store));
  if (config.texts.contains("node_id")) {
    return configuration_error(
        "node_id cannot be set together with store: over PostgreSQL each service leases a number that no other has");
  }
  return {};
}

base::Result<store::postgres::Options> postgres_options(const Config& config) {
  store::postgres::Options options;
  options.address.uri = config.store;
  if (const auto file = password_file(config); !file.empty()) {
    TRY_ASSIGN(options.address.password, read_password(file));
  }
  options.demands.require_standby = config.require_standby == "auto" ? store::postgres::has_several_hosts(config.store)
                                                                     : config.require_standby == "true";
  return options;
}

base::Result<void> refuse_postgres(const Config& config, const std::string& instead) {
  const std::string address =
      is_in_postgres(config) ? store::postgres::describe(config.store) : noted_store(config.data_dir);
  if (address.empty()) return {};
  return configuration_error("the store is " + address +
                             ", and this command works on the files of an embedded store: " + instead);
}

std::filesystem::path store_note_file(const std::filesystem::path& data_dir) {
  return data_dir / "store-address";
}

base::Result<void> note_store(const Config& config) {
  const std::string text = store::postgres::describe(config.store) + "\n";
  if (holds(store_note_file(config.data_dir), base::as_bytes(text))) return {};
  return write_private_file(store_note_file(config.data_dir), base::as_bytes(text));
}

std::string noted_store(const std::filesystem::path& data_dir) {
  std::ifstream stream(store_note_file(data_dir));
  std::string address;
  std::getline(stream, address);  // does not throw, whatever is there
  return address;
}

}  // namespace livecert::app
