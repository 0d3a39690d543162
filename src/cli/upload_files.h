#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "bundle/arrange.h"

namespace CLI {
class App;
}

namespace livecert::cli {

// Where an upload is: files and folders in any form that bundle/ reads.
struct UploadFiles {
  std::vector<std::string> paths;
  std::string password_file;  // its lines are passwords to try; empty: none

  // Declares PATH… and --password-file.
  CLI::App& add_to(CLI::App& command);
};

// Reads files, standard input (`-`), and the files of folders in the order of their names, four levels deep, without
// hidden ones and without folders that are links. kConfiguration with the name of what cannot be read, or holds too
// much.
[[nodiscard]] base::Result<std::vector<bundle::Source>> read_sources(const std::vector<std::string>& paths);

// The uploads in the files: one, or with `all` each certificate that has its key. Warns on standard error about what is
// left out. Asks on the terminal for a password that is needed, if there is a terminal. kInvalidInput, before anything
// is sent, when there is no upload or more than one; the message names the files, what they are, and what converts
// them.
[[nodiscard]] base::Result<std::vector<bundle::Upload>> read_uploads(const UploadFiles& files, bool all);
[[nodiscard]] base::Result<bundle::Upload> read_upload(const UploadFiles& files);

// The members of CreateCert and PlanCert. Empty ones are left out.
[[nodiscard]] base::WipedBuffer to_request(const bundle::Upload& upload, std::string_view name,
                                           std::string_view project, std::string_view chain);

// The first name of the leaf, for messages; its subject without one.
[[nodiscard]] std::string name_of(const bundle::Upload& upload);

}  // namespace livecert::cli
