#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "benchmarks/load/load.h"
#include "benchmarks/load/report.h"
#include "benchmarks/load/workload.h"
#include "client/credentials.h"
#include "http/uri.h"

namespace {

using namespace livecert;

struct Arguments {
  std::string endpoint;
  std::vector<std::string> credentials;
  std::vector<std::string> bodies;
  std::string action = "CreateCert";
  std::string key_type = "rsa2048";
  std::string peer;
  std::size_t connections = 32;
  std::size_t seconds = 10;
  std::size_t certificates = 0;
  bool insecure_http = false;
  bool json = false;
  bool record_size = false;
};

// What a run of that many seconds will hardly use up on a machine that this tool is for.
constexpr std::size_t kLeavesPerSecond = 5000;

void show_prepared(std::size_t done, std::size_t all) {
  std::cerr << "\rpreparing requests: " << done << " of " << all << (done == all ? "\n" : "") << std::flush;
}

base::Result<bench::Workload> prepare(const Arguments& arguments, bench::KeyType key_type) {
  bench::WorkloadOptions wanted;
  wanted.endpoint.url = arguments.endpoint;
  wanted.endpoint.insecure_http = arguments.insecure_http;
  wanted.action = arguments.action;
  wanted.key_type = key_type;
  wanted.count = arguments.certificates != 0 ? arguments.certificates : arguments.seconds * kLeavesPerSecond;
  if (arguments.peer == "etcd") return bench::prepare_etcd(wanted, show_prepared);
  if (arguments.credentials.empty()) return base::Error{base::ErrorCode::kConfiguration, "--credentials is missing"};
  std::vector<signature::Credentials> accounts;
  for (const std::string& file : arguments.credentials) {
    TRY_ASSIGN(client::LoadedCredentials loaded, client::load_credentials_file(file));
    if (!loaded.warning.empty()) std::cerr << "livecert-bench: warning: " << loaded.warning << "\n";
    accounts.push_back(std::move(loaded.credentials));
  }
  if (!arguments.bodies.empty()) wanted.bodies = arguments.bodies;
  return bench::prepare(wanted, accounts, show_prepared);
}

base::Result<int> run(const Arguments& arguments) {
  const auto key_type = arguments.key_type == "ec256" ? bench::KeyType::kEc256 : bench::KeyType::kRsa2048;
  if (arguments.record_size) {
    TRY_ASSIGN(const std::size_t size, bench::record_size(key_type));
    std::cout << size << "\n";
    return 0;
  }
  TRY_ASSIGN(const bench::Workload workload, prepare(arguments, key_type));

  const std::string authority = arguments.endpoint.substr(arguments.endpoint.find("://") + 3);
  const http::HostAndPort parts = http::split_host(std::string_view(authority).substr(0, authority.find('/')));
  bench::LoadOptions options;
  options.host = parts.host;
  options.port = parts.port.empty() ? "80" : parts.port;
  // What another store gets to keep is random.
  const bool may_leave = arguments.insecure_http || arguments.peer == "etcd";
  options.reach = may_leave ? bench::Connection::Reach::kAnywhere : bench::Connection::Reach::kLoopback;
  options.connections = arguments.connections;
  options.duration = std::chrono::seconds(arguments.seconds);
  TRY_ASSIGN(bench::LoadResult result, bench::run_load(options, workload, [](std::size_t answered) {
               std::cerr << "\ranswered: " << answered << std::flush;
             }));
  std::cerr << "\n";
  if (result.used_up) std::cerr << "all certificates were used up before the time; --certificates makes more\n";
  if (result.errors > 0) std::cerr << "the first error: " << result.first_error << "\n";
  const bench::Summary summary = bench::summarise(std::move(result));
  std::cout << (arguments.json ? bench::to_json(summary) + "\n" : bench::to_text(summary));
  return summary.errors == 0 && summary.requests > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App root("livecert-bench: load for the signed API. Run the service with --rate-limit 0.");
    Arguments arguments;
    root.add_option("--endpoint", arguments.endpoint, "URL of the service, http://ADDRESS:PORT");
    root.add_option("--credentials", arguments.credentials,
                    "JSON file with AccessKeyId and SecretAccessKey; several take turns");
    root.add_option("--peer", arguments.peer,
                    "Put records of the same size into another store at the endpoint instead, for comparison")
        ->check(CLI::IsMember({"etcd"}));
    root.add_flag("--record-size", arguments.record_size, "Print how many bytes such a record has, and end");
    root.add_option("--connections", arguments.connections, "Keep-alive connections, each with one request under way")
        ->check(CLI::Range(1, 10'000));
    root.add_option("--seconds", arguments.seconds, "How long; at most 600, since signatures are made before")
        ->check(CLI::Range(1, 600));
    root.add_option("--action", arguments.action, "What to call")
        ->check(CLI::IsMember({"CreateCert", "ListCertV2", "DescribeCertDetailSecretV2"}));
    root.add_option("--body", arguments.bodies,
                    "JSON to send with ListCertV2, several in turn; default: the first page of 100");
    root.add_option("--key-type", arguments.key_type, "Of leaves, intermediate and root")
        ->check(CLI::IsMember({"rsa2048", "ec256"}));
    root.add_option("--certificates", arguments.certificates, "How many writes to prepare; default 5000 a second");
    root.add_flag("--insecure-http", arguments.insecure_http,
                  "Allow another machine at the endpoint; the private keys of the load cross the network in the clear")
        ->envname("LIVECERT_INSECURE_HTTP");
    root.add_flag("--json", arguments.json, "The result as one JSON object on the last line");
    CLI11_PARSE(root, argc, argv);
    const auto status = run(arguments);
    if (status) return *status;
    std::cerr << "livecert-bench: " << status.error().message << "\n";
  } catch (const std::exception& error) {
    std::cerr << "livecert-bench: " << error.what() << "\n";
  }
  return 1;
}
