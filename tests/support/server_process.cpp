#include "support/server_process.h"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <thread>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/check.h"
#include "client/credentials.h"

namespace livecert::test {
namespace {

constexpr auto kStartTime = std::chrono::seconds(60);
constexpr auto kStopTime = std::chrono::seconds(30);
constexpr auto kLogTime = std::chrono::seconds(20);
constexpr auto kPollInterval = std::chrono::milliseconds(5);

std::vector<std::string> words_of(const std::filesystem::path& data_dir, const ServerProcess::Flags& flags) {
  std::vector<std::string> words = flags.wrapper;
  words.insert(words.end(), {LIVECERT_BINARY, "serve"});
  // Each may be given once.
  const auto add = [&](const std::string& flag, const std::string& value) {
    if (std::ranges::find(flags.more, flag) == flags.more.end()) words.insert(words.end(), {flag, value});
  };
  add("--data-dir", data_dir.string());
  add("--http", "127.0.0.1:0");
  add("--rate-limit", "0");
  add("--fetch-issuers", "false");
  if (flags.https) add("--https", "127.0.0.1:0");
  words.insert(words.end(), flags.more.begin(), flags.more.end());
  return words;
}

std::string text_of(const boost::json::object& object, const char* member) {
  const auto* value = object.if_contains(member);
  return value == nullptr ? "" : std::string(value->as_string());
}

}  // namespace

ServerProcess::ServerProcess(std::filesystem::path data_dir, const Flags& flags) : data_dir_(std::move(data_dir)) {
  // A killed process leaves it behind. Its block is kept, as the service itself does on a full disk.
  const std::filesystem::path addresses = data_dir_ / "addresses.json";
  std::error_code ignored;
  std::filesystem::rename(addresses, data_dir_ / "addresses.json.new", ignored);
  child_ = std::make_unique<ChildProcess>(words_of(data_dir_, flags));
  const auto end = std::chrono::steady_clock::now() + kStartTime;
  while (!std::filesystem::exists(addresses)) {
    if (!child_->is_running() || std::chrono::steady_clock::now() > end) {
      std::cerr << "livecert does not serve:\n" << child_->errors() << "\n";
      LIVECERT_CHECK(false);
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  const auto object = boost::json::parse(read_file(addresses)).as_object();
  http_ = text_of(object, "http");
  https_ = text_of(object, "https");
}

signature::Credentials ServerProcess::root() const {
  auto loaded = client::load_credentials_file(credentials_file());
  LIVECERT_CHECK(loaded.has_value());
  return std::move(loaded->credentials);
}

bool ServerProcess::logs(const std::string& text) const {
  const auto end = std::chrono::steady_clock::now() + kLogTime;
  while (log().find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(kPollInterval);
  }
  return true;
}

void ServerProcess::kill() {
  child_->send_signal(SIGKILL);
  LIVECERT_CHECK(child_->wait(kStopTime).has_value());
}

int ServerProcess::stop() {
  child_->send_signal(SIGTERM);
  const auto status = child_->wait(kStopTime);
  LIVECERT_CHECK(status.has_value());
  return *status;
}

std::vector<std::string> as_root_of(const ServerProcess& server) {
  return {"--endpoint", server.http_url(), "--credentials", server.credentials_file().string()};
}

CommandResult run_livecert(std::vector<std::string> words, const Environment& environment) {
  words.insert(words.begin(), LIVECERT_BINARY);
  // Without the profiles of whoever runs the tests.
  Environment alone = environment;
  const auto is_folder = [](const auto& variable) { return variable.first == "XDG_CONFIG_HOME"; };
  if (std::ranges::none_of(alone, is_folder)) alone.emplace_back("XDG_CONFIG_HOME", "/nonexistent");
  return run_command(words, alone);
}

}  // namespace livecert::test
