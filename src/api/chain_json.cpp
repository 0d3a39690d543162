#include "api/chain_json.h"

#include <memory>
#include <string>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace livecert::api {
namespace {

namespace json = boost::json;

class CertListText {
 public:
  CertListText(service::ListCertsOutput list, json::object head, ChainToJson to_item, base::Time now)
      : list_(std::move(list)), head_(std::move(head)), to_item_(to_item), now_(now) {}

  base::Result<bool> next(std::string& piece) {
    if (stage_ == Stage::kDone) return false;
    if (stage_ == Stage::kHead) {
      piece = json::serialize(head_);
      piece.back() = ',';
      piece += "\"CertList\":[";
      stage_ = Stage::kFirstItem;
      return true;
    }
    TRY_ASSIGN(const std::vector<domain::ChainSummary> batch, list_.next_batch());
    piece.clear();
    for (const domain::ChainSummary& chain : batch) {
      piece += (stage_ == Stage::kFirstItem ? "" : ",") + json::serialize(to_item_(chain, now_));
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
  json::object head_;
  ChainToJson to_item_;
  base::Time now_;
  Stage stage_ = Stage::kHead;
};

}  // namespace

json::array strings_to_json(const std::vector<std::string>& strings) {
  return json::array(strings.begin(), strings.end());
}

json::object chain_members(const domain::ChainSummary& chain, base::Time now) {
  json::object object;
  object["CertDomainList"] = strings_to_json(domain::texts_of(chain.domains));
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

http::BodyProducer cert_list(service::ListCertsOutput list, const json::object& more, ChainToJson to_item,
                             base::Time now) {
  json::object head;
  head["Total"] = list.counts().total;
  for (const json::key_value_pair& member : more) head[member.key()] = member.value();
  auto text = std::make_shared<CertListText>(std::move(list), std::move(head), to_item, now);
  return [text](std::string& piece) { return text->next(piece); };
}

}  // namespace livecert::api
