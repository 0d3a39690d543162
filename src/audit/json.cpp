#include "audit/json.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace livecert::audit {
namespace {

namespace json = boost::json;

// Reads the members of an object, and notes when one is missing or has another form.
class Members {
 public:
  explicit Members(const json::value& value) : object_(value.if_object()), is_good_(object_ != nullptr) {}

  [[nodiscard]] bool are_good() const { return is_good_; }

  [[nodiscard]] std::int64_t number(std::string_view name) {
    const json::value* const value = find(name);
    if (value != nullptr && value->is_int64()) return value->get_int64();
    is_good_ = false;
    return 0;
  }
  [[nodiscard]] std::string text(std::string_view name) {
    const json::value* const value = find(name);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    is_good_ = false;
    return {};
  }
  template <std::size_t size>
  void hex(std::string_view name, std::array<std::uint8_t, size>& to) {
    const auto bytes = base::parse_hex(text(name));
    if (!bytes || bytes->size() != size) {
      is_good_ = false;
      return;
    }
    std::ranges::copy(*bytes, to.begin());
  }

 private:
  [[nodiscard]] const json::value* find(std::string_view name) const {
    return object_ == nullptr ? nullptr : object_->if_contains(json::string_view(name.data(), name.size()));
  }

  const json::object* object_;
  bool is_good_;
};

}  // namespace

json::object to_json(const Record& record) {
  json::object object;
  object["Position"] = record.position;
  object["Time"] = base::to_rfc3339(record.at);
  object["AccountId"] = record.account.to_string();
  object["AccessKeyId"] = record.access_key_id;
  object["Action"] = record.action;
  object["Subject"] = record.subject;
  object["PeerAddress"] = record.peer_address;
  object["RequestId"] = record.request_id;
  object["Kind"] = record.kind;
  object["Detail"] = record.detail;
  // What the hash is over, where the members above are rounded or written for people.
  object["UnixMicros"] = base::to_unix_micros(record.at);
  object["Account"] = record.account.number();
  object["Hash"] = base::to_hex(record.hash);
  return object;
}

json::object to_json(const Checkpoint& checkpoint) {
  json::object object;
  object["Position"] = checkpoint.position;
  object["Time"] = base::to_rfc3339(checkpoint.at);
  object["UnixMicros"] = base::to_unix_micros(checkpoint.at);
  object["Hash"] = base::to_hex(checkpoint.hash);
  object["CutThrough"] = checkpoint.cut_through;
  object["PublicKey"] = base::to_hex(checkpoint.public_key);
  object["Signature"] = base::to_hex(checkpoint.signature);
  return object;
}

std::optional<Record> parse_record(const json::value& value) {
  Members members(value);
  Record record;
  record.position = members.number("Position");
  record.at = base::from_unix_micros(members.number("UnixMicros"));
  record.account = base::AccountId(members.number("Account"));
  record.access_key_id = members.text("AccessKeyId");
  record.action = members.text("Action");
  record.request_id = members.text("RequestId");
  record.peer_address = members.text("PeerAddress");
  record.subject = members.text("Subject");
  record.kind = members.text("Kind");
  record.detail = members.text("Detail");
  members.hex("Hash", record.hash);
  // People read these two, so they must say the same.
  const bool is_told_right =
      members.text("Time") == base::to_rfc3339(record.at) && members.text("AccountId") == record.account.to_string();
  return members.are_good() && is_told_right ? std::optional(std::move(record)) : std::nullopt;
}

std::optional<Checkpoint> parse_checkpoint(const json::value& value) {
  Members members(value);
  Checkpoint checkpoint;
  checkpoint.position = members.number("Position");
  checkpoint.at = base::from_unix_micros(members.number("UnixMicros"));
  members.hex("Hash", checkpoint.hash);
  checkpoint.cut_through = members.number("CutThrough");
  members.hex("PublicKey", checkpoint.public_key);
  members.hex("Signature", checkpoint.signature);
  const bool is_told_right = members.text("Time") == base::to_rfc3339(checkpoint.at);
  return members.are_good() && is_told_right ? std::optional(checkpoint) : std::nullopt;
}

}  // namespace livecert::audit
