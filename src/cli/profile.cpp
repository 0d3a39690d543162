#include "cli/profile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>

#include <boost/json/parse.hpp>

#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/private_file.h"
#include "cli/table.h"
#include "client/credentials.h"

namespace livecert::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

base::Error unusable(std::string sentence) {
  return {base::ErrorCode::kConfiguration, std::move(sentence)};
}

// XDG Base Directory Specification: a relative path there is to be ignored.
base::Result<fs::path> profile_folder() {
  if (const fs::path configuration = environment("XDG_CONFIG_HOME"); configuration.is_absolute()) {
    return configuration / "livecert";
  }
  if (const fs::path home = environment("HOME"); home.is_absolute()) return home / ".config" / "livecert";
  return unusable(tr("no place for profiles is known: set HOME", "无法确定配置档的位置：请设置 HOME"));
}

// The text of a member that is no secret.
std::string member(base::ByteView content, const char* name) {
  json::error_code failure;
  const json::value document = json::parse(base::as_text(content), failure);
  return failure ? "" : text_of(document, name);
}

}  // namespace

base::Result<fs::path> profile_file(const std::string& name) {
  constexpr const char* kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (name.empty() || name.size() > 64 || name.front() == '.' ||
      name.find_first_not_of(kAllowed) != std::string::npos) {
    return unusable(printable(name) + tr(" cannot be the name of a profile: use letters, digits, '.', '-' and '_'",
                                         " 不能作为配置档名称：请使用字母、数字、“.”、“-”和“_”"));
  }
  TRY_ASSIGN(const fs::path folder, profile_folder());
  return folder / (name + ".json");
}

base::Result<std::optional<Profile>> load_profile(const std::string& name) {
  TRY_ASSIGN(const fs::path file, profile_file(name));
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 && errno == ENOENT) return std::optional<Profile>();
  TRY_ASSIGN(const client::CredentialsFile read, client::read_credentials_file(file));
  if (!read.warning.empty()) print_warning(read.warning);
  auto credentials = client::parse_credentials(base::as_text(read.content));
  if (!credentials) {
    return unusable(file.string() + tr(" is no profile: make it again with livecert login",
                                       " 不是配置档：请用 livecert login 重新创建"));
  }
  std::optional<Profile> profile(
      Profile{member(read.content, "Endpoint"), member(read.content, "CaFile"), *std::move(credentials)});
  base::wipe_dead_stack();
  return profile;
}

base::Result<fs::path> save_profile(const std::string& name, const Profile& profile) {
  TRY_ASSIGN(const fs::path file, profile_file(name));
  std::error_code failure;
  fs::create_directories(file.parent_path(), failure);
  if (failure) return unusable(file.parent_path().string() + ": " + failure.message());
  ::chmod(file.parent_path().c_str(), 0700);
  std::string ca_file;
  if (!profile.ca_file.empty()) {
    TRY_ASSIGN(const base::WipedBuffer certificates, read_input_file(profile.ca_file));
    ca_file = fs::path(file).replace_extension(".ca.pem");
    TRY(write_private(ca_file, certificates));
  }
  JsonWriter text;
  text.text("Endpoint", profile.endpoint).text("CaFile", ca_file);
  text.text("AccessKeyId", profile.credentials.access_key_id);
  text.text("SecretAccessKey", base::as_text(profile.credentials.secret.reveal(base::SecretAccess())));
  if (profile.credentials.session_token) text.text("SessionToken", *profile.credentials.session_token);
  TRY(write_private(file, text.finish()));
  return file;
}

}  // namespace livecert::cli
