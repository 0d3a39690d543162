#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// livecert's own actions about the servers that serve the certificates, version 2026-12-01.
namespace livecert::api {

[[nodiscard]] base::Result<Output> list_domains(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> describe_delivery(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> check_delivery(service::Services&, const service::Context&, const JsonInput&);

[[nodiscard]] base::Result<Output> list_edges(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> create_edge(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_edge(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
