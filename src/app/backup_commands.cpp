#include "app/backup_commands.h"

#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/backup.h"
#include "app/former_stores.h"
#include "app/log.h"
#include "app/master_key_source.h"
#include "app/store_address.h"
#include "app/store_place.h"
#include "base/file_access.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "store/sqlite/data_directory.h"
#include "translation/translate.h"

namespace livecert::app {
namespace {

namespace fs = std::filesystem;
using cli::tr;

constexpr std::size_t kLongestSecretFile = 64UL * 1024;

base::Error usage_error(const std::string& sentence) {
  return {base::ErrorCode::kConfiguration, sentence};
}

base::Result<base::WipedBuffer> read_small_file(const std::string& name) {
  std::FILE* const opened = std::fopen(name.c_str(), "rbe");
  if (opened == nullptr) return usage_error(name + tr(" cannot be read", " 无法读取"));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(opened, &std::fclose);
  std::setvbuf(opened, nullptr, _IONBF, 0);  // a buffer of the library would keep a copy
  base::WipedBuffer bytes(kLongestSecretFile + 1);
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), opened));
  if (std::ferror(opened) != 0) return usage_error(name + tr(" cannot be read", " 无法读取"));
  if (bytes.size() > kLongestSecretFile) return usage_error(name + tr(" is too long", " 过长"));
  return bytes;
}

base::Result<crypto::AgePassphrase> read_passphrase(const std::string& name) {
  if (const auto open_to = base::tell_if_not_private(name)) return usage_error(name + " " + *open_to);
  TRY_ASSIGN(base::WipedBuffer text, read_small_file(name));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.size() < 12) {
    return usage_error(name +
                       tr(" must hold a pass phrase of at least twelve characters", " 中的口令至少需要 12 个字符"));
  }
  return crypto::AgePassphrase{base::SecretBytes(std::move(text))};
}

struct BackupArguments {
  StorePlace place;
  std::string file;
  std::vector<std::string> recipients;
  std::string recipients_file;
  std::string passphrase_file;
  bool without_master_key = false;
  std::size_t keep = 0;
};

base::Result<crypto::AgeWriter::Sealed> sealed_to(const BackupArguments& arguments) {
  std::vector<std::string> texts = arguments.recipients;
  if (!arguments.recipients_file.empty()) {
    TRY_ASSIGN(const base::WipedBuffer text, read_small_file(arguments.recipients_file));
    std::istringstream lines(std::string(text.begin(), text.end()));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && !line.starts_with('#')) texts.push_back(line);
    }
  }
  if (!arguments.passphrase_file.empty()) {
    if (!texts.empty())
      return usage_error(tr("a backup is sealed to recipients or to a pass phrase, not to both",
                            "备份只能封装给接收者或口令之一，不能两者兼用"));
    TRY_ASSIGN(crypto::AgePassphrase passphrase, read_passphrase(arguments.passphrase_file));
    return crypto::AgeWriter::Sealed(std::move(passphrase));
  }
  if (texts.empty()) {
    return usage_error(
        tr("a backup holds keys and is always sealed: give --recipient age1…, --recipients-file or "
           "--passphrase-file (age-keygen makes a key pair)",
           "备份包含密钥，必须加密：请给出 --recipient age1…、--recipients-file 或 --passphrase-file"
           "（age-keygen 可生成密钥对）"));
  }
  std::vector<crypto::AgeRecipient> recipients;
  for (const std::string& text : texts) {
    TRY_ASSIGN(const crypto::AgeRecipient recipient, crypto::AgeRecipient::parse(text));
    recipients.push_back(recipient);
  }
  return crypto::AgeWriter::Sealed(std::move(recipients));
}

Progress show_progress(const std::string& what) {
  return [shown = std::make_shared<cli::Progress>(what)](std::int64_t done, std::int64_t total) {
    shown->show(done, total);
  };
}

std::string counts_text(const store::sqlite::StoreCounts& counts) {
  return std::to_string(counts.chains) + tr(" certificates with ", " 个证书，") + std::to_string(counts.versions) +
         tr(" versions, ", " 个版本，") + std::to_string(counts.domains) + tr(" domains, ", " 个域名，") +
         std::to_string(counts.accounts) + tr(" accounts", " 个账号");
}

base::Result<int> run_backup(const BackupArguments& arguments) {
  TRY_ASSIGN(const crypto::AgeWriter::Sealed to, sealed_to(arguments));
  const BackupOptions options{arguments.file, !arguments.without_master_key, arguments.keep,
                              show_progress(tr("copied pages:", "已复制页数："))};
  const base::SystemClock clock;
  TRY_ASSIGN(const Config config, config_of(arguments.place));
  TRY(refuse_postgres(config,
                      "back up the database with PostgreSQL's own tools, such as pg_dump or pg_basebackup, and " +
                          master_key_file(config).string() + " apart from it"));
  TRY_ASSIGN(const BackupMade made, make_backup(config, to, options, clock.now()));
  std::cout << made.file.string() << ": " << counts_text(made.counts) << ", " << made.bytes << tr(" bytes", " 字节")
            << (options.with_master_key ? tr("; holds the master key", "；含主密钥")
                                        : tr("; does not hold the master key", "；不含主密钥"))
            << "\n";
  if (made.lacked_log) std::cerr << tr("warning: ", "警告：") << missing_log_text(config.data_dir) << "\n";
  return 0;
}

struct RestoreArguments {
  StorePlace place;
  std::string file;
  std::vector<std::string> identities;
  std::string passphrase_file;
  bool rehearse = false;
  bool replace = false;
};

base::Result<crypto::AgeReader::Opener> opener_of(const RestoreArguments& arguments) {
  if (arguments.identities.empty() == arguments.passphrase_file.empty()) {
    return usage_error(tr("give --identity FILE, the key that age-keygen made, or --passphrase-file",
                          "请给出 --identity FILE（age-keygen 生成的密钥）或 --passphrase-file"));
  }
  if (!arguments.passphrase_file.empty()) {
    TRY_ASSIGN(crypto::AgePassphrase passphrase, read_passphrase(arguments.passphrase_file));
    return crypto::AgeReader::Opener(std::move(passphrase));
  }
  std::vector<crypto::AgeIdentity> identities;
  for (const std::string& name : arguments.identities) {
    TRY_ASSIGN(const base::WipedBuffer text, read_small_file(name));
    auto found = crypto::AgeIdentity::parse_file(text);
    if (!found) return usage_error(name + ": " + found.error().message);
    std::ranges::move(*found, std::back_inserter(identities));
  }
  return crypto::AgeReader::Opener(std::move(identities));
}

base::Result<int> run_restore(const RestoreArguments& arguments) {
  start_log("error");
  TRY_ASSIGN(const Config config, config_of(arguments.place));
  TRY(refuse_postgres(config,
                      "restore the database with PostgreSQL's own tools; to restore a backup of livecert's into an "
                      "embedded store, name another data_dir"));
  TRY_ASSIGN(const crypto::AgeReader::Opener opener, opener_of(arguments));
  const RestoreOptions options{arguments.file, arguments.rehearse, arguments.replace,
                               show_progress(tr("verified", "已校验版本"))};
  const base::SystemClock clock;
  TRY_ASSIGN(const Restored restored, restore_backup(config, opener, options, clock.now()));
  std::cout << tr("the backup of ", "备份时间 ") << restored.made_at << tr(" is in order: ", "，内容完好：")
            << counts_text(restored.report.counts) << "\n";
  if (restored.there_now) {
    std::cout << tr("the store in ", "现有存储 ") << config.data_dir.string()
              << (options.rehearse ? tr(" has ", "：") : tr(" had ", "原有：")) << counts_text(*restored.there_now)
              << "\n";
  }
  if (options.rehearse) {
    std::cout << tr("a service started on it; nothing was changed", "服务可在其上启动；未做任何更改") << "\n";
    return 0;
  }
  std::cout << tr("restored into ", "已恢复到 ") << config.data_dir.string() << "\n";
  if (!restored.former.empty()) {
    std::cout << tr("the former store is in ", "原存储位于 ") << restored.former.string()
              << tr(", and opens with the former master key", "，需用原主密钥打开") << "\n";
  }
  if (restored.made_master_key) {
    std::cout << tr("the master key is in ", "主密钥位于 ") << master_key_file(config).string() << "\n";
  }
  return 0;
}

base::Result<int> run_verify(const StorePlace& place) {
  TRY_ASSIGN(const Config config, config_of(place));
  TRY(refuse_postgres(config,
                      "livecert doctor checks that the database and the master key belong together, and "
                      "pg_amcheck checks the database's own files"));
  TRY_ASSIGN(vault::MasterKeys keys, find_master_keys(config));
  const fs::path file = store::sqlite::DataDirectory::database_file(config.data_dir);
  TRY_ASSIGN(const StoreReport report,
             verify_store(file, std::move(keys), show_progress(tr("verified", "已校验版本"))));
  std::cout << file.string() << ": " << counts_text(report.counts) << "\n";
  if (report.lacked_log) std::cout << tr("warning: ", "警告：") << missing_log_text(config.data_dir) << "\n";
  for (const std::string& finding : report.findings) {
    std::cout << translation::translated(finding, cli::language()) << "\n";
  }
  for (const FormerStore& former : find_former_stores(config.data_dir)) std::cout << former_store_text(former) << "\n";
  if (report.all_findings > report.findings.size()) {
    std::cout << tr("and more, all in all ", "还有更多，共 ") << report.all_findings << "\n";
  }
  if (report.is_good()) std::cout << tr("everything is in order", "一切正常") << "\n";
  return report.is_good() ? 0 : 1;
}

}  // namespace

void add_backup_commands(CLI::App& root, cli::Command& chosen) {
  const auto backup = std::make_shared<BackupArguments>();
  CLI::App* command = root.add_subcommand(
      "backup", tr("Write a sealed backup of the store and its master key, while the service runs or not",
                   "备份存储与主密钥为一个加密文件，服务运行与否均可"));
  command
      ->add_option(
          "file", backup->file,
          tr("The file to write, or a directory for a file named after the time", "备份文件；给出目录时按时间命名"))
      ->required();
  command
      ->add_option("--recipient", backup->recipients,
                   tr("Public key that the backup is sealed to, as age-keygen prints it",
                      "备份的接收者公钥，即 age-keygen 的输出"))
      ->type_name("age1...");
  command
      ->add_option("--recipients-file", backup->recipients_file,
                   tr("File with one such key on each line", "每行一个此类公钥的文件"))
      ->type_name("FILE");
  command
      ->add_option("--passphrase-file", backup->passphrase_file,
                   tr("File with the pass phrase that the backup is sealed to", "存放备份口令的文件"))
      ->type_name("FILE");
  command->add_flag("--without-master-key", backup->without_master_key,
                    tr("Leave the master key out; keep it elsewhere, because the backup is useless without it",
                       "不包含主密钥：请另行保存，没有它备份无法使用"));
  command
      ->add_option("--keep", backup->keep,
                   tr("With a directory: how many backups stay in it; older ones are removed",
                      "给出目录时保留的备份份数，更旧的会被删除"))
      ->type_name("N");
  add_place(*command, backup->place);
  command->callback([backup, &chosen] { chosen = [backup] { return run_backup(*backup); }; });

  const auto restore = std::make_shared<RestoreArguments>();
  command = root.add_subcommand(
      "restore", tr("Restore a backup, verified before it replaces anything", "恢复备份；替换任何内容之前先完整校验"));
  command->add_option("file", restore->file, tr("The backup", "备份文件"))->required();
  command
      ->add_option("--identity", restore->identities,
                   tr("File with the key that age-keygen made", "age-keygen 生成的密钥文件"))
      ->type_name("FILE");
  command
      ->add_option("--passphrase-file", restore->passphrase_file,
                   tr("File with the pass phrase of the backup", "存放备份口令的文件"))
      ->type_name("FILE");
  command->add_flag("--rehearse", restore->rehearse,
                    tr("Change nothing: verify it, start a service on a copy, compare and report",
                       "演练：校验并在旁边试启动、比较并报告，不做任何更改"));
  command->add_flag("--replace", restore->replace,
                    tr("Move an existing store to another folder", "若已有存储，先将其移到一旁"));
  add_place(*command, restore->place);
  command->callback([restore, &chosen] { chosen = [restore] { return run_restore(*restore); }; });

  const auto place = std::make_shared<StorePlace>();
  command = root.add_subcommand("verify", tr("Read every row of the store, open every key, and say what is wrong",
                                             "读取存储的每一行、打开每个密钥，并报告问题"));
  add_place(*command, *place);
  command->callback([place, &chosen] { chosen = [place] { return run_verify(*place); }; });
}

}  // namespace livecert::app
