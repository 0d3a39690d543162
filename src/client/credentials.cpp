#include "client/credentials.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/secret.h"

namespace livecert::client {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestFile = 16UL * 1024;

base::Error unusable_file(const std::string& path, const std::string& why) {
  return {base::ErrorCode::kConfiguration,
          "The credentials file " + path + " " + why + ". It must be JSON with AccessKeyId and SecretAccessKey."};
}

base::Result<base::WipedBuffer> read_small_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unusable_file(path, std::string("cannot be opened: ") + std::strerror(errno));
  base::WipedBuffer content(kLargestFile + 1);
  std::size_t size = 0;
  ssize_t count = 0;
  do {
    count = ::read(file, content.data() + size, content.size() - size);
    if (count > 0) size += static_cast<std::size_t>(count);
  } while ((count > 0 && size < content.size()) || (count < 0 && errno == EINTR));
  const int failure = errno;
  ::close(file);
  if (count < 0) return unusable_file(path, std::string("cannot be read: ") + std::strerror(failure));
  if (size > kLargestFile) return unusable_file(path, "is too large");
  content.resize(size);
  return content;
}

// nullopt when it is absent, empty or no string.
std::optional<std::string_view> string_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string_view(value->get_string());
}

std::optional<signature::Credentials> to_credentials(std::string_view text) {
  // The tree lies in memory that is wiped with it.
  base::WipedBuffer memory(kLargestFile * 4);
  json::static_resource resource(memory.data(), memory.size());
  try {
    json::error_code failure;
    const json::value tree = json::parse(text, failure, &resource);
    if (failure || !tree.is_object()) return std::nullopt;
    const auto id = string_member(tree.get_object(), "AccessKeyId");
    const auto secret = string_member(tree.get_object(), "SecretAccessKey");
    const auto token = string_member(tree.get_object(), "SessionToken");
    if (!id || !secret) return std::nullopt;
    return signature::Credentials{std::string(*id), base::SecretBytes::copy_of(*secret),
                                  token ? std::optional<std::string>(*token) : std::nullopt};
  } catch (const std::exception&) {  // larger than its memory
    return std::nullopt;
  }
}

std::optional<std::string_view> environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before threads are started
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace

std::optional<signature::Credentials> credentials_from_environment() {
  const auto id = environment("VOLC_ACCESSKEY");
  const auto secret = environment("VOLC_SECRETKEY");
  const auto token = environment("VOLC_SESSION_TOKEN");
  if (!id || !secret) return std::nullopt;
  return signature::Credentials{std::string(*id), base::SecretBytes::copy_of(*secret),
                                token ? std::optional<std::string>(*token) : std::nullopt};
}

base::Result<signature::Credentials> load_credentials_file(const std::string& path) {
  TRY_ASSIGN(const base::WipedBuffer content, read_small_file(path));
  auto credentials = to_credentials(base::as_text(content));
  base::wipe_dead_stack();
  if (!credentials) return unusable_file(path, "cannot be used");
  return *std::move(credentials);
}

}  // namespace livecert::client
