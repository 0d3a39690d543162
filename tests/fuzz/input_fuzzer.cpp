#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/json/serialize.hpp>

#include "api/binder.h"
#include "base/check.h"

namespace {

using namespace livecert;

// The library does not read its own numbers with fractions again to the last bit, and infinite ones not at all; no
// action takes one.
bool has_fraction(const boost::json::value& value) {
  if (const auto* array = value.if_array()) return std::any_of(array->begin(), array->end(), has_fraction);
  if (const auto* object = value.if_object()) {
    return std::any_of(object->begin(), object->end(), [](const auto& member) { return has_fraction(member.value()); });
  }
  return value.is_double();
}

// Binds every kind of member that actions have. Returns whether all could be bound.
bool bind_all(const api::JsonInput& input) {
  const api::Binder binder(input);
  static_cast<void>(binder.optional_string("CertName"));
  static_cast<void>(binder.optional_bool("Available"));
  const auto page = binder.optional_integer("PageNum", 1, 1000);
  LIVECERT_CHECK(!page || (*page >= 1 && *page <= 1000));
  static_cast<void>(binder.optional_strings("Projects"));
  static_cast<void>(binder.optional_integers("StatusList", 0, 10));
  for (const api::Binder& domain : binder.optional_objects("Domains", {0, 1000})) {
    const std::string type = domain.optional_string("Type").value_or("push");
    domain.check_one_of("Type", type, {"push", "pull-flv"});
    domain.check_length("DomainName", domain.required_text("DomainName"), 1, 60);
  }
  if (const auto rsa = binder.optional_object("Rsa")) static_cast<void>(rsa->required_text("Pubkey"));
  const auto done = binder.finish();
  LIVECERT_CHECK(done || !done.error().message.empty());
  return done.has_value();
}

}  // namespace

// A body as actions bind it, and the same bytes as a query. A value that was read and written again binds in the same
// way.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView bytes(data, size);
  if (const auto target = http::parse_target("/?" + std::string(base::as_text(bytes)))) {
    if (const auto query = api::JsonInput::from_query(target->query)) static_cast<void>(bind_all(*query));
  }
  const auto input = api::JsonInput::parse(bytes);
  if (!input) return 0;
  const bool is_bound = bind_all(*input);
  if (has_fraction(input->object())) return 0;
  const std::string text = boost::json::serialize(input->object());
  const auto again = api::JsonInput::parse(base::as_bytes(text));
  LIVECERT_CHECK(again && again->object() == input->object());
  LIVECERT_CHECK(bind_all(*again) == is_bound);
  return 0;
}
