#include "app/settings.h"

#include <algorithm>
#include <array>

#include "app/config.h"
#include "app/setting_forms.h"

namespace livecert::app {
namespace {

using edge::PlanOptions;
using net::Limits;
using service::Settings;

// A member of a member of … of Config.
template <auto first, auto... rest>
auto& member_of(auto& object) {
  if constexpr (sizeof...(rest) == 0) {
    return object.*first;
  } else {
    return member_of<rest...>(object.*first);
  }
}

template <class Form>
constexpr SettingForm::Kind kind_of() {
  if constexpr (requires { Form::kKind; }) {
    return Form::kKind;
  } else {
    return SettingForm::Kind::kValue;
  }
}

// The form of what is at the end of the path.
template <class Form, auto... path>
constexpr SettingForm kForm{
    kind_of<Form>(),
    Form::kPlaceholder,
    Form::range,
    [](Config& config, const std::string& text) { return Form::read(member_of<path...>(config), text); },
    [](const Config& config) { return Form::show(member_of<path...>(config)); },
    [](const Config& from, Config& to) { member_of<path...>(to) = member_of<path...>(from); },
};

constexpr std::uint64_t kMiB = 1024UL * 1024;
constexpr std::string_view kDuplicates = "converge|allow";
constexpr std::string_view kDomains = "auto|created";
constexpr std::string_view kStandby = "auto|true|false";
constexpr std::string_view kLogLevels = "debug|info|warning|error";
constexpr std::string_view kLogFormats = "text|json";

constexpr auto kSettings = std::to_array<Setting>({
    {.name = "data_dir",
     .help = {"Directory of the embedded store; made if missing", "内置存储的目录；不存在时创建"},
     .form = kForm<form::Path, &Config::data_dir>,
     .is_required = true},
    {.name = "store",
     .help = {"Address of a PostgreSQL database that holds the store, such as postgres://livecert@db1,db2/livecert, "
              "without a password",
              "存放数据的 PostgreSQL 数据库地址，如 postgres://livecert@db1,db2/livecert，不含密码"},
     .form = kForm<form::Text, &Config::store>,
     .unset = {"the embedded store in data_dir", "data_dir 中的内置存储"}},
    {.name = "store_password_file",
     .help = {"File of the password for that database, mode 0600", "该数据库密码的文件，权限 0600"},
     .form = kForm<form::Path, &Config::store_password_file>,
     .unset = {"the systemd credential livecert-store-password, else libpq's own places",
               "systemd 凭证 livecert-store-password；没有时由 libpq 按自己的规则查找"}},
    {.name = "require_standby",
     .help = {"Refuse a database without a synchronous standby; auto: if store names several hosts",
              "拒绝没有同步备库的数据库；auto：store 写有多个主机时拒绝"},
     .form = kForm<form::OneOf<kStandby>, &Config::require_standby>},
    {.name = "http",
     .help = {"Address to serve plain HTTP on; not served if only https is set; port 0: any free",
              "明文 HTTP 的监听地址；只设置了 https 时不监听；端口 0：任意空闲端口"},
     .form = kForm<form::ListenAddress, &Config::http>},
    {.name = "https",
     .help = {"Address to serve HTTPS on, with a certificate of livecert's own bootstrap CA",
              "HTTPS 的监听地址，证书由 livecert 的自带 CA 签发"},
     .form = kForm<form::ListenAddress, &Config::https>},
    {.name = "insecure_http",
     .help = {"Allow plain HTTP on addresses other than loopback: private keys cross the network in the clear",
              "允许在回环以外的地址上提供明文 HTTP：私钥将不加密地经过网络"},
     .form = kForm<form::Switch, &Config::insecure_http>},
    {.name = "proxy_protocol_from",
     .help = {"Balancers; their connections, and no others, begin with a PROXY protocol header (version 1 or 2)",
              "负载均衡器；只有来自它们的连接以 PROXY protocol 头（版本 1 或 2）开始"},
     .form = kForm<form::Balancers, &Config::proxy_protocol_from>},
    {.name = "admin",
     .help = {"Address to serve health and metrics on (/livez, /readyz, /metrics). It needs no signatures: use an "
              "address that only the monitoring reaches",
              "健康检查与指标（/livez、/readyz、/metrics）的监听地址，不需要签名：请使用只有监控系统能访问的地址"},
     .form = kForm<form::ListenAddress, &Config::admin>},
    {.name = "metrics_certificates",
     .help = {"How many certificates /metrics shows one by one, those that end soonest",
              "/metrics 逐一列出的证书数，取最早到期的"},
     .form = kForm<form::Number<1, 10'000>, &Config::metrics_certificates>},
    {.name = "master_key",
     .help = {"File of the master key (64 hexadecimal digits); DATA_DIR.master-key is made on the first start",
              "主密钥文件（64 位十六进制数字）；DATA_DIR.master-key 在首次启动时生成"},
     .form = kForm<form::Path, &Config::master_key>,
     .unset = {"the systemd credential livecert-master-key, else DATA_DIR.master-key",
               "systemd 凭证 livecert-master-key；没有时为 DATA_DIR.master-key"}},
    {.name = "rate_limit",
     .help = {"Calls per second for each account and action; 0: no limit",
              "每个账号、每个接口每秒的调用次数；0 表示不限"},
     .form = kForm<form::Number<0, 1'000'000>, &Config::rate_limit>,
     .reloads = true},
    {.name = "duplicates",
     .help = {"converge: an upload of a stored chain answers its ChainID; allow: it makes a new chain",
              "converge：再次上传已有的证书链时返回其 ChainID；allow：新建一个证书链"},
     .form = kForm<form::Either<kDuplicates>, &Config::service, &Settings::converge_duplicates>},
    {.name = "domains",
     .help = {"created: somebody must create a domain before it can be bound; auto: a bind creates it, if the "
              "certificate covers it",
              "created：域名须先创建才能绑定；auto：证书覆盖该域名时，绑定即创建"},
     .form = kForm<form::Either<kDomains>, &Config::service, &Settings::register_domains>},
    {.name = "keep_versions",
     .help = {"How many versions of each chain to keep, the current one included",
              "每个证书链保留的版本数，包括当前版本"},
     .form = kForm<form::Number<1, 1000>, &Config::service, &Settings::keep_versions>},
    {.name = "prune_after_days",
     .help = {"Remove chains that are superseded, unbound and expired for that many days; 0: never",
              "移除已被取代、未绑定且过期达此天数的证书链；0 表示从不"},
     .form = kForm<form::Days<0, 36'500>, &Config::prune_after>},
    {.name = "audit_retention_days",
     .help = {"Remove records of the audit that are older than that many days; 0: never",
              "移除早于此天数的审计记录；0 表示从不"},
     .form = kForm<form::Days<0, 36'500>, &Config::audit_retention>},
    {.name = "put_back",
     .help = {"A new version goes to one edge first, and an edge that does not serve it gets the former version back",
              "新版本先下发给一个接入节点；没有出示它的节点恢复到先前的版本"},
     .form = kForm<form::Switch, &Config::plan, &PlanOptions::put_back>,
     .reloads = true},
    {.name = "no_delivery",
     .help = {"Deliver to no edge, for example to rehearse with a restored store; delivery begins when you remove this",
              "不向任何接入节点下发，例如用恢复出来的存储做演练时；去掉该项后开始下发"},
     .form = kForm<form::Switch, &Config::no_delivery>,
     .reloads = true},
    {.name = "proof_interval",
     .help = {"Seconds between two checks of what edges serve", "两次核对接入节点所出示的证书之间的秒数"},
     .form = kForm<form::Seconds<1, 60>, &Config::plan, &PlanOptions::proof_interval>,
     .reloads = true},
    {.name = "edge_roots",
     .help = {"Edges that are added while the service runs must have their folders and sockets below one of these",
              "在服务运行时添加的接入节点，其目录与套接字须在这些目录之下"},
     .form = kForm<form::Roots, &Config::edge_roots>,
     .reloads = true},
    {.name = "init",
     .help = {"Make the first store even if no mark can be left outside the data directory; give it once",
              "即使无法在数据目录之外留下标记，也创建首个存储；只加一次"},
     .form = kForm<form::Switch, &Config::init>},
    {.name = "trust",
     .help = {"The roots to one of which each upload must lead: none are asked for, those of the system, or those of a "
              "PEM file",
              "上传的证书链须到达的根证书：none 不要求，system 为系统的根证书，或一个 PEM 文件"},
     .form = kForm<form::Trust, &Config::trust>},
    {.name = "issuers_dir",
     .help = {"Directory of issuers' certificates (.pem .crt .cer .der) that complete chains",
              "签发者证书（.pem .crt .cer .der）的目录，用于补全证书链"},
     .form = kForm<form::Directory, &Config::issuers_dir>},
    {.name = "fetch_issuers",
     .help = {"Fetch missing intermediates from the address that a certificate names",
              "按证书中写明的地址下载缺少的中间证书"},
     .form = kForm<form::Switch, &Config::fetch_issuers>},
    {.name = "insecure_fetch_ports",
     .help = {"Fetch issuers from these ports only, and from private addresses too",
              "只从这些端口下载签发者证书，且允许内网地址"},
     .form = kForm<form::InsecurePorts, &Config::fetch>},
    {.name = "host_names",
     .help = {"More names for the HTTPS certificate", "HTTPS 证书额外包含的名称"},
     .form = kForm<form::HostNames, &Config::host_names>,
     .reloads = true},
    {.name = "own_domain",
     .help = {"Domain whose certificate the HTTPS listener shows", "HTTPS 监听出示此域名的证书"},
     .form = kForm<form::HostName, &Config::own_domain>,
     .reloads = true,
     .unset = {"the bootstrap CA's certificate", "自带 CA 的证书"}},
    {.name = "region",
     .help = {"Region that answers show", "应答中显示的区域"},
     .form = kForm<form::Region, &Config::region>},
    {.name = "node_id",
     .help = {"Services with different numbers never make the same CertID", "编号不同的服务不会生成相同的 CertID"},
     .form = kForm<form::Number<0, 1023>, &Config::node_id>},
    {.name = "log_level",
     .help = {"The least level that the log has", "日志的最低级别"},
     .form = kForm<form::OneOf<kLogLevels>, &Config::log_level>,
     .reloads = true},
    {.name = "log_format",
     .help = {"Lines of text, or a JSON object for each line", "日志每行为文本，或为一个 JSON 对象"},
     .form = kForm<form::OneOf<kLogFormats>, &Config::log_format>,
     .reloads = true},
    {.name = "access_log",
     .help = {"File for the lines of requests", "写入各请求记录的文件"},
     .form = kForm<form::Path, &Config::access_log>,
     .reloads = true,
     .unset = {"in the log", "写入日志"}},
    {.name = "worker_threads",
     .help = {"Threads that work on requests", "处理请求的线程数"},
     .form = kForm<form::Number<1, 1024>, &Config::limits, &Limits::worker_threads>},
    {.name = "max_connections",
     .help = {"How many connections may be open at once", "同时打开的连接数"},
     .form = kForm<form::Number<1, 1'000'000>, &Config::limits, &Limits::connections>},
    {.name = "max_body_bytes",
     .help = {"Bytes of the longest request body", "请求体的最大字节数"},
     .form = kForm<form::Number<1024, 64 * kMiB>, &Config::limits, &Limits::body_bytes>},
    {.name = "max_bodies_bytes",
     .help = {"Bytes of memory for all request bodies together", "内存中所有请求体合计的字节数"},
     .form = kForm<form::Number<kMiB, 65536 * kMiB>, &Config::limits, &Limits::bodies_in_flight_bytes>},
    {.name = "header_timeout",
     .help = {"Seconds within which a request's head must arrive", "请求头须在此秒数内收完"},
     .form = kForm<form::Seconds<1, 600>, &Config::limits, &Limits::header_time>},
    {.name = "body_timeout",
     .help = {"Seconds within which a request's body must arrive", "请求体须在此秒数内收完"},
     .form = kForm<form::Seconds<1, 3600>, &Config::limits, &Limits::body_time>},
    {.name = "idle_timeout",
     .help = {"Seconds that a connection may wait for its next request", "连接等待下一个请求的秒数"},
     .form = kForm<form::Seconds<1, 3600>, &Config::limits, &Limits::idle_time>},
    {.name = "answer_timeout",
     .help = {"Seconds until a request is answered with a timeout", "应答超时之前的秒数"},
     .form = kForm<form::Seconds<1, 600>, &Config::limits, &Limits::answer_time>},
});

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

const Setting* find_setting(std::string_view name) {
  const auto* const found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : found;
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.name);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string default_of(const Setting& setting) {
  return setting.form.show(Config());
}

base::Bilingual unset_of(const Setting& setting) {
  return setting.is_required ? base::Bilingual{"required", "必填"} : setting.unset;
}

std::string help_of(const Setting& setting, base::Language language) {
  const auto in_words = [&](const base::Bilingual& text) { return std::string(text.in(language)); };
  const std::string value = default_of(setting);
  const std::string range = setting.form.range(language);
  std::string help = std::string(setting.help.in(language)) + in_words({" (", "（"});
  if (!setting.is_required) help += in_words({"default ", "默认 "});
  help += value.empty() ? in_words(unset_of(setting)) : value;
  if (!range.empty()) help += in_words({"; ", "；"}) + range;
  if (setting.reloads) help += in_words({"; a reload applies it", "；重新加载即生效"});
  return help + in_words({")", "）"});
}

}  // namespace livecert::app
