#include "app/backend_options.h"

#include <CLI/CLI.hpp>

#include "app/offline.h"

namespace livecert::app {

void BackendOptions::add_to(CLI::App& command, Offline offline_use) {
  command.add_option("--endpoint", remote.endpoint,
                     "URL of the service; else LIVECERT_ENDPOINT, else http://127.0.0.1:8080");
  command.add_option("--ca-file", remote.ca_file, "PEM of the CA to trust; else LIVECERT_CA_FILE, else the system's");
  command.add_option("--credentials", remote.credentials,
                     "JSON file with AccessKeyId and SecretAccessKey; else VOLC_ACCESSKEY and VOLC_SECRETKEY");
  if (offline_use == Offline::kNever) return;
  command.add_option("--offline", offline, "Work in this data directory of a stopped service instead");
  command.add_option("--master-key", master_key, "With --offline: the master key's file");
}

base::Result<std::unique_ptr<Backend>> BackendOptions::open() const {
  return offline.empty() ? open_remote(remote) : open_offline(offline, master_key);
}

}  // namespace livecert::app
