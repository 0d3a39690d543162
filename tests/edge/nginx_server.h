#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace livecert::edge {

// Debian's nginx as docs/edges.md has operators set it up, but on Unix sockets. Its certificates are in folder().
class NginxServer {
 public:
  NginxServer();
  NginxServer(const NginxServer&) = delete;
  NginxServer& operator=(const NginxServer&) = delete;
  ~NginxServer();

  // Starts nginx once the folder has the map file. False when nginx does not come up; complaints() says why.
  [[nodiscard]] bool start();
  // The same with a worker process of that user and group; only for root.
  [[nodiscard]] bool start_with_worker_of(const std::string& user_and_group);

  // A name that nginx and regular expressions would misread if it were not quoted.
  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "certificates + {more}"; }
  [[nodiscard]] std::filesystem::path outside() const { return directory_.path() / "outside.pem"; }

  // The socket that is set up as the documentation says.
  [[nodiscard]] std::filesystem::path socket() const { return directory_.path() / "tls.sock"; }
  // Without `root $livecert_link` and without turning away names of another shape.
  [[nodiscard]] std::filesystem::path bare_socket() const { return directory_.path() / "bare.sock"; }
  // Without the map: what the client sends becomes part of the path.
  [[nodiscard]] std::filesystem::path naive_socket() const { return directory_.path() / "naive.sock"; }

  [[nodiscard]] std::string complaints() const;
  [[nodiscard]] std::string log() const { return test::read_file(directory_.path() / "error.log"); }

 private:
  [[nodiscard]] bool start(const std::string& directives);

  test::TemporaryDirectory directory_;
  std::optional<test::ChildProcess> process_;
};

}  // namespace livecert::edge
