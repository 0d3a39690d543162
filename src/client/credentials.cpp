#include "client/credentials.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/owned_descriptor.h"
#include "base/secret.h"

namespace livecert::client {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestFile = 16UL * 1024;

base::Error unusable_file(const std::string& path, const std::string& why, const std::string& remedy) {
  return {base::ErrorCode::kConfiguration, "The credentials file " + path + " " + why + ". " + remedy};
}

base::Error unreadable_file(const std::string& path) {
  return unusable_file(path, std::string("cannot be read: ") + std::strerror(errno),
                       "Name a file that holds an access key and its secret.");
}

// Refuses a file that others can change. The result is a warning about a file that others can only read, or empty. The
// permissions of a terminal and other devices have another meaning.
base::Result<std::string> check_access(const std::string& path, const struct stat& file, uid_t reader) {
  if (!S_ISREG(file.st_mode) && !S_ISFIFO(file.st_mode)) return std::string();
  const bool is_foreign = file.st_uid != reader && file.st_uid != 0;
  const std::string owner = "belongs to another user (" + std::to_string(file.st_uid) + ")";
  if (is_foreign && reader != 0) return unusable_file(path, owner, "Use a copy that is yours, with mode 0600.");
  if ((file.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return unusable_file(path, "can be changed by other users of this machine", "Run: chmod 600 " + path);
  }
  if (is_foreign) return "The credentials file " + path + " " + owner + ", who can read and change it.";
  if ((file.st_mode & (S_IRGRP | S_IROTH)) == 0) return std::string();
  return "The credentials file " + path + " can be read by other users of this machine. Run: chmod 600 " + path;
}

}  // namespace

base::Result<CredentialsFile> read_credentials_file(const std::string& path) {
  const base::OwnedDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return unreadable_file(path);
  CredentialsFile read;
  TRY_ASSIGN(read.warning, check_access(path, status, ::geteuid()));
  base::WipedBuffer& content = read.content;
  content.resize(kLargestFile + 1);
  std::size_t size = 0;
  ssize_t count = 0;
  do {
    count = ::read(file.get(), content.data() + size, content.size() - size);
    if (count > 0) size += static_cast<std::size_t>(count);
  } while ((count > 0 && size < content.size()) || (count < 0 && errno == EINTR));
  if (count < 0) return unreadable_file(path);
  if (size > kLargestFile) return unusable_file(path, "is too large", "Credentials take less than 16 KiB.");
  content.resize(size);
  return read;
}

namespace {

// nullopt when it is absent, empty or not a string.
std::optional<std::string_view> string_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string_view(value->get_string());
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

std::optional<signature::Credentials> parse_credentials(std::string_view json) {
  // The tree is in memory that is wiped.
  base::WipedBuffer memory(kLargestFile * 4);
  boost::json::static_resource resource(memory.data(), memory.size());
  try {
    boost::json::error_code failure;
    const boost::json::value tree = boost::json::parse(json, failure, &resource);
    if (failure || !tree.is_object()) return std::nullopt;
    const auto id = string_member(tree.get_object(), "AccessKeyId");
    const auto secret = string_member(tree.get_object(), "SecretAccessKey");
    const auto token = string_member(tree.get_object(), "SessionToken");
    if (!id || !secret) return std::nullopt;
    return signature::Credentials{std::string(*id), base::SecretBytes::copy_of(*secret),
                                  token ? std::optional<std::string>(*token) : std::nullopt};
  } catch (const std::exception&) {  // it is larger than its memory
    return std::nullopt;
  }
}

base::Result<LoadedCredentials> load_credentials_file(const std::string& path) {
  TRY_ASSIGN(const CredentialsFile file, read_credentials_file(path));
  auto credentials = parse_credentials(base::as_text(file.content));
  base::wipe_dead_stack();
  if (!credentials) {
    return unusable_file(path, "cannot be used", "It must be JSON with AccessKeyId and SecretAccessKey.");
  }
  return LoadedCredentials{*std::move(credentials), file.warning};
}

}  // namespace livecert::client
