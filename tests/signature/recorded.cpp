#include "signature/recorded.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/check.h"

namespace livecert::signature::testing {
namespace {

namespace json = boost::json;

// Takes the part of `text` before the separator from it, together with the separator, and returns the part.
std::string_view take_until(std::string_view& text, std::string_view separator) {
  const std::size_t end = text.find(separator);
  LIVECERT_CHECK(end != std::string_view::npos);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end + separator.size());
  return part;
}

http::Request parse_raw_request(std::string_view raw) {
  http::Request request;
  std::string_view line = take_until(raw, "\r\n");
  request.method = take_until(line, " ");
  request.target = take_until(line, " ");
  while (!(line = take_until(raw, "\r\n")).empty()) {
    const std::string_view name = take_until(line, ":");
    const std::size_t value = std::min(line.find_first_not_of(' '), line.size());
    request.headers.add(std::string(name), std::string(line.substr(value)));
  }
  if (!request.headers.find("Transfer-Encoding")) {
    request.body.assign(raw.begin(), raw.end());
    return request;
  }
  while (true) {
    const std::string_view digits = take_until(raw, "\r\n");
    std::size_t size = 0;
    LIVECERT_CHECK(std::from_chars(digits.data(), digits.data() + digits.size(), size, 16).ec == std::errc());
    if (size == 0) return request;
    const std::string_view chunk = raw.substr(0, size);
    request.body.insert(request.body.end(), chunk.begin(), chunk.end());
    raw.remove_prefix(size + 2);
  }
}

std::string text_member(const json::value& value, std::string_view name) {
  return std::string(value.at(name).as_string());
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  LIVECERT_CHECK(file.good());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<SignedRequest> load_vectors() {
  const json::value all = json::parse(read_file(LIVECERT_TEST_DATA "/signatures.json"));
  std::vector<SignedRequest> vectors;
  for (const json::value& entry : all.at("vectors").as_array()) {
    SignedRequest vector;
    vector.name = text_member(entry, "name");
    vector.request.method = text_member(entry, "method");
    vector.request.target = text_member(entry, "path") + "?" + text_member(entry, "query");
    for (const auto& [name, value] : entry.at("headers").as_object()) {
      vector.request.headers.add(std::string(name), std::string(value.as_string()));
    }
    const std::string body = text_member(entry, "body");
    vector.request.body.assign(body.begin(), body.end());
    vector.access_key_id = text_member(all, "ak");
    vector.secret = text_member(all, "sk");
    vector.signed_at = base::parse_basic_time("20240619T071306Z").value();
    vector.in_header = vector.request.headers.find("Authorization").has_value();
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

std::vector<SignedRequest> load_recorded() {
  std::vector<SignedRequest> recorded;
  for (const auto& file : std::filesystem::directory_iterator(LIVECERT_TEST_DATA "/recorded")) {
    std::filesystem::path path = file.path();
    if (path.extension() != ".http") continue;
    SignedRequest entry;
    entry.name = path.stem();
    entry.request = parse_raw_request(read_file(path));
    const json::value facts = json::parse(read_file(path.replace_extension(".json")));
    entry.access_key_id = text_member(facts, "ak");
    entry.secret = text_member(facts, "sk");
    entry.signed_at = base::from_unix_seconds(facts.at("unix_time").as_int64());
    entry.in_header = entry.request.headers.find("Authorization").has_value();
    recorded.push_back(std::move(entry));
  }
  return recorded;
}

SignedRequest load(const std::string& name) {
  for (auto& list : {load_vectors(), load_recorded()}) {
    for (const SignedRequest& entry : list) {
      if (entry.name == name) return entry;
    }
  }
  LIVECERT_CHECK(!"a request of that name");
  return {};
}

http::Request without_header(const http::Request& request, std::string_view name) {
  http::Request changed = request;
  changed.headers = {};
  for (const http::Header& header : request.headers.fields()) {
    if (!base::equals_ignoring_ascii_case(header.name, name)) changed.headers.add(header.name, header.value);
  }
  return changed;
}

http::Request with_header(const http::Request& request, std::string_view name, std::string_view value) {
  http::Request changed = without_header(request, name);
  changed.headers.add(std::string(name), std::string(value));
  return changed;
}

}  // namespace livecert::signature::testing
