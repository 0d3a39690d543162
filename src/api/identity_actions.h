#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::api {

// `sts` GetCallerIdentity, version 2018-01-01: some deployers call it to test a key.
[[nodiscard]] base::Result<Output> get_caller_identity(service::Services&, const service::Context&, const JsonInput&);

// `cdn` ListCertInfo, version 2021-03-01: another deployer tests a key with it. There is no CDN here, so the list is
// always empty.
[[nodiscard]] base::Result<Output> list_cert_info(service::Services&, const service::Context&, const JsonInput&);

// Makes credentials that end by themselves, which the caller uses in place of its access key: a page keeps these and
// forgets the key. They have the rights of that key, or only those to read.
[[nodiscard]] base::Result<Output> create_session(service::Services&, const service::Context&, const JsonInput&);

// Tells who the caller is and which actions its key may call, so that a console offers nothing that would be refused.
// The policy of a temporary key may forbid more.
[[nodiscard]] base::Result<Output> get_session(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
