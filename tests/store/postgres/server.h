#pragma once

#include <memory>
#include <string>

#include "support/child_process.h"

namespace livecert::store::testing {

// A PostgreSQL server in a folder of its own, on a Unix socket there. It runs as the user `postgres` when the tests run
// as root, which it refuses.
class PostgresServer {
 public:
  [[nodiscard]] static bool is_installed();
  // The one of this process, which is started by the first call; null: PostgreSQL is not installed. Ends with the
  // process. It does not synchronise with the disk: the tests of the store are about what it does, and not about what
  // survives.
  [[nodiscard]] static PostgresServer* shared();

  // PostgreSQL must be installed.
  enum class Disk { kSynchronised, kFast };
  explicit PostgresServer(Disk disk);

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // SIGQUIT, at once, and a start on the same data.
  void stop();
  void start();

  // The address of a new and empty database schema, or of an old one by its name.
  [[nodiscard]] std::string make_schema();
  [[nodiscard]] std::string address_of(const std::string& schema) const;
  // Runs statements as the database's owner; returns the first value of the last one. Fails the test if one fails.
  [[nodiscard]] std::string run(const std::string& sql, const std::string& schema = "public") const;
  // The path of the socket.
  [[nodiscard]] std::string socket() const;

 private:
  const Disk disk_;
  test::TemporaryDirectory directory_;
  std::unique_ptr<test::ChildProcess> process_;
};

// The name of the schema in an address of make_schema().
[[nodiscard]] std::string schema_of(const std::string& address);

}  // namespace livecert::store::testing
