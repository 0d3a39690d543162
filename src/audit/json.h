#pragma once

#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "audit/checkpoint.h"
#include "audit/record.h"

// Records and checkpoints as the API and exported files have them.
namespace livecert::audit {

[[nodiscard]] boost::json::object to_json(const Record& record);
[[nodiscard]] boost::json::object to_json(const Checkpoint& checkpoint);

// nullopt: a member is missing or has another form. The parsed value has the same hash or signature as the printed one.
[[nodiscard]] std::optional<Record> parse_record(const boost::json::value& value);
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(const boost::json::value& value);

}  // namespace livecert::audit
