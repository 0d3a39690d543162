#include "api/cert_actions.h"

#include <memory>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "domain/chain.h"
#include "service/create_cert.h"
#include "service/describe_cert.h"
#include "service/list_certs.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxNameLength = 255;
constexpr std::int64_t kMaxPageSize = 1000;
constexpr std::int64_t kMaxPageNumber = 2'147'483'647;  // the SDKs' int32

json::array to_json(const std::vector<std::string>& strings) {
  return json::array(strings.begin(), strings.end());
}

// Members that the list and the detail share. CertDomainList: the domains bound to the chain.
json::object chain_members(const domain::ChainSummary& chain, base::Time now) {
  json::object object;
  object["CertDomainList"] = json::array();
  object["CertName"] = chain.name;
  object["ChainID"] = chain.id.to_string();
  object["NotAfter"] = base::to_rfc3339(chain.not_after);
  object["NotBefore"] = base::to_rfc3339(chain.not_before);
  object["Status"] = domain::validity_status(chain.not_after, now);
  return object;
}

json::object list_item(const domain::ChainSummary& chain, base::Time now) {
  json::object object = chain_members(chain, now);
  object["CertID"] = chain.current.to_string();
  object["ChainIDVolc"] = "";
  object["CreateTime"] = base::to_rfc3339(chain.created_at);
  object["ProjectName"] = chain.project;
  return object;
}

json::object expiration_info(const store::ChainCounts& counts) {
  json::object object;
  object["ActiveNum"] = counts.active;
  object["ClosingExpireNum"] = counts.closing;
  object["ExpireNum"] = counts.expired;
  return object;
}

// The text of ListCertV2's result, batch by batch.
class CertListText {
 public:
  CertListText(service::ListCertsOutput list, base::Time now) : list_(std::move(list)), now_(now) {}

  base::Result<bool> next(std::string& piece) {
    if (stage_ == Stage::kDone) return false;
    if (stage_ == Stage::kHead) {
      piece = "{\"Total\":" + std::to_string(list_.counts().total) +
              ",\"ExpirationInfo\":" + json::serialize(expiration_info(list_.counts())) + ",\"CertList\":[";
      stage_ = Stage::kFirstItem;
      return true;
    }
    TRY_ASSIGN(const std::vector<domain::ChainSummary> batch, list_.next_batch());
    piece.clear();
    for (const domain::ChainSummary& chain : batch) {
      piece += (stage_ == Stage::kFirstItem ? "" : ",") + json::serialize(list_item(chain, now_));
      stage_ = Stage::kItems;
    }
    if (batch.empty()) {
      piece = "]}";
      stage_ = Stage::kDone;
    }
    return true;
  }

 private:
  enum class Stage { kHead, kFirstItem, kItems, kDone };
  service::ListCertsOutput list_;
  base::Time now_;
  Stage stage_ = Stage::kHead;
};

}  // namespace

base::Result<Output> create_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::CreateCertInput input;
  input.name = binder.optional_string("CertName");
  input.project = binder.optional_string("ProjectName");
  input.chain_id = binder.optional_string("ChainID");
  const std::string use_way = binder.required_string("UseWay");
  const Binder pair = binder.required_object("Rsa");
  input.certificates_pem = pair.required_text("Pubkey");
  input.private_key_pem = pair.required_text("Prikey");
  binder.check_one_of("UseWay", use_way, {"https"});
  binder.check_length("CertName", input.name.value_or(""), 0, kMaxNameLength);
  TRY(binder.finish());

  TRY_ASSIGN(const service::CreateCertOutput output, service::create_cert(services, context, input));
  json::object result;
  result["ChainID"] = output.chain.to_string();
  result["Domain"] = output.domain;
  result["UseWay"] = use_way;
  if (!output.warnings.empty()) result["Warnings"] = to_json(output.warnings);
  return Output(std::move(result));
}

base::Result<Output> list_cert_v2(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::ListCertsInput input;
  input.available = binder.optional_bool("Available");
  input.expiring = binder.optional_bool("Expiring");
  input.domain = binder.optional_string("Domain");
  input.name = binder.optional_string("CertName");
  input.project = binder.optional_string("ProjectName");
  input.page_number = binder.optional_integer("PageNum", 1, kMaxPageNumber);
  input.page_size = binder.optional_integer("PageSize", 1, kMaxPageSize);
  TRY(binder.finish());

  TRY_ASSIGN(service::ListCertsOutput list, service::list_certs(services, context, input));
  auto text = std::make_shared<CertListText>(std::move(list), context.at);
  return Output(http::BodyProducer([text](std::string& piece) { return text->next(piece); }));
}

base::Result<Output> describe_cert_detail_secret_v2(service::Services& services, const service::Context& context,
                                                    const JsonInput& json) {
  const Binder binder(json);
  service::DescribeCertInput input;
  input.chain_id = binder.optional_string("ChainID");
  input.cert_id = binder.optional_string("CertID");
  TRY(binder.finish());

  TRY_ASSIGN(const service::DescribeCertOutput output, service::describe_cert(services, context, input));
  json::object result = chain_members(output.detail.summary, context.at);
  result["CertID"] = output.detail.summary.current.to_string();
  result["ProjectName"] = output.detail.summary.project;
  json::object& material = result["SSL"].emplace_object();
  material["KeyType"] = output.detail.key_kind;
  material["Chain"] = to_json(output.chain_pem);
  return Output(std::move(result));
}

}  // namespace livecert::api
