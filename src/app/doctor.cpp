#include "app/doctor.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/backup.h"
#include "app/edge_doctor.h"
#include "app/former_stores.h"
#include "app/health_door.h"
#include "app/machine.h"
#include "app/master_key_source.h"
#include "app/serve_check.h"
#include "app/service_user.h"
#include "app/store_address.h"
#include "app/store_place.h"
#include "base/file_access.h"
#include "cli/language.h"
#include "cli/table.h"
#include "edge/place.h"
#include "edge/proof/tcp_connection.h"
#include "service/administer_edges.h"
#include "service/edge_source.h"
#include "service/id_clock.h"
#include "service/server_identity.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/inventory.h"
#include "x509/certificate.h"

namespace livecert::app {
namespace {

namespace fs = std::filesystem;
using cli::tr;

constexpr std::chrono::seconds kReadyTime{2};
constexpr std::int64_t kMostBound = 1000;      // domains among which each edge finds some to be asked for
constexpr std::size_t kMostExpected = 200;     // chains that are read for it
constexpr std::size_t kLongestAnswer = 65536;  // of /readyz

base::Time time_of(const timespec& time) {
  return base::from_unix_seconds(time.tv_sec);
}

std::optional<base::Time> changed_at(const fs::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? std::optional(time_of(status.st_mtim)) : std::nullopt;
}

class Doctor {
 public:
  Doctor(const Config& config, std::string config_file)
      : config_(config), config_file_(std::move(config_file)), user_(ServiceUser::of(config)), start_(config, list_) {}

  CheckList run() {
    start_.find_holders();
    const auto key = find_master_keys(config_);
    const bool is_judged = look_at_key_file();
    {
      const ActingAs acting(user_);
      start_.look_at_directory();
      start_.look_at_store();
      if (is_judged) start_.look_at_keys(key);
      start_.look_at_roots();
      if (start_.has_store()) look_into_store();
      look_at_edges();
      start_.look_at_addresses();
      start_.look_at_access_log();
      look_at_health();
      look_at_former_stores();
    }
    look_at_machine();
    const std::vector<NginxConfiguration> nginx = find_nginx();
    for (const edge::Definition& definition : edges_) check_nginx(definition, nginx, list_);
    return std::move(list_);
  }

 private:
  [[nodiscard]] bool look_at_key_file();
  void look_at_key_place(const fs::path& file);
  void look_into_store();
  void look_at_identity(store::Snapshot& snapshot);
  void look_at_own_domain(store::Snapshot& snapshot);
  void find_expected(store::Snapshot& snapshot);
  void look_at_edges();
  void look_at_health();
  void look_at_machine();
  void look_at_former_stores();

  const Config& config_;
  const std::string config_file_;  // where its settings stand, or would
  const ServiceUser user_;
  CheckList list_;
  StartCheck start_;
  std::optional<base::Time> newest_;     // the store's newest certificate
  std::vector<edge::Definition> edges_;  // of the configuration, then the added ones
  std::vector<Expected> expected_;
};

// False when this user may not see whether the key is the right one.
bool Doctor::look_at_key_file() {
  const fs::path file = master_key_file(config_);
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno != EACCES) return true;  // StartCheck says that it is missing
    list_.cannot_tell("master-key",
                      file.string() + tr(" cannot be seen: run this as root", " 无法查看：请以 root 运行"));
    return false;
  }
  if (base::is_open_to_others(status.st_mode, base::MayBeCredential::kYes)) {
    list_.fail("master-key-mode",
               file.string() + tr(" is accessible to others than its owner", " 可被所有者以外的用户访问"),
               "chmod 600 " + file.string());
    return false;
  }
  if (status.st_uid != 0 && status.st_uid != user_.user) {
    list_.fail("master-key-owner",
               file.string() + tr(" belongs to ", " 属于 ") + edge::user_name(status.st_uid) +
                   tr(", who can read and replace it", "，该用户可以读取和替换它"),
               "chown " + (lasts_beside_master_key(config_) && file == fs::path(kPackagedKey) ? "root" : user_.name) +
                   " " + file.string());
  }
  look_at_key_place(file);
  if (::geteuid() != 0 && ::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) != 0) {
    list_.cannot_tell("master-key", file.string() + tr(" cannot be read by this user: run this as root",
                                                       " 当前用户无法读取：请以 root 运行"));
    return false;
  }
  return true;
}

void Doctor::look_at_key_place(const fs::path& file) {
  std::error_code ignored;
  const fs::path real = fs::weakly_canonical(fs::absolute(file, ignored), ignored);
  const fs::path data = fs::weakly_canonical(fs::absolute(config_.data_dir, ignored), ignored);
  const fs::path within = real.lexically_relative(data);
  const bool is_inside = !within.empty() && *within.begin() != "..";
  if (!is_inside && real.parent_path() != data.parent_path()) return;
  list_.warn("master-key-place",
             real.string() +
                 (is_inside ? tr(" is in the data directory", " 位于数据目录之内")
                            : tr(" is beside the data directory", " 与数据目录相邻")) +
                 tr(": whoever copies that folder has every private key. Put it elsewhere, and name it in master_key",
                    "：复制该目录的人即得到全部私钥。请移到别处，并在 master_key 中写明"),
             "editor " + config_file_);
}

void Doctor::look_into_store() {
  if (is_in_postgres(config_)) return;  // StartCheck asked the database what a start needs to know
  const auto inventory = store::sqlite::Inventory::open(store::sqlite::DataDirectory::database_file(config_.data_dir));
  if (!inventory) return;  // an older format, which the next start takes forward; StartCheck judges all else
  const std::unique_ptr<store::Snapshot> snapshot = (*inventory)->snapshot();
  if (const auto stored = snapshot->list_edges()) {
    service::AddedEdges added = service::added_edges(*stored, config_.edge_roots);
    for (const edge::EdgeStatus& refused : added.refused) {
      list_.fail(
          "edge-refused",
          tr("edge ", "接入节点 ") + refused.definition.name + tr(": ", "：") + refused.counts.failure +
              tr(". Add the folder to edge_roots, or delete the edge", "。请将其目录加入 edge_roots，或删除该接入节点"),
          "editor " + config_file_);
    }
    edges_ = std::move(added.definitions);
  }
  const base::SystemClock clock;
  if (const auto largest = snapshot->largest_version(); largest && largest->number() != 0) {
    newest_ = service::IdClock(clock, *largest).floor();
  }
  look_at_identity(*snapshot);
  find_expected(*snapshot);
}

void Doctor::look_at_identity(store::Snapshot& snapshot) {
  constexpr std::string_view kName = "own-certificate";
  constexpr auto kSoon = std::chrono::days(30);
  if (!config_.https) return;
  if (!config_.own_domain.empty()) return look_at_own_domain(snapshot);
  const auto der = snapshot.find_setting(service::kIdentityCertificates[1]);
  if (!der || !*der) return;  // the first start with https makes it
  const auto leaf = x509::Certificate::parse(**der);
  const base::SystemClock clock;
  if (!leaf) {
    return list_.fail(kName, tr("the certificate of the HTTPS listener cannot be read", "HTTPS 监听的证书无法读取"),
                      "livecert restore BACKUP --identity backup.key --replace");
  }
  if (leaf->not_before() > clock.now()) {
    return list_.warn(
        kName,
        tr("the certificate of the HTTPS listener is not valid before ", "HTTPS 监听的证书尚未生效，生效时间：") +
            base::to_rfc3339(leaf->not_before()) +
            tr(": it was made while the clock was ahead, and a start makes another one",
               "：它是在时钟超前时签发的，重启后会重新签发"),
        "systemctl restart livecert");
  }
  const std::string end = base::to_rfc3339(leaf->not_after());
  if (leaf->not_after() - clock.now() < kSoon) {
    return list_.warn(kName, tr("the certificate of the HTTPS listener ends at ", "HTTPS 监听的证书到期时间：") + end,
                      "systemctl restart livecert");
  }
  list_.good(kName, tr("the certificate of the HTTPS listener ends at ", "HTTPS 监听的证书到期时间：") + end);
}

void Doctor::look_at_own_domain(store::Snapshot& snapshot) {
  constexpr std::string_view kName = "own-domain";
  const base::SystemClock clock;
  const auto found = service::own_binding(snapshot, config_.own_domain, clock.now());
  if (!found) return;  // the store cannot be read; StartCheck says so
  if (!*found) {
    return list_.warn(
        kName,
        tr("the root account has bound no certificate that is valid now to ", "根账号没有为以下域名绑定有效的证书：") +
            config_.own_domain,
        "livecert cert bind CHAIN " + config_.own_domain);
  }
  list_.good(kName, config_.own_domain + tr(": its certificate ends at ", "：证书到期时间 ") +
                        base::to_rfc3339((*found)->ends_at));
}

void Doctor::find_expected(store::Snapshot& snapshot) {
  const auto bound = snapshot.list_bound({}, kMostBound);
  if (!bound) return;
  for (const store::BoundDomain& domain : bound->domains) {
    auto order = service::to_order(domain);
    if (!order || expected_.size() >= kMostExpected) continue;
    const auto content = snapshot.find_content(order->version);
    if (!content || !*content) continue;
    Expected expected{*std::move(order), {}};
    auto leaf = x509::Certificate::parse((*content)->leaf_der);
    if (!leaf) continue;
    expected.chain.push_back(*std::move(leaf));
    for (const domain::IssuerCertificate& issuer : (*content)->issuers) {
      if (auto certificate = x509::Certificate::parse(issuer.der)) expected.chain.push_back(*std::move(certificate));
    }
    expected_.push_back(std::move(expected));
  }
}

void Doctor::look_at_edges() {
  edges_.insert(edges_.begin(), config_.edges.begin(), config_.edges.end());
  start_.look_at_edges(edges_);
  for (const edge::Definition& definition : edges_) {
    check_readers(definition, list_);
    check_haproxy_runtime(definition, list_);
    check_shown(definition, expected_, list_);
  }
}

// Asks over plain HTTP; nullopt: no answer. Only the body is of interest.
std::optional<std::string> ask_readiness(const std::string& address) {
  const auto endpoint = net::Endpoint::parse(address);
  if (!endpoint) return std::nullopt;
  edge::TcpConnection connection({endpoint->address, endpoint->port}, std::chrono::steady_clock::now() + kReadyTime);
  if (connection.connect().end != edge::Transfer::End::kDone) return std::nullopt;
  connection.send(base::as_bytes("GET " + std::string(kReadyPath) + " HTTP/1.1\r\nHost: " + address +
                                 "\r\nConnection: close\r\n\r\n"));
  std::string answer;
  std::array<std::uint8_t, 4096> buffer{};
  while (answer.size() < kLongestAnswer) {
    const edge::Transfer part = connection.receive(buffer);
    if (part.end == edge::Transfer::End::kClosed) break;
    if (part.end != edge::Transfer::End::kDone) return std::nullopt;
    answer.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(part.size));
  }
  const std::size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? std::nullopt : std::optional(answer.substr(body + 4));
}

std::string text_member(const boost::json::object& object, const char* name) {
  const boost::json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

void Doctor::look_at_health() {
  constexpr std::string_view kName = "service";
  if (!start_.is_in_use()) {
    return list_.cannot_tell(kName, tr("the service does not run", "服务没有运行"));
  }
  std::ifstream file(config_.data_dir / "addresses.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  boost::system::error_code failure;
  const boost::json::value addresses = boost::json::parse(text, failure);
  std::string address;
  if (!failure && addresses.is_object()) {
    address = text_member(addresses.get_object(), "admin");
    if (address.empty()) address = text_member(addresses.get_object(), "http");
  }
  if (address.empty()) {
    return list_.cannot_tell(kName, tr("the running service has no plain HTTP to ask it over: set admin",
                                       "运行中的服务没有可供查询的明文 HTTP：请设置 admin"));
  }
  const auto body = ask_readiness(address);
  const boost::json::value answer = body ? boost::json::parse(*body, failure) : boost::json::value();
  if (!body || failure || !answer.is_object()) {
    return list_.fail(kName, address + tr(" does not answer", " 没有应答"), "systemctl restart livecert");
  }
  const boost::json::value* const reasons = answer.get_object().if_contains("Reasons");
  if (reasons == nullptr || !reasons->is_array() || reasons->get_array().empty()) {
    return list_.good(kName, tr("the service is ready: ", "服务就绪：") + address);
  }
  for (const boost::json::value& reason : reasons->get_array()) {
    if (!reason.is_object()) continue;
    const boost::json::object& members = reason.get_object();
    const std::string name = text_member(members, "Name");
    list_.warn(kName, name + ": " + text_member(members, "What") + " " + text_member(members, "Remedy"),
               name == service::reason::kEdgesFailing ? "livecert edge status --failing" : "journalctl -u livecert");
  }
}

void Doctor::look_at_former_stores() {
  constexpr std::string_view kName = "former-store";
  constexpr auto kLong = std::chrono::days(30);  // long enough to see that the present one works
  const base::SystemClock clock;
  for (const FormerStore& former : find_former_stores(config_.data_dir)) {
    if (clock.now() - former.since < kLong) {
      list_.good(kName, former_store_text(former));
    } else {
      list_.warn(kName, former_store_text(former), former.command);
    }
  }
}

void Doctor::look_at_machine() {
  if (const auto volume = find_volume(config_.data_dir)) judge_volume(*volume, config_.data_dir, list_);
  const base::SystemClock clock;
  judge_clock({clock.now(), is_clock_synchronised(), newest_}, list_);
  const pid_t process = start_.is_in_use() ? process_of(config_.data_dir) : ::getpid();
  if (const auto limit = descriptor_limit_of(process)) {
    judge_descriptors(*limit, config_.limits.connections, list_);
  }
  // The database's own backups are unknown here.
  if (start_.has_store() && !is_in_postgres(config_)) {
    judge_backup(
        {clock.now(), changed_at(last_backup_file(config_.data_dir)), changed_at(config_.data_dir / "store-was-made")},
        list_);
  }
}

struct Arguments {
  StorePlace place;
  bool json = false;
};

void print_text(CheckList& list) {
  for (const CheckLine& line : list.lines()) {
    // Certificates and foreign servers have a say in some texts.
    std::cout << label_of(line.grade) << line.check << ": " << cli::printable(line.text) << "\n";
    if (line.is_trouble() && !line.command.empty()) std::cout << "         → " << cli::printable(line.command) << "\n";
  }
  const std::size_t troubles = list.troubles();
  std::cout << (troubles == 0 ? tr("everything is in order", "一切正常")
                              : tr("findings: ", "问题数：") + std::to_string(troubles))
            << "\n";
}

void print_json(CheckList& list) {
  boost::json::array checks;
  for (const CheckLine& line : list.lines()) {
    boost::json::object object{{"Check", line.check}, {"Grade", name_of(line.grade)}, {"Text", line.text}};
    if (line.is_trouble()) object["Command"] = line.command;
    checks.push_back(std::move(object));
  }
  std::cout << boost::json::serialize(boost::json::object{{"Findings", list.troubles()}, {"Checks", std::move(checks)}})
            << "\n";
}

base::Result<int> run_doctor(Arguments arguments) {
  std::error_code ignored;
  StorePlace& place = arguments.place;
  if (place.config.empty() && place.data_dir.empty() && fs::exists(kPackagedConfig, ignored)) {
    place.config = kPackagedConfig;
  }
  const std::string config_file = place.config.empty() ? std::string(kPackagedConfig) : place.config;
  CheckList list;
  if (const auto config = config_of(place)) {
    list = examine(*config, config_file);
  } else {
    list.fail("configuration", config.error().message, "editor " + config_file);
  }
  if (arguments.json) {
    print_json(list);
  } else {
    print_text(list);
  }
  return list.troubles() == 0 ? 0 : 2;
}

}  // namespace

CheckList examine(const Config& config, std::string config_file) {
  return Doctor(config, std::move(config_file)).run();
}

void add_doctor_command(CLI::App& root, cli::Command& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = root.add_subcommand(
      "doctor",
      tr("Look for every trouble of service, store and edges, and name the command that mends it; exit status "
         "2: there is one",
         "检查服务、存储与接入节点的各种问题，并给出修复命令；退出码 2 表示有问题"));
  add_place(*command, arguments->place);
  command->add_flag("--json", arguments->json,
                    tr("Print the checks as JSON, for scripts", "以 JSON 输出检查结果，供脚本使用"));
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_doctor(*arguments); }; });
}

}  // namespace livecert::app
