#include "api/input_place.h"

#include <algorithm>
#include <string>

#include "signature/query_signature.h"

namespace livecert::api {

bool holds_no_parameters(base::ByteView body) {
  constexpr std::size_t kLongest = 16;  // an empty object with blanks around its braces
  if (body.size() > kLongest) return false;
  std::string text(base::as_text(body));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return text.empty() || text == "{}" || text == "[]";
}

bool takes_query(const http::Request& request, const http::Target& target) {
  if (signature::has_query_signature(target.query)) return holds_no_parameters(request.body);
  return request.method == "GET" && request.body.empty();
}

}  // namespace livecert::api
