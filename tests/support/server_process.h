#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "signature/sign.h"
#include "support/child_process.h"

namespace livecert::test {

// `livecert serve` as a separate process, on ports that the system chooses. Killed with this object.
class ServerProcess {
 public:
  struct Flags {
    std::vector<std::string> more = {};
    std::vector<std::string> wrapper = {};  // a program, with its arguments, that runs the service in its place
    bool https = false;
  };

  // Returns once the service serves; aborts with its log when it does not. Calls are not rate-limited unless a flag
  // says so.
  ServerProcess(std::filesystem::path data_dir, const Flags& flags);
  explicit ServerProcess(std::filesystem::path data_dir) : ServerProcess(std::move(data_dir), Flags()) {}

  [[nodiscard]] const std::filesystem::path& data_dir() const { return data_dir_; }
  [[nodiscard]] const std::string& http() const { return http_; }    // ADDR:PORT
  [[nodiscard]] const std::string& https() const { return https_; }  // ADDR:PORT
  [[nodiscard]] std::string http_url() const { return "http://" + http_; }
  [[nodiscard]] std::string https_url() const { return "https://" + https_; }
  [[nodiscard]] std::filesystem::path credentials_file() const { return data_dir_ / "credentials.json"; }
  [[nodiscard]] signature::Credentials root() const;
  // Returns the log so far. A separate thread writes its lines, some time after the event: use logs() for a line that
  // must come, and stop() before checking that a line is absent.
  [[nodiscard]] std::string log() const { return child_->errors(); }
  // Whether the log holds that text, now or within twenty seconds.
  [[nodiscard]] bool logs(const std::string& text) const;
  [[nodiscard]] ChildProcess& process() { return *child_; }

  // SIGKILL, at once; returns when the process is gone.
  void kill();
  // SIGTERM; returns the exit status.
  int stop();

 private:
  std::filesystem::path data_dir_;
  std::unique_ptr<ChildProcess> child_;
  std::string http_;
  std::string https_;
};

// The flags with which a command calls that server as its root account: --endpoint, --credentials.
[[nodiscard]] std::vector<std::string> as_root_of(const ServerProcess& server);

// Runs the livecert binary with these words.
[[nodiscard]] CommandResult run_livecert(std::vector<std::string> words, const Environment& environment = {});

}  // namespace livecert::test
