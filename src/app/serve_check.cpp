#include "app/serve_check.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <netdb.h>
#include <optional>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "app/edge_runner.h"
#include "app/first_start.h"
#include "app/instance.h"
#include "app/log.h"
#include "app/master_key_source.h"
#include "app/store_address.h"
#include "app/store_mark.h"
#include "app/verify_store.h"
#include "base/file_access.h"
#include "base/owned_descriptor.h"
#include "cli/language.h"
#include "crypto/random.h"
#include "edge/drivers/claim.h"
#include "edge/drivers/folder.h"
#include "edge/drivers/haproxy_socket.h"
#include "edge/drivers/kinds.h"
#include "edge/proof/tcp_connection.h"
#include "net/endpoint.h"
#include "store/moving/sqlite_end.h"
#include "store/postgres/schema.h"
#include "store/postgres/server_checks.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/inventory.h"
#include "store/sqlite/schema.h"
#include "vault/vault.h"
#include "x509/root_set.h"

namespace livecert::app {
namespace {

using cli::tr;
using store::sqlite::DataDirectory;

constexpr std::chrono::seconds kPatience{1};

// Tries the lock of the running service (DataDirectory::lock()), without making the file.
bool is_locked(const std::filesystem::path& data_dir) {
  const base::OwnedDescriptor lock(::open((data_dir / "lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return lock.is_open() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

bool may_write(const std::filesystem::path& directory) {
  return ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

std::string own_name() {
  return edge::user_name(::geteuid());
}

std::string restore_command() {
  return "livecert restore BACKUP --identity backup.key --replace";
}

std::string make_folder_command(const std::filesystem::path& folder) {
  return "install -d -o " + own_name() + " -m 0755 " + folder.string();
}

}  // namespace

std::string begin_of(const edge::Definition& definition) {
  return tr("edge ", "接入节点 ") + definition.name + tr(": ", "：");
}

std::string StartCheck::own_mark() const {
  if (!is_in_postgres(config_)) return find_store_mark(config_.data_dir);
  return vault_header_ ? shared_store_mark(*vault_header_) : "";
}

bool StartCheck::has_store() const {
  if (is_in_postgres(config_)) return vault_header_.has_value();
  std::error_code failure;
  const auto size = std::filesystem::file_size(DataDirectory::database_file(config_.data_dir), failure);
  return !failure && size > 0;
}

void StartCheck::find_holders() {
  for (const net::Endpoint& endpoint : addresses_of(config_)) {
    if (endpoint.port != 0) held_.push_back({endpoint, holders_of(endpoint)});
  }
}

void StartCheck::look_at_directory() {
  constexpr std::string_view kName = "data-directory";
  const std::filesystem::path& directory = config_.data_dir;
  std::error_code failure;
  if (!std::filesystem::exists(directory, failure)) {
    std::filesystem::path above = std::filesystem::absolute(directory).parent_path();
    while (above.has_relative_path() && !std::filesystem::exists(above, failure)) above = above.parent_path();
    if (may_write(above)) return list_.good(kName, directory.string() + tr(" will be made.", " 将在启动时创建。"));
    return list_.fail(kName,
                      directory.string() +
                          tr(" is missing, and this user may not make it in ", " 不存在，当前用户无权在此创建：") +
                          above.string(),
                      "install -d -o " + own_name() + " -m 0711 " + directory.string());
  }
  if (const auto open_to = base::tell_if_others_write(directory)) {
    return list_.fail_as_told("data-directory-mode",
                              tr("The data directory ", "数据目录 ") + directory.string() + " " + *open_to,
                              "chmod go-w " + directory.string());
  }
  if (!may_write(directory)) {
    return list_.fail(kName,
                      tr("This user may not write to the data directory ", "当前用户无权写入数据目录 ") +
                          directory.string() +
                          tr("; check as the user that runs the service.", "；请以运行服务的用户执行检查。"),
                      "chown " + own_name() + " " + directory.string());
  }
  in_use_ = is_locked(directory);
  list_.good(kName, tr("The data directory is ", "数据目录：") + directory.string() +
                        (in_use_ ? tr("; a service runs on it.", "；已有服务在其上运行。") : std::string()));
}

void StartCheck::look_at_postgres() {
  constexpr std::string_view kName = "store-database";
  const auto options = postgres_options(config_);
  if (!options) {
    is_sound_ = false;
    return list_.fail("store-password", options.error().message, "editor /etc/livecert/livecert.toml");
  }
  auto found = store::postgres::PostgresStore::inspect(*options);
  if (!found) {
    is_sound_ = false;
    return list_.fail(kName, found.error().message, "editor /etc/livecert/livecert.toml");
  }
  const bool is_older = *found && (*found)->format < store::postgres::newest_format();
  if (*found) {
    vault_header_ = std::move((*found)->vault_header);
    known_keys_ = std::move((*found)->master_keys);
  }
  const std::string address = store::postgres::describe(config_.store);
  if (vault_header_ || noted_store(config_.data_dir).empty()) {
    return list_.good(
        kName, is_older ? tr("The start upgrades the tables of the database: ", "启动时会升级数据库中的表：") + address
               : *found ? tr("The database can be used: ", "数据库可用：") + address
                        : tr("The first start makes the tables in ", "首次启动会在以下数据库建表：") + address);
  }
  is_sound_ = false;
  list_.fail(
      kName,
      address +
          tr(" has no data of livecert, and this data directory was used with a store. Restore the "
             "database, or remove the note to begin an empty one:",
             " 中没有 livecert 的数据，而该数据目录曾配合一个存储使用。请恢复数据库；若要新建空存储，请删除这条记录："),
      "rm " + store_note_file(config_.data_dir).string());
}

void StartCheck::look_at_store() {
  if (is_in_postgres(config_)) return look_at_postgres();
  const std::filesystem::path file = DataDirectory::database_file(config_.data_dir);
  if (!has_store()) {
    if (const auto fits = refuse_if_lost(config_); !fits) {
      is_sound_ = false;
      list_.fail_as_told("store-lost", fits.error().message, restore_command());
    }
    return;
  }
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::filesystem::path part = file.string() + suffix;
    if (const auto open_to = base::tell_if_not_private(part)) {
      list_.fail_as_told("store-mode", part.string() + " " + *open_to, "chmod 600 " + part.string());
    }
  }
  if (const auto written = check_credentials_file(config_.data_dir); !written) {
    list_.fail_as_told("credentials-mode", written.error().message,
                       "chmod 600 " + credentials_file(config_.data_dir).string());
  }
  // Without the log, the file may look damaged.
  if (const auto whole = DataDirectory::check_log_after_failed_sync(config_.data_dir); !whole) {
    is_sound_ = false;
    return list_.fail_as_told("store-log", whole.error().message, restore_command());
  }
  const auto newest = static_cast<std::int64_t>(store::sqlite::released_migrations().size());
  if (const auto fits = store::sqlite::inspect_file(file, newest); !fits) {
    is_sound_ = false;
    return list_.fail_as_told("store-file", fits.error().message, restore_command());
  }
  if (const std::string moved_to = store::moving::moved_to(config_.data_dir); !moved_to.empty()) {
    is_sound_ = false;
    return list_.fail_as_told("store-moved",
                              tr("The content of this store was moved to ", "本存储的内容已迁移到 ") + moved_to +
                                  tr(": name it in store.", "：请在 store 中指定该存储。"),
                              "editor /etc/livecert/livecert.toml");
  }
  if (store::sqlite::lacks_log(file)) {
    list_.warn("store-log", missing_log_text(config_.data_dir), restore_command());
  }
}

void StartCheck::look_at_first_start() {
  std::error_code ignored;
  const std::filesystem::path file = master_key_file(config_);
  const bool is_named = !config_.master_key.empty() || !lasts_beside_master_key(config_);
  if (!is_named && !std::filesystem::exists(file, ignored)) {
    return list_.good("store", tr("There is no store yet: the first start makes one, and the master key ",
                                  "尚无存储：首次启动会创建存储，以及主密钥 ") +
                                   file.string());
  }
  list_.good("store", tr("There is no store yet: the first start makes one, under the master key ",
                         "尚无存储：首次启动会创建存储，使用主密钥 ") +
                          file.string());
}

void StartCheck::look_at_keys(const base::Result<vault::MasterKeys>& keys) {
  constexpr std::string_view kName = "master-key";
  if (!is_sound_) return;
  const std::filesystem::path key_file = master_key_file(config_);
  const std::string put_back = "install -m 0600 COPY_OF_THE_KEY " + key_file.string();
  std::error_code ignored;
  const bool is_to_come = !has_store() && config_.master_key.empty() && lasts_beside_master_key(config_) &&
                          !std::filesystem::exists(key_file, ignored);
  if (!keys && !is_to_come) {
    const bool is_there = std::filesystem::exists(key_file, ignored);
    return list_.fail_as_told(is_there ? "master-key-form" : kName, keys.error().message, put_back);
  }
  if (!has_store()) return look_at_first_start();
  const std::filesystem::path file = DataDirectory::database_file(config_.data_dir);
  const auto read_header = [&]() -> base::Result<base::Bytes> {
    if (vault_header_) return *vault_header_;
    TRY_ASSIGN(const auto inventory,
               store::sqlite::Inventory::open(file, store::sqlite::Inventory::Formats::kOlderToo));
    TRY_ASSIGN(known_keys_, inventory->master_keys());
    TRY_ASSIGN(auto found, inventory->vault_header());
    return found.value_or(base::Bytes());
  };
  const auto header = read_header();
  if (!header) {
    return list_.fail("store-file", file.string() + tr(" cannot be read: ", " 无法读取：") + header.error().detail,
                      restore_command());
  }
  crypto::SystemRandom random;
  const auto vault =
      vault::LocalVault::open(to_ring(vault::copy_of(*keys, base::SecretAccess()), *header, known_keys_), random);
  if (!vault) {
    return list_.fail("master-key-other",
                      tr("master key file ", "主密钥文件 ") + key_file.string() + ": " + vault.error().message,
                      put_back);
  }
  list_.good(kName, tr("The master key opens the store: ", "主密钥与存储匹配：") + key_file.string());
}

void StartCheck::look_at_roots() {
  if (config_.trust == "none") return;
  const auto roots = config_.trust == "system" ? x509::RootSet::load_system() : x509::RootSet::load_file(config_.trust);
  if (!roots) {
    return list_.fail(
        "trust", "trust: " + roots.error().message,
        config_.trust == "system" ? "apt install ca-certificates" : "install -m 0644 ROOTS.pem " + config_.trust);
  }
  list_.good("trust", "trust: " + std::to_string(roots->size()) + tr(" roots", " 个根证书"));
}

void StartCheck::look_at_edges(const std::vector<edge::Definition>& edges) {
  if (const auto fit = EdgeRunner::check(edges); !fit) {
    list_.fail("edge-definition", fit.error().message, "editor /etc/livecert/livecert.toml; livecert edge status");
  }
  for (const edge::Definition& definition : edges) look_at_edge(definition);
}

void StartCheck::look_at_folder(const edge::Definition& definition) {
  const edge::Place place = edge::place_of(definition);
  const auto folder = edge::Folder::open(place);
  if (!folder) {
    list_.fail_as_told("edge-folder", begin_of(definition) + folder.error().message + folder.error().detail,
                       make_folder_command(place.full()));
  } else if (::faccessat(folder->descriptor(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    list_.fail("edge-folder-write",
               begin_of(definition) + tr("this user may not write in ", "当前用户无权写入 ") + place.full().string(),
               "chown " + own_name() + " " + place.full().string());
  }
  if (const auto ours = edge::check_store(definition, own_mark()); !ours) {
    const std::string& told = ours.error().message;
    const std::size_t command = told.rfind(": rm ");
    list_.fail("edge-store", begin_of(definition) + told,
               command == std::string::npos ? std::string() : told.substr(command + 2));
  }
  look_at_owner(definition);
}

void StartCheck::look_at_edge(const edge::Definition& definition) {
  const auto before = list_.lines().size();
  if (definition.kind != edge::Kind::kCaddy) look_at_folder(definition);
  if (!definition.socket.empty()) {
    const auto answer = edge::HaproxySocket(definition.socket, kPatience).ask("show version\n");
    if (!answer) {
      list_.warn("haproxy-socket", begin_of(definition) + answer.error().message + answer.error().detail,
                 "systemctl restart haproxy");
    }
  }
  if (definition.listen) {
    edge::TcpConnection connection(*definition.listen, std::chrono::steady_clock::now() + kPatience);
    if (connection.connect().end != edge::Transfer::End::kDone) {
      const std::string_view program = edge::program_of(definition.kind);
      list_.warn(
          "edge-listen",
          begin_of(definition) + tr("nothing listens at ", "以下地址无人监听：") + definition.listen->to_string(),
          "systemctl start " + std::string(program.empty() ? "THE_SERVER" : program));
    }
  }
  if (list_.lines().size() == before) {
    list_.good("edge", begin_of(definition) + std::string(edge::to_text(definition.kind)));
  }
}

void StartCheck::look_at_owner(const edge::Definition& definition) {
  if (::geteuid() == 0) return;
  if (definition.access.user && *definition.access.user != ::geteuid()) {
    list_.fail(
        "edge-owner",
        begin_of(definition) + tr("only root can give files to another user: set group and mode instead of owner",
                                  "只有 root 能把文件交给其他用户：请改用 group 和 mode，而不是 owner"),
        "usermod -a -G " + std::to_string(::getegid()) + " " + edge::user_name(*definition.access.user));
  }
  if (!definition.access.group || *definition.access.group == ::getegid()) return;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  groups.resize(static_cast<std::size_t>(std::max(0, ::getgroups(static_cast<int>(groups.size()), groups.data()))));
  if (std::ranges::find(groups, *definition.access.group) == groups.end()) {
    list_.fail(
        "edge-group",
        begin_of(definition) + tr("this user is not in the group of the files: ", "当前用户不在文件所属的组中：") +
            std::to_string(*definition.access.group),
        "usermod -a -G $(getent group " + std::to_string(*definition.access.group) + " | cut -d: -f1) " + own_name());
  }
}

namespace {

// Binds the address as the service does, and gives it back.
std::optional<int> bind_failure(const net::Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(endpoint.address.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found) != 0) {
    return EINVAL;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, &::freeaddrinfo);
  const base::OwnedDescriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), address->ai_addr, address->ai_addrlen) != 0) return errno;
  // A server that already listens there is noticed only here, because of the option.
  if (::listen(socket.get(), 1) != 0) return errno;
  return std::nullopt;
}

}  // namespace

std::vector<net::Endpoint> addresses_of(const Config& config) {
  std::vector<net::Endpoint> addresses;
  for (const std::optional<net::Endpoint>& endpoint : {config.http, config.https, config.admin}) {
    if (endpoint) addresses.push_back(*endpoint);
  }
  return addresses;
}

pid_t process_of(const std::filesystem::path& data_dir) {
  std::ifstream stream(data_dir / "lock");
  pid_t process = 0;
  stream >> process;
  return stream ? process : 0;
}

void StartCheck::look_at_addresses() {
  std::vector<net::Endpoint> known;
  for (const net::Endpoint& endpoint : addresses_of(config_)) {
    if (endpoint.port != 0 && std::ranges::find(known, endpoint) != known.end()) {
      list_.fail("address-twice",
                 endpoint.to_string() + tr(" is named for two listeners: each needs an address of its own.",
                                           " 被用于两个监听：每个监听需要各自的地址。"),
                 "editor /etc/livecert/livecert.toml");
      continue;
    }
    known.push_back(endpoint);
    look_at_address(endpoint);
  }
}

void StartCheck::look_at_address(const net::Endpoint& endpoint) {
  const auto failure = bind_failure(endpoint);
  if (!failure) return list_.good("address", endpoint.to_string() + tr(" is free.", " 可用。"));
  const pid_t own = process_of(config_.data_dir);
  const auto found = std::ranges::find(held_, endpoint, &Held::endpoint);
  const bool is_known = found != held_.end() && !found->holders.empty();
  const bool is_ours = is_known ? std::ranges::find(found->holders, own, &PortHolder::process) != found->holders.end()
                                : *failure == EADDRINUSE;
  if (in_use_ && is_ours) {
    return list_.good("address", endpoint.to_string() + tr(" is taken, by the running service as it seems.",
                                                           " 已被占用，应为正在运行的服务。"));
  }
  name_holder(endpoint, *failure);
}

// systemd.exec(5), "Capabilities": only the service gets the right, and not every user of the machine.
constexpr const char* kAllowLowPorts =
    "install -d /etc/systemd/system/livecert.service.d && printf "
    "'[Service]\\nAmbientCapabilities=CAP_NET_BIND_SERVICE\\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\\n' > "
    "/etc/systemd/system/livecert.service.d/ports.conf && systemctl daemon-reload && systemctl restart livecert";

void StartCheck::look_at_access_log() {
  if (const auto writable = check_access_file(config_.access_log); !writable) {
    list_.fail("access-log", writable.error().message, "install -d -o livecert -g livecert -m 0750 /var/log/livecert");
  }
}

void StartCheck::name_holder(const net::Endpoint& endpoint, int failure) {
  std::string text = endpoint.to_string() + tr(" cannot be listened at: ", " 无法监听：") + std::strerror(failure);
  if (failure != EADDRINUSE) {
    return list_.fail("address-refused", text, failure == EACCES ? kAllowLowPorts : "ip address show");
  }
  const auto found = std::ranges::find(held_, endpoint, &Held::endpoint);
  if (found == held_.end() || found->holders.empty()) {
    return list_.fail("address-taken", text, "ss -ltnp sport = :" + std::to_string(endpoint.port));
  }
  text += tr(". It is held by ", "。占用者：") + to_text(found->holders.front());
  list_.fail("address-taken", text, command_to_stop(found->holders.front()));
}

base::Result<int> check_and_print(const Config& config) {
  CheckList list;
  StartCheck check(config, list);
  check.find_holders();
  check.look_at_directory();
  check.look_at_store();
  check.look_at_keys(find_master_keys(config));
  check.look_at_roots();
  check.look_at_edges(config.edges);
  check.look_at_addresses();
  check.look_at_access_log();
  for (const CheckLine& line : list.lines()) std::cout << label_of(line.grade) << line.text << "\n";
  return list.has_error() ? 1 : 0;
}

}  // namespace livecert::app
