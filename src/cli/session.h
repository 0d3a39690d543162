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

  // The Result of an action in livecert's table (null if the answer has none), or the error of the answer; its message
  // holds code, text, status, RequestId and the remedy. Repeats a call that came too fast a few times.
  [[nodiscard]] base::Result<boost::json::value> call(std::string_view action, base::ByteView json_body);

 private:
  explicit Session(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}

  std::unique_ptr<Backend> backend_;
};

// The version of an action by its name alone: that of the table, or the vendor's if the table does not have it.
[[nodiscard]] std::string_view version_of(std::string_view action);
// The service in the credential scope of an action.
[[nodiscard]] std::string_view service_of(std::string_view action);

// The whole ChainID that begins with these digits. 32 digits are used as they are; fewer, at least four, must fit one
// certificate of the caller. kInvalidInput otherwise, naming those that fit.
[[nodiscard]] base::Result<std::string> find_chain_id(Session& session, const std::string& digits);

// Prints the effect of a call with an empty answer on standard output; nothing with --json.
void say_done(const BackendOptions& options, const std::string& what);

}  // namespace livecert::cli
