#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/temporary_directory.h"

namespace livecert::edge {

// The runtime API of a HAProxy 2.6 without the HAProxy: it keeps certificates, lines and the one transaction as HAProxy
// does, with its weakness, and misbehaves on demand.
class FakeHaproxy {
 public:
  enum class Fault : std::uint8_t {
    kGarbage,     // does nothing, answers nonsense
    kOtherPath,   // does nothing, answers what was asked, but about another path
    kHangUp,      // does nothing, closes without an answer
    kSilence,     // does nothing, never answers
    kLostAnswer,  // does what was asked, closes without an answer
    kHalfAnswer,  // does what was asked, closes in the middle of the answer
  };

  FakeHaproxy();
  FakeHaproxy(const FakeHaproxy&) = delete;
  FakeHaproxy& operator=(const FakeHaproxy&) = delete;
  ~FakeHaproxy();

  [[nodiscard]] std::filesystem::path socket() const { return directory_.path() / "api.sock"; }

  // The n-th command from now on, counted from 1, meets the fault; if the fault stays, all commands after it too.
  void fail(int nth, Fault fault, bool stays);
  // Before the n-th command from now on, another program sets its own certificate: into the open transaction, or into a
  // new one.
  void interfere(int nth);
  static constexpr const char* kForeignPath = "/etc/foreign/site.pem";
  static constexpr const char* kForeignCertificate = "F0E1";

  // The first command that met it; empty when none has.
  [[nodiscard]] std::string faulty_command() const;
  void heal();

  // The SHA-1 of the leaf that a client gets for the domain; empty when the client is refused.
  [[nodiscard]] std::string served(std::string_view domain) const;
  [[nodiscard]] std::size_t line_count() const;
  // How many names stand in each line, as the lines came.
  [[nodiscard]] std::vector<std::size_t> names_in_lines() const;
  // It is another process with the same certificates and lines.
  void restart();
  // Another program asks something.
  void be_asked();
  // Another program exchanges all certificates.
  void exchange_all();
  [[nodiscard]] std::size_t certificate_count() const;
  [[nodiscard]] bool is_transaction_open() const;
  // The SHA-1 of the leaf that is in it.
  [[nodiscard]] std::string in_transaction() const;
  // The commands as they came, without their payloads.
  [[nodiscard]] std::vector<std::string> commands() const;

 private:
  struct Line {
    std::string path;
    std::uint32_t number;
    std::vector<std::string> domains;
  };
  struct Transaction {
    std::string path;
    std::string fingerprint;
  };

  void run();
  void serve(int connection);
  [[nodiscard]] std::optional<std::string> receive(int connection) const;
  [[nodiscard]] std::optional<Fault> next_fault(const std::string& command);
  [[nodiscard]] std::string behave(const std::string& command);
  [[nodiscard]] std::string misbehave(Fault fault, const std::string& command);
  // Carries out the command, and answers.
  [[nodiscard]] std::string obey(const std::string& command);
  [[nodiscard]] std::string show(const std::string& path) const;
  [[nodiscard]] std::string list() const;
  [[nodiscard]] std::string create(const std::string& path);
  [[nodiscard]] std::string set(const std::string& path, const std::string& payload);
  [[nodiscard]] std::string commit(const std::string& path);
  [[nodiscard]] std::string abort(const std::string& path);
  [[nodiscard]] std::string add(const std::string& list, const std::string& payload);
  [[nodiscard]] std::string remove_line(const std::string& list, const std::string& path);
  [[nodiscard]] std::string list_lines(const std::string& list) const;
  [[nodiscard]] std::string inform() const;
  [[nodiscard]] std::string remove(const std::string& path);
  [[nodiscard]] bool is_used(const std::string& path) const;

  test::TemporaryDirectory directory_;
  int listener_ = -1;
  int stop_ = -1;  // an event that ends the thread

  mutable std::mutex mutex_;
  std::map<std::string, std::string> certificates_;  // by path: the leaf's SHA-1, empty when it is empty
  std::vector<Line> lines_;
  std::uint32_t last_line_ = 0;
  int process_ = 100;
  int connections_ = 0;
  std::optional<Transaction> transaction_;
  std::vector<std::string> commands_;
  int until_fault_ = 0;
  int until_interference_ = 0;
  Fault fault_ = Fault::kGarbage;
  bool stays_ = false;
  std::string faulty_command_;

  std::thread thread_;
};

}  // namespace livecert::edge
