#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/backend_options.h"

namespace livecert::cli {

// The calls of one command.
class Session {
 public:
  [[nodiscard]] static base::Result<Session> open(const BackendOptions& options);
  explicit Session(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}

  // The Result of an action in livecert's table (null if the answer has none), or the error of the answer; its message
  // holds code, text, status, RequestId and the remedy. Repeats a call that came too fast a few times.
  [[nodiscard]] base::Result<boost::json::value> call(std::string_view action, base::ByteView json_body);

 private:
  std::unique_ptr<Backend> backend_;
};

// The version of an action by its name alone: that of the table, or the vendor's if the table does not have it.
[[nodiscard]] std::string_view version_of(std::string_view action);
// The service in the credential scope of an action.
[[nodiscard]] std::string_view service_of(std::string_view action);

// The ChainID that a person means: 32 digits are used as they are; four or more must begin the ChainID of one
// certificate of the caller; anything else must be the whole name of one. Digits that begin one ChainID go before a
// name. kInvalidInput otherwise, naming those that fit.
[[nodiscard]] base::Result<std::string> find_chain_id(Session& session, const std::string& word);

struct NamedCertificate {
  std::string chain_id;
  std::string project;
  std::string ends_at;  // as the API has it
  std::string domains;
};
// Those of the caller's certificates that have exactly this name, in one project or (if empty) in all.
[[nodiscard]] base::Result<std::vector<NamedCertificate>> find_by_name(Session& session, const std::string& name,
                                                                       const std::string& project);
// A line for each of them, to choose from.
[[nodiscard]] std::string to_choices(const std::vector<NamedCertificate>& certificates);

// The project of what is made: the given one, or else that of a key which is limited to one project. Empty: the API's
// default.
[[nodiscard]] std::string project_or_default(Session& session, const std::string& given);

// The help of an argument that find_chain_id() reads.
[[nodiscard]] std::string chain_help();

// Prints the effect of a call with an empty answer on standard output; nothing with --json.
void say_done(const BackendOptions& options, const std::string& what);

}  // namespace livecert::cli
