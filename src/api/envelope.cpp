#include "api/envelope.h"

#include <memory>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace livecert::api {
namespace {

namespace json = boost::json;

// Longer texts are streamed; shorter ones are sent whole, with their length.
constexpr std::size_t kMaxWholeText = 256UL * 1024;

// Documents say RequestID, most SDKs read RequestId: both are sent.
json::object metadata_object(const Metadata& metadata) {
  json::object object;
  object["RequestId"] = metadata.request_id;
  object["RequestID"] = metadata.request_id;
  const std::pair<const char*, const std::string&> members[]{{"Action", metadata.action},
                                                             {"Version", metadata.version},
                                                             {"Service", metadata.service},
                                                             {"Region", metadata.region}};
  for (const auto& [name, value] : members) {
    if (!value.empty()) object[name] = value;
  }
  return object;
}

http::Response json_response(const Metadata& metadata, int status, http::Body body) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("X-Tt-Logid", metadata.request_id);
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

std::string envelope_head(const Metadata& metadata) {
  return "{\"ResponseMetadata\":" + json::serialize(metadata_object(metadata)) + ",\"Result\":";
}

// The envelope around a text that comes in pieces: head, pieces, closing brace.
class StreamedEnvelope {
 public:
  StreamedEnvelope(std::string head, http::BodyProducer result) : head_(std::move(head)), result_(std::move(result)) {}

  base::Result<bool> next(std::string& piece) {
    if (!head_.empty()) {
      piece = std::exchange(head_, {});
      return true;
    }
    if (closed_) return false;
    TRY_ASSIGN(const bool more, result_(piece));
    if (!more) {
      piece = "}";
      closed_ = true;
    }
    return true;
  }

 private:
  std::string head_;
  http::BodyProducer result_;
  bool closed_ = false;
};

// Reads ahead, so that a list of usual length goes out whole and a failure of its first pieces is still an error.
base::Result<http::Body> streamed_body(const Metadata& metadata, http::BodyProducer result) {
  auto envelope = std::make_shared<StreamedEnvelope>(envelope_head(metadata), std::move(result));
  std::string read_ahead;
  std::string piece;
  while (read_ahead.size() < kMaxWholeText) {
    TRY_ASSIGN(const bool more, envelope->next(piece));
    if (!more) return http::Body(std::move(read_ahead));
    read_ahead += piece;
  }
  return http::Body([envelope, first = std::move(read_ahead)](std::string& out) mutable -> base::Result<bool> {
    if (!first.empty()) {
      out = std::exchange(first, {});
      return true;
    }
    return envelope->next(out);
  });
}

}  // namespace

base::Result<http::Response> success_response(const Metadata& metadata, Output output) {
  if (auto* producer = std::get_if<http::BodyProducer>(&output)) {
    TRY_ASSIGN(auto body, streamed_body(metadata, std::move(*producer)));
    return json_response(metadata, 200, std::move(body));
  }
  if (const auto* result = std::get_if<json::object>(&output)) {
    return json_response(metadata, 200, envelope_head(metadata) + json::serialize(*result) + "}");
  }
  return json_response(metadata, 200, "{\"ResponseMetadata\":" + json::serialize(metadata_object(metadata)) + "}");
}

http::Response error_response(const Metadata& metadata, const WireError& error) {
  json::object object = metadata_object(metadata);
  json::object& described = object["Error"].emplace_object();
  described["Code"] = error.code;
  described["Message"] = error.message;
  if (error.code_number != 0) described["CodeN"] = error.code_number;
  return json_response(metadata, error.status, "{\"ResponseMetadata\":" + json::serialize(object) + "}");
}

}  // namespace livecert::api
