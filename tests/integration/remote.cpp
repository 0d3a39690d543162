#include "integration/remote.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/check.h"

namespace livecert::test {

Answer parse_answer(int status, const http::Headers& headers, const std::string& body) {
  Answer answer;
  answer.status = status;
  answer.headers = headers;
  boost::json::error_code failure;
  const boost::json::value document = boost::json::parse(body, failure);
  LIVECERT_CHECK(!failure && document.is_object());
  answer.metadata = document.at("ResponseMetadata").as_object();
  if (const auto* result = document.get_object().if_contains("Result")) answer.result = *result;
  return answer;
}

Remote::Remote(const ServerProcess& server, signature::Credentials credentials)
    : client_({server.http_url(), ""}, std::move(credentials), clock_) {}

std::optional<Answer> Remote::try_call(std::string_view action, const std::string& body, std::string_view version) {
  const auto response = client_.call(action, version, base::as_bytes(body));
  if (!response) return std::nullopt;
  return parse_answer(response->status, response->headers, std::get<std::string>(response->body));
}

Answer Remote::call(std::string_view action, const std::string& body, std::string_view version) {
  auto answer = try_call(action, body, version);
  LIVECERT_CHECK(answer.has_value());
  return *std::move(answer);
}

std::string describe_pem(Remote& remote, const std::string& chain_id) {
  const Answer answer = remote.call("DescribeCertDetailSecretV2", R"({"ChainID":")" + chain_id + R"("})");
  std::string pem;
  if (!answer.result.is_object()) return pem;
  for (const auto& block : answer.result.at("SSL").at("Chain").as_array()) pem += block.as_string();
  return pem;
}

}  // namespace livecert::test
