#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/time.h"
#include "domain/chain.h"
#include "http/message.h"
#include "service/list_certs.h"

// The JSON of chains in answers.
namespace livecert::api {

inline constexpr std::int64_t kMaxPageSize = 1000;
inline constexpr std::int64_t kMaxPageNumber = 2'147'483'647;  // the SDKs' int32

[[nodiscard]] boost::json::array strings_to_json(const std::vector<std::string>& strings);

// Members that lists and the detail share. CertDomainList: the domains bound to the chain.
[[nodiscard]] boost::json::object chain_members(const domain::ChainSummary& chain, base::Time now);

using ChainToJson = boost::json::object (*)(const domain::ChainSummary& chain, base::Time now);

// An item of ListCertV2.
[[nodiscard]] boost::json::object list_item(const domain::ChainSummary& chain, base::Time now);

// A result with the members Total and CertList, and `more` between them, made batch by batch while it is sent.
[[nodiscard]] http::BodyProducer cert_list(service::ListCertsOutput list, const boost::json::object& more,
                                           ChainToJson to_item, base::Time now);

}  // namespace livecert::api
