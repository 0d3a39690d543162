#include "store/postgres/server_checks.h"

#include <map>
#include <memory>
#include <sstream>

#include "store/postgres/libpq.h"

namespace livecert::store::postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { libpq().conninfo_free(options); }
};

// The address by libpq's keywords; empty when it cannot be read.
std::map<std::string, std::string> parse(const std::string& uri) {
  std::map<std::string, std::string> values;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(libpq().conninfo_parse(uri.c_str(), nullptr));
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  return values;
}

// "a:1,b:2"; one port is that of all hosts.
std::string with_ports(const std::string& hosts, const std::string& ports) {
  std::istringstream each_host(hosts);
  std::istringstream each_port(ports);
  std::string host;
  std::string port;
  std::string text;
  while (std::getline(each_host, host, ',')) {
    if (std::string next; std::getline(each_port, next, ',')) port = next;
    text += (text.empty() ? "" : ",") + host + (port.empty() ? "" : ":" + port);
  }
  return text;
}

base::Error refused(const std::string& sentence) {
  return {base::ErrorCode::kConfiguration, sentence, sentence};
}

}  // namespace

base::Result<void> check_address(const std::string& uri) {
  TRY(load_libpq());
  const auto values = parse(uri);
  const bool is_uri = uri.starts_with("postgres://") || uri.starts_with("postgresql://");
  if (values.empty() || !is_uri) {
    return refused("store must be an address such as postgres://livecert@db1,db2/livecert");
  }
  const auto database = values.find("dbname");
  const auto port = values.find("port");
  const bool is_torn = (database != values.end() && database->second.find('@') != std::string::npos) ||
                       (port != values.end() && port->second.find_first_not_of("0123456789,") != std::string::npos);
  if (is_torn) {
    return refused(
        "store is no address: a port or the name of the database is wrong, as when a password with a / in it stands "
        "in the address. Write the password to a file and name it in store_password_file");
  }
  if (values.contains("password") || values.contains("sslpassword")) {
    return refused(
        "store must not hold the password, because other users of the machine can read command lines: write "
        "it to a file and name it in store_password_file");
  }
  return {};
}

bool has_several_hosts(const std::string& uri) {
  const auto values = parse(uri);
  const auto hosts = values.find("host");
  return hosts != values.end() && hosts->second.find(',') != std::string::npos;
}

std::string describe(const std::string& uri) {
  auto values = parse(uri);
  std::string text = "postgres://";
  if (values.contains("user")) text += values["user"] + "@";
  return text + with_ports(values["host"], values["port"]) + "/" + values["dbname"];
}

base::Result<void> set_limits(Connection& database, int idle_milliseconds) {
  TRY(database.post_text("SET lock_timeout = '3s'"));
  TRY(database.post_text("SET statement_timeout = '10s'"));
  TRY(database.execute("SET idle_in_transaction_session_timeout = " + std::to_string(idle_milliseconds)));
  // A query whose client has gone ends; other engines with PostgreSQL's protocol do not know this.
  static_cast<void>(database.execute("SET client_connection_check_interval = '1s'"));
  return database.is_open() ? base::Result<void>() : refused("the server closed the connection");
}

// https://www.postgresql.org/docs/15/runtime-config-wal.html: synchronous_commit `on` waits for the disk of this server
// and of the synchronous standby; remote_apply waits for more; remote_write, local and off for less. A setting that an
// engine does not have is not in pg_settings.
base::Result<void> check_durability(Connection& database, const Demands& demands) {
  TRY_ASSIGN(sql::Query query,
             database.query("SELECT name, setting FROM pg_settings WHERE name IN ('fsync',"
                            " 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names')"));
  std::map<std::string, std::string> settings;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) break;
    settings[query.text(0)] = query.text(1);
  }
  const auto is = [&](const char* name, std::string_view value) {
    return !settings.contains(name) || settings[name] == value;
  };
  for (const char* name : {"fsync", "full_page_writes"}) {
    if (!demands.fsync || is(name, "on")) continue;
    return refused(std::string("the database has ") + name + " off, so it can lose commits: turn it on");
  }
  if (!is("synchronous_commit", "on") && !is("synchronous_commit", "remote_apply")) {
    return refused("the database has synchronous_commit = " + settings["synchronous_commit"] +
                   ", so it answers before a commit is safe: set it to on");
  }
  if (demands.require_standby && settings["synchronous_standby_names"].empty()) {
    return refused(
        "the database has no synchronous standby (synchronous_standby_names is empty), so a failover can lose "
        "commits: add one, or set require_standby = false");
  }
  return {};
}

}  // namespace livecert::store::postgres
