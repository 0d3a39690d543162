#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "api/action.h"
#include "app/backend_options.h"
#include "app/command_input.h"
#include "app/command_output.h"
#include "app/commands.h"

namespace livecert::app {
namespace {

struct CertArguments {
  BackendOptions backend;
  std::string certificate_file;
  std::string key_file;
  std::string name;
  std::string project;
  std::string chain_id;
  std::string cert_id;
  bool pem_only = false;
  std::int64_t page_number = 0;
  std::int64_t page_size = 0;
};

base::Result<http::Response> call(const BackendOptions& options, std::string_view action,
                                  const base::WipedBuffer& body) {
  TRY_ASSIGN(const auto backend, options.open());
  return backend->call(action, api::kLiveVersion, body);
}

base::Result<void> create(const CertArguments& arguments) {
  TRY_ASSIGN(const base::WipedBuffer certificates, read_input_file(arguments.certificate_file));
  TRY_ASSIGN(const base::WipedBuffer key, read_input_file(arguments.key_file));
  JsonWriter json;
  json.text("CertName", arguments.name).text("ProjectName", arguments.project).text("ChainID", arguments.chain_id);
  json.text("UseWay", "https").begin_object("Rsa");
  json.text("Pubkey", base::as_text(certificates)).text("Prikey", base::as_text(key)).end_object();
  TRY_ASSIGN(const http::Response answer, call(arguments.backend, "CreateCert", json.finish()));
  return print_answer(answer);
}

base::Result<void> list(const CertArguments& arguments) {
  JsonWriter json;
  json.text("CertName", arguments.name).text("ProjectName", arguments.project);
  if (arguments.page_number != 0) json.number("PageNum", arguments.page_number);
  if (arguments.page_size != 0) json.number("PageSize", arguments.page_size);
  TRY_ASSIGN(const http::Response answer, call(arguments.backend, "ListCertV2", json.finish()));
  return print_answer(answer);
}

base::Result<void> describe(const CertArguments& arguments) {
  JsonWriter json;
  json.text("ChainID", arguments.chain_id).text("CertID", arguments.cert_id);
  TRY_ASSIGN(const http::Response answer, call(arguments.backend, "DescribeCertDetailSecretV2", json.finish()));
  return arguments.pem_only ? print_chain_pem(answer) : print_answer(answer);
}

}  // namespace

void add_cert_commands(CLI::App& root, Command& chosen) {
  CLI::App* cert = root.add_subcommand("cert", "Certificates")->require_subcommand(1);
  auto arguments = std::make_shared<CertArguments>();
  const auto add = [&](const char* name, const char* help, base::Result<void> (*run)(const CertArguments&)) {
    CLI::App* command = cert->add_subcommand(name, help);
    arguments->backend.add_to(*command, BackendOptions::Offline::kNever);
    command->callback([arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
    return command;
  };

  CLI::App* create_command = add("create", "Add a certificate, or update the one that --chain-id names", create);
  create_command
      ->add_option("--cert", arguments->certificate_file, "PEM file: leaf, then intermediates; - for standard input")
      ->required();
  create_command->add_option("--key", arguments->key_file, "PEM file of the private key")->required();
  create_command->add_option("--name", arguments->name, "Name of the certificate");
  create_command->add_option("--project", arguments->project, "Project; default: default");
  create_command->add_option("--chain-id", arguments->chain_id, "ChainID to update");

  CLI::App* list_command = add("list", "List certificates", list);
  list_command->add_option("--name", arguments->name, "Only names that hold this");
  list_command->add_option("--project", arguments->project, "Only this project");
  list_command->add_option("--page", arguments->page_number, "Page, from 1");
  list_command->add_option("--page-size", arguments->page_size, "Certificates on a page, 1 to 1000");

  CLI::App* describe_command = add("describe", "Show one certificate with its chain", describe);
  auto* by_chain = describe_command->add_option("chain", arguments->chain_id, "ChainID");
  describe_command->add_option("--cert-id", arguments->cert_id, "CertID, instead of a ChainID")->excludes(by_chain);
  describe_command->add_flag("--pem", arguments->pem_only, "Print the certificates' PEM alone");
}

}  // namespace livecert::app
