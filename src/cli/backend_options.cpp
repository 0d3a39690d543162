#include "cli/backend_options.h"

#include <CLI/CLI.hpp>

#include "cli/language.h"

namespace livecert::cli {

void add_remote(CLI::App& command, RemoteOptions& remote) {
  command.add_option("--profile", remote.profile,
                     tr("Profile that livecert login made; else LIVECERT_PROFILE, else default",
                        "livecert login 创建的配置档；默认取 LIVECERT_PROFILE，再默认为 default"));
  command.add_option("--endpoint", remote.endpoint,
                     tr("URL of the service; else LIVECERT_ENDPOINT, else the profile's, else http://127.0.0.1:8080",
                        "服务的 URL；默认取 LIVECERT_ENDPOINT，其次取配置档，再默认为 http://127.0.0.1:8080"));
  command.add_option("--ca-file", remote.ca_file,
                     tr("PEM of the CA to trust; else LIVECERT_CA_FILE, else the profile's, else the system's",
                        "受信任 CA 的 PEM 文件；默认取 LIVECERT_CA_FILE，其次取配置档，再默认用系统的"));
  command.add_option(
      "--credentials", remote.credentials,
      tr("JSON file with AccessKeyId and SecretAccessKey; else LIVECERT_CREDENTIALS, else VOLC_ACCESSKEY and "
         "VOLC_SECRETKEY, else the profile's key",
         "含 AccessKeyId 与 SecretAccessKey 的 JSON 文件；默认取 LIVECERT_CREDENTIALS，其次取 "
         "VOLC_ACCESSKEY 与 VOLC_SECRETKEY，再默认用配置档中的密钥"));
  command
      .add_flag("--insecure-http", remote.insecure_http,
                tr("Allow plain HTTP to other machines, where keys can be read on the way",
                   "允许以明文 HTTP 访问其他机器；传输途中私钥可能被读取"))
      ->envname("LIVECERT_INSECURE_HTTP");
}

void BackendOptions::add_to(CLI::App& command) {
  add_remote(command, remote);
  command.add_flag("--json", as_json,
                   tr("Print the API's result as JSON, for scripts", "以 JSON 打印接口结果，供脚本使用"));
  if (!open_offline) return;
  command.add_option("--offline", offline,
                     tr("Work in this data directory of a stopped service instead", "直接操作已停止服务的数据目录"));
  command.add_option("--master-key", master_key,
                     tr("With --offline: the master key's file", "与 --offline 同用：主密钥文件"));
}

base::Result<std::unique_ptr<Backend>> BackendOptions::open() const {
  return offline.empty() ? open_remote(remote) : open_offline(offline, master_key);
}

}  // namespace livecert::cli
