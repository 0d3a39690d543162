#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/backend_options.h"

namespace livecert::cli {

// The calls of one command.
class Session {
 public:
  [[nodiscard]] static base::Result<Session> open(const BackendOptions& options);

  // The Result of an action of livecert's table (null when the answer has none), or the error that the answer tells:
  // its message holds code, text, status, RequestId and what to do. A call that came too fast is repeated a few times.
  [[nodiscard]] base::Result<boost::json::value> call(std::string_view action, base::ByteView json_body);

 private:
  explicit Session(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}

  std::unique_ptr<Backend> backend_;
};

// The version of an action by its name alone: that of the table, or the vendor's for one that is not there.
[[nodiscard]] std::string_view version_of(std::string_view action);
// Of the credential scope.
[[nodiscard]] std::string_view service_of(std::string_view action);

// The whole ChainID that begins with these digits. 32 digits are taken as they are; fewer, at least four, must fit one
// certificate of the caller. kInvalidInput otherwise, naming those that fit.
[[nodiscard]] base::Result<std::string> find_chain_id(Session& session, const std::string& digits);

// What a call that answers nothing did, on standard output; nothing for scripts that want JSON.
void say_done(const BackendOptions& options, const std::string& what);

}  // namespace livecert::cli
