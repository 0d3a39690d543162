#pragma once

#include <memory>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/driver.h"

namespace livecert::edge {

// The driver of a kind that works through files or a socket. kConfiguration when it cannot be used at all (for example
// a relative path); a fault that may end by itself, such as a missing folder, shows in the driver's calls.
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition);
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_haproxy_driver(const Definition& definition);
// Whether HAProxy can take the paths of the definition. Touches no file.
[[nodiscard]] base::Result<void> check_haproxy(const Definition& definition);
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_srs_driver(const Definition& definition);
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_files_driver(const Definition& definition);

}  // namespace livecert::edge
