#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// The domain actions of Volcengine Live, version 2023-01-01, that certificates depend on (documentation pages
// 6469/1126810 to 1126812, 1126815, 1127531, 1127533), and livecert's own MoveDomain.
namespace livecert::api {

[[nodiscard]] base::Result<Output> create_domain_v2(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> create_domain(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_domain(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> enable_domain(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> disable_domain(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> update_domain_vhost(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> manager_pull_push_domain_bind(service::Services&, const service::Context&,
                                                                 const JsonInput&);
[[nodiscard]] base::Result<Output> move_domain(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_domain_detail(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> describe_domain(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
