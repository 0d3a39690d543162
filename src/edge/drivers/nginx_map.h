#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace livecert::edge {

inline constexpr const char* kNginxMapFile = "livecert.map.conf";

// The file that nginx includes in its http block. It defines
//   $livecert_link         FOLDER/NAME.pem for a server name that has the form of a domain here, in lower case however
//                          the client wrote it; for every other name a file that does not exist. nginx passes on the
//                          server name as the client sent it, and that may be ../../etc/passwd.
//   $livecert_certificate  for ssl_certificate and ssl_certificate_key: the file to which the link leads, if the server
//                          has `root $livecert_link`, or else the link.
// kConfiguration when nginx cannot express the folder.
[[nodiscard]] base::Result<std::string> make_nginx_map(const std::filesystem::path& folder);

}  // namespace livecert::edge
