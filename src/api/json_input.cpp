#include "api/json_input.h"

#include <new>
#include <string_view>
#include <utility>

#include <boost/json/memory_resource.hpp>
#include <boost/json/value.hpp>

#include "api/bounded_json.h"
#include "base/check.h"
#include "base/secret.h"
#include "base/shown.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// Every block has the default alignment: the library allocates some blocks with one alignment and frees them with
// another.
class WipingResource final : public json::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    LIVECERT_CHECK(alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    return ::operator new(bytes);
  }
  void do_deallocate(void* data, std::size_t bytes, std::size_t /*alignment*/) override {
    base::wipe(data, bytes);
    ::operator delete(data);
  }
  bool do_is_equal(const json::memory_resource& other) const noexcept override {
    return dynamic_cast<const WipingResource*>(&other) != nullptr;
  }
};

json::storage_ptr wiping_storage() {
  return json::make_shared_resource<WipingResource>();
}

}  // namespace

base::Result<JsonInput> JsonInput::parse(base::ByteView body) {
  const json::storage_ptr storage = wiping_storage();
  if (body.empty()) return JsonInput(json::object(storage), false);
  // RFC 8259 §8.1: a parser may ignore a byte order mark, and clients on Windows send one.
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string_view text = base::as_text(body);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  TRY_ASSIGN(json::value value, parse_bounded_json(text, kMaxValues, storage));
  if (value.is_array() && value.get_array().empty()) return JsonInput(json::object(storage), false);
  if (!value.is_object()) {
    return base::Error{base::ErrorCode::kUnbindableInput, "the body must be a JSON object"};
  }
  return JsonInput(std::move(value.get_object()), false);
}

base::Result<JsonInput> JsonInput::from_query(const http::QueryParameters& query) {
  json::object object(wiping_storage());
  for (const auto& [name, value] : query) {
    if (name == "Action" || name == "Version" || object.emplace(name, value).second) continue;
    return base::Error{base::ErrorCode::kUnbindableInput,
                       "the query has the parameter " + base::shown(name) + " twice"};
  }
  return JsonInput(std::move(object), true);
}

}  // namespace livecert::api
