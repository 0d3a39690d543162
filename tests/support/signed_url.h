#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "http/uri.h"
#include "signature/sign.h"

namespace livecert::test {

// The way in which an SDK signs a URL.
struct UrlSigning {
  std::string method = "GET";
  std::string path = "/";                            // as signed; what is sent is "/"
  std::optional<std::string> signed_host = {};       // unset: no header is signed
  std::optional<std::string> signed_body = {};       // set: the signature covers it
  bool names_itself = true;                          // X-SignedQueries is among what it names
  bool signs_token = true;                           // else it is added afterwards
  bool names_token = true;                           // in X-SignedQueries
  std::optional<std::string> expires = {};           // X-Expires, signed
  std::vector<std::string> unnamed_parameters = {};  // of those given: sent, but not signed
  std::string service = "live";
};

// The target of a request with its signature in the query.
[[nodiscard]] std::string signed_url(const http::QueryParameters& parameters, const signature::Credentials& credentials,
                                     base::Time now, const UrlSigning& signing = {});

// name=value&… with everything but unreserved characters encoded.
[[nodiscard]] std::string to_query(const http::QueryParameters& query);

}  // namespace livecert::test
