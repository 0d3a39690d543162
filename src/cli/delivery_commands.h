#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "cli/session.h"

namespace livecert::cli {

// DescribeDelivery's answer once every edge serves the chain's current version, nothing more can be expected, or the
// time is over.
[[nodiscard]] base::Result<boost::json::value> await_delivery(Session& session, const std::string& chain,
                                                              int timeout_seconds);
// For people: the deliveries on standard output; on standard error why not all of them are done.
void print_awaited(const boost::json::value& result, int timeout_seconds);
// The exit status: 0 served, 2 not served, 3 no edge takes it.
[[nodiscard]] int status_of_awaited(const boost::json::value& result);

}  // namespace livecert::cli
