#include "app/serve_check.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
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
#include "app/master_key_source.h"
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
#include "store/sqlite/data_directory.h"
#include "store/sqlite/schema.h"
#include "vault/vault.h"
#include "x509/root_set.h"

namespace livecert::app {
namespace {

using cli::tr;
using store::sqlite::DataDirectory;

constexpr std::chrono::seconds kPatience{1};

class Check {
 public:
  explicit Check(const Config& config) : config_(config) {}

  [[nodiscard]] std::vector<CheckLine> run() {
    check_directory();
    check_store();
    check_roots();
    check_edges();
    check_addresses();
    return std::move(lines_);
  }

 private:
  void good(std::string text) { lines_.push_back({CheckLine::Grade::kGood, std::move(text)}); }
  void warn(std::string text) { lines_.push_back({CheckLine::Grade::kWarning, std::move(text)}); }
  void fail(std::string text) { lines_.push_back({CheckLine::Grade::kError, std::move(text)}); }

  void check_directory();
  void check_store();
  void check_first_start();
  void check_key(const base::SecretBytes& key);
  void check_roots();
  void check_edges();
  void check_edge(const edge::Definition& definition);
  void check_owner(const edge::Definition& definition);
  void check_addresses();
  void check_address(const net::Endpoint& endpoint);

  const Config& config_;
  bool in_use_ = false;  // a service runs on the data directory
  std::vector<CheckLine> lines_;
};

// Tries the lock of the running service (DataDirectory::lock()), without making the file.
bool is_in_use(const std::filesystem::path& data_dir) {
  const base::OwnedDescriptor lock(::open((data_dir / "lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return lock.is_open() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

bool may_write(const std::filesystem::path& directory) {
  return ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

void Check::check_directory() {
  const std::filesystem::path& directory = config_.data_dir;
  std::error_code failure;
  if (!std::filesystem::exists(directory, failure)) {
    std::filesystem::path above = std::filesystem::absolute(directory).parent_path();
    while (above.has_relative_path() && !std::filesystem::exists(above, failure)) above = above.parent_path();
    if (may_write(above)) return good(directory.string() + tr(" will be made.", " 将在启动时创建。"));
    return fail(directory.string() +
                tr(" is missing, and this user may not make it in ", " 不存在，当前用户无权在此创建：") +
                above.string());
  }
  if (const auto open_to = base::tell_if_others_write(directory)) {
    return fail(tr("The data directory ", "数据目录 ") + directory.string() + " " + *open_to);
  }
  if (!may_write(directory)) {
    return fail(tr("This user may not write to the data directory ", "当前用户无权写入数据目录 ") + directory.string() +
                tr("; check as the user that runs the service.", "；请以运行服务的用户执行检查。"));
  }
  in_use_ = is_in_use(directory);
  good(tr("The data directory is ", "数据目录：") + directory.string() +
       (in_use_ ? tr("; a service runs on it.", "；已有服务在其上运行。") : std::string()));
}

void Check::check_store() {
  const std::filesystem::path file = DataDirectory::database_file(config_.data_dir);
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure || size == 0) return check_first_start();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::filesystem::path part = file.string() + suffix;
    if (const auto open_to = base::tell_if_not_private(part)) fail(part.string() + " " + *open_to);
  }
  if (const auto written = check_credentials_file(config_.data_dir); !written) fail(written.error().message);
  // Without the log, the file may look damaged.
  const auto whole = DataDirectory::check_log_after_failed_sync(config_.data_dir);
  if (!whole) return fail(whole.error().message);
  const auto newest = static_cast<std::int64_t>(store::sqlite::released_migrations().size());
  if (const auto fits = store::sqlite::inspect_file(file, newest); !fits) return fail(fits.error().message);
  if (store::sqlite::lacks_log(file)) warn(missing_log_text(config_.data_dir));
  const auto key = find_master_key(config_);
  if (!key) return fail(key.error().message);
  check_key(*key);
}

void Check::check_first_start() {
  if (const auto fits = refuse_if_lost(config_); !fits) return fail(fits.error().message);
  std::error_code ignored;
  const std::filesystem::path file = master_key_file(config_);
  const bool is_named = !config_.master_key.empty() || !lasts_beside_master_key(config_);
  if (!is_named && !std::filesystem::exists(file, ignored)) {
    return good(tr("There is no store yet: the first start makes one, and the master key ",
                   "尚无存储：首次启动会创建存储，以及主密钥 ") +
                file.string());
  }
  if (const auto key = find_master_key(config_); !key) return fail(key.error().message);
  good(tr("There is no store yet: the first start makes one, under the master key ",
          "尚无存储：首次启动会创建存储，使用主密钥 ") +
       file.string());
}

void Check::check_key(const base::SecretBytes& key) {
  const std::filesystem::path file = DataDirectory::database_file(config_.data_dir);
  const auto read_header = [&]() -> base::Result<base::Bytes> {
    TRY_ASSIGN(const auto database,
               store::sqlite::Connection::open(file, store::sqlite::Connection::Mode::kInspect, {}));
    TRY_ASSIGN(store::sqlite::Query query, database->query("SELECT header FROM vault"));
    TRY_ASSIGN(const bool found, query.next());
    return found ? query.blob(0) : base::Bytes();
  };
  const auto header = read_header();
  if (!header) return fail(file.string() + tr(" cannot be read: ", " 无法读取：") + header.error().detail);
  crypto::SystemRandom random;
  base::WipedBuffer copy;
  const base::ByteView bytes = key.reveal(base::SecretAccess());
  copy.assign(bytes.begin(), bytes.end());
  const auto vault = vault::LocalVault::open(base::SecretBytes(std::move(copy)), *header, random);
  if (!vault) {
    return fail(tr("master key file ", "主密钥文件 ") + master_key_file(config_).string() + ": " +
                vault.error().message);
  }
  good(tr("The master key opens the store: ", "主密钥与存储匹配：") + master_key_file(config_).string());
}

void Check::check_roots() {
  if (config_.trust == "none") return;
  const auto roots = config_.trust == "system" ? x509::RootSet::load_system() : x509::RootSet::load_file(config_.trust);
  if (!roots) return fail("trust: " + roots.error().message);
  good("trust: " + std::to_string(roots->size()) + tr(" roots", " 个根证书"));
}

void Check::check_edges() {
  if (const auto fit = EdgeRunner::check(config_.edges); !fit) fail(fit.error().message);
  for (const edge::Definition& definition : config_.edges) check_edge(definition);
}

void Check::check_edge(const edge::Definition& definition) {
  const std::string name = tr("edge ", "接入节点 ") + definition.name + ": ";
  bool is_good = true;
  if (definition.kind != edge::Kind::kCaddy) {
    const auto before = lines_.size();
    const edge::Place place = edge::place_of(definition);
    const auto folder = edge::Folder::open(place);
    if (!folder) {
      fail(name + folder.error().message + folder.error().detail);
    } else if (::faccessat(folder->descriptor(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
      fail(name + tr("this user may not write in ", "当前用户无权写入 ") + place.full().string());
    }
    if (const auto ours = edge::check_store(definition, find_store_mark(config_.data_dir)); !ours) {
      fail(name + ours.error().message);
    }
    check_owner(definition);
    is_good = lines_.size() == before;
  }
  if (!definition.socket.empty()) {
    const auto answer = edge::HaproxySocket(definition.socket, kPatience).ask("show version\n");
    if (!answer) {
      is_good = false;
      warn(name + answer.error().message + answer.error().detail);
    }
  }
  if (definition.listen) {
    edge::TcpConnection connection(*definition.listen, std::chrono::steady_clock::now() + kPatience);
    if (connection.connect().end != edge::Transfer::End::kDone) {
      is_good = false;
      warn(name + tr("nothing listens at ", "以下地址无人监听：") + definition.listen->to_string());
    }
  }
  if (is_good) good(name + std::string(edge::to_text(definition.kind)));
}

void Check::check_owner(const edge::Definition& definition) {
  const std::string name = tr("edge ", "接入节点 ") + definition.name + ": ";
  if (::geteuid() == 0) return;
  if (definition.access.user && *definition.access.user != ::geteuid()) {
    fail(name + tr("only root can give files to another user: set group and mode instead of owner",
                   "只有 root 能把文件交给其他用户：请改用 group 和 mode，而不是 owner"));
  }
  if (!definition.access.group || *definition.access.group == ::getegid()) return;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  groups.resize(static_cast<std::size_t>(std::max(0, ::getgroups(static_cast<int>(groups.size()), groups.data()))));
  if (std::ranges::find(groups, *definition.access.group) == groups.end()) {
    fail(name + tr("this user is not in the group of the files: ", "当前用户不在文件所属的组中：") +
         std::to_string(*definition.access.group));
  }
}

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

void Check::check_addresses() {
  std::vector<net::Endpoint> known;
  for (const std::optional<net::Endpoint>& endpoint : {config_.http, config_.https, config_.admin}) {
    if (!endpoint) continue;
    if (endpoint->port != 0 && std::ranges::find(known, *endpoint) != known.end()) {
      fail(endpoint->to_string() + tr(" is named for two listeners: each needs an address of its own.",
                                      " 被用于两个监听：每个监听需要各自的地址。"));
      continue;
    }
    known.push_back(*endpoint);
    check_address(*endpoint);
  }
}

void Check::check_address(const net::Endpoint& endpoint) {
  const auto failure = bind_failure(endpoint);
  if (failure == EADDRINUSE && in_use_) {
    return good(endpoint.to_string() +
                tr(" is taken, by the running service as it seems.", " 已被占用，应为正在运行的服务。"));
  }
  if (failure)
    return fail(endpoint.to_string() + tr(" cannot be listened at: ", " 无法监听：") + std::strerror(*failure));
  good(endpoint.to_string() + tr(" is free.", " 可用。"));
}

std::string label(CheckLine::Grade grade) {
  switch (grade) {
    case CheckLine::Grade::kGood:
      return tr("good     ", "正常  ");
    case CheckLine::Grade::kWarning:
      return tr("warning  ", "警告  ");
    case CheckLine::Grade::kError:
      return tr("error    ", "错误  ");
  }
  return {};
}

}  // namespace

std::vector<CheckLine> check_start(const Config& config) {
  return Check(config).run();
}

base::Result<int> check_and_print(const Config& config) {
  const std::vector<CheckLine> lines = check_start(config);
  for (const CheckLine& line : lines) std::cout << label(line.grade) << line.text << "\n";
  const bool is_refused =
      std::ranges::any_of(lines, [](const CheckLine& line) { return line.grade == CheckLine::Grade::kError; });
  return is_refused ? 1 : 0;
}

}  // namespace livecert::app
