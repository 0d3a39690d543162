#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// livecert's own actions about certificates in files as people have them, version 2026-12-01.
namespace livecert::api {

[[nodiscard]] base::Result<Output> inspect_upload(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
