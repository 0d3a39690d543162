#include "api/master_key_actions.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/binder.h"
#include "service/master_keys.h"

namespace livecert::api {
namespace {

constexpr std::int64_t kLargestBatch = 5000;
// Some five milliseconds of the store's writer, so that uploads do not wait.
constexpr std::int64_t kUsualBatch = 500;

}  // namespace

base::Result<Output> list_master_keys(service::Services& services, const service::Context& /*context*/,
                                      const JsonInput& json) {
  TRY(Binder(json).finish());
  TRY_ASSIGN(const auto keys, service::list_master_keys(services));
  boost::json::object result;
  boost::json::array& list = result["MasterKeyList"].emplace_array();
  for (const service::ListedMasterKey& key : keys) {
    boost::json::object item;
    item["MasterKeyId"] = key.key.id;
    item["State"] = domain::to_text(key.key.state);
    item["Items"] = key.items;
    item["Held"] = key.is_held;
    item["AddTime"] = base::to_rfc3339(key.key.added_at);
    list.push_back(std::move(item));
  }
  return Output(std::move(result));
}

base::Result<Output> rotate_master_key(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::int64_t batch = binder.optional_integer("Batch", 1, kLargestBatch).value_or(kUsualBatch);
  TRY(binder.finish());
  TRY_ASSIGN(const service::Rotation rotation, service::rotate_master_key(services, context, batch));
  boost::json::object result;
  result["MasterKeyId"] = rotation.key;
  result["Left"] = rotation.left;
  result["Total"] = rotation.total;
  return Output(std::move(result));
}

base::Result<Output> retire_master_key(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::string id = binder.required_string("MasterKeyId");
  TRY(binder.finish());
  TRY(service::retire_master_key(services, context, id));
  return Output();
}

}  // namespace livecert::api
