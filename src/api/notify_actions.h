#pragma once

#include <string>
#include <string_view>

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// livecert's own actions about the channels for notices, version 2026-12-01.
namespace livecert::api {

[[nodiscard]] base::Result<Output> create_notify_channel(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_notify_channels(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_notify_channel(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> test_notify_channel(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> preview_notice(service::Services&, const service::Context&, const JsonInput&);

// The kinds of channels, for the command line.
[[nodiscard]] std::string notify_kinds(std::string_view separator);

}  // namespace livecert::api
