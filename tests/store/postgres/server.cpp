#include "store/postgres/server.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <libpq-fe.h>
#include <pwd.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"

namespace livecert::store::testing {
namespace {

constexpr const char* kInstalled = "/usr/lib/postgresql";
constexpr const char* kSchemaOption = "&options=-csearch_path%3D";

// The folder of the newest release's programs; empty: there is none.
std::string find_programs() {
  std::string found;
  std::error_code missing;
  for (const auto& release : std::filesystem::directory_iterator(kInstalled, missing)) {
    const std::string programs = release.path() / "bin";
    if (std::filesystem::exists(programs + "/postgres") && programs > found) found = programs;
  }
  return found;
}

// The words that run a program as the user whom Debian makes for the server.
std::vector<std::string> as_server_user(std::vector<std::string> words) {
  if (::getuid() != 0) return words;
  std::vector<std::string> all{"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

}  // namespace

bool PostgresServer::is_installed() {
  return !find_programs().empty();
}

PostgresServer* PostgresServer::shared() {
  if (!is_installed()) return nullptr;
  static const std::unique_ptr<PostgresServer> server = std::make_unique<PostgresServer>(Disk::kFast);
  return server.get();
}

PostgresServer::PostgresServer(Disk disk) : disk_(disk) {
  const std::string programs = find_programs();
  const std::string folder = directory_.path();
  if (::getuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    LIVECERT_CHECK(user != nullptr && ::chown(folder.c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  const std::string data = folder + "/data";
  const auto made = test::run_command(as_server_user({programs + "/initdb", "--auth=trust", "--username=livecert",
                                                      "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D", data}));
  LIVECERT_CHECK(made.status == 0);
  start();
}

void PostgresServer::start() {
  const std::string programs = find_programs();
  const std::string folder = directory_.path();
  const std::string data = folder + "/data";
  const std::string synchronised = disk_ == Disk::kSynchronised ? "on" : "off";
  process_ = std::make_unique<test::ChildProcess>(as_server_user(
      {programs + "/postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=" + synchronised, "-c",
       "full_page_writes=" + synchronised, "-c", "max_connections=300", "-c", "shared_buffers=64MB"}));
  for (int left = 300; PQping(address_of("public").c_str()) != PQPING_OK; --left) {
    LIVECERT_CHECK(left > 0 && process_->is_running());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

PostgresServer::~PostgresServer() {
  stop();
}

void PostgresServer::stop() {
  if (!process_) return;
  process_->send_signal(SIGQUIT);
  static_cast<void>(process_->wait(std::chrono::seconds(10)));
  process_.reset();
}

std::string PostgresServer::make_schema() {
  static std::atomic<int> made = 0;
  const std::string schema = "place" + std::to_string(++made);
  static_cast<void>(run("CREATE SCHEMA " + schema));
  return address_of(schema);
}

std::string PostgresServer::address_of(const std::string& schema) const {
  return "postgres://livecert@/postgres?host=" + directory_.path().string() + kSchemaOption + schema;
}

std::string PostgresServer::socket() const {
  return directory_.path() / ".s.PGSQL.5432";
}

std::string PostgresServer::run(const std::string& sql, const std::string& schema) const {
  PGconn* connection = PQconnectdb(address_of(schema).c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) << sql << ": " << PQerrorMessage(connection);
  std::string value = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  PQfinish(connection);
  return value;
}

std::string schema_of(const std::string& address) {
  return address.substr(address.find(kSchemaOption) + std::string_view(kSchemaOption).size());
}

}  // namespace livecert::store::testing
