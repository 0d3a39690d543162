#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace livecert::edge {

inline constexpr const char* kNginxMapFile = "livecert.map.conf";

// The file that nginx includes in its http block. It defines
//   $livecert_link         FOLDER/NAME.pem for a server name of the shape that domains have here, in lower case however
//                          the client wrote it; for everything else a file that does not exist. nginx hands over the
//                          server name as the client sent it, and that may be ../../etc/passwd.
//   $livecert_certificate  for ssl_certificate and ssl_certificate_key: what the link leads to, if the server says
//                          `root $livecert_link`, or the link.
// kConfiguration when nginx cannot express the folder.
[[nodiscard]] base::Result<std::string> make_nginx_map(const std::filesystem::path& folder);

}  // namespace livecert::edge
