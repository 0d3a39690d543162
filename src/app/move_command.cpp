#include "app/move_command.h"

#include <iostream>
#include <memory>
#include <string>
#include <system_error>

#include "app/configuration_error.h"
#include "app/data_files.h"
#include "app/first_start.h"
#include "app/master_key_source.h"
#include "app/store_address.h"
#include "app/store_place.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "crypto/random.h"
#include "store/moving/move.h"
#include "store/moving/postgres_end.h"
#include "store/moving/sqlite_end.h"
#include "store/postgres/server_checks.h"

namespace livecert::app {
namespace {

namespace moving = store::moving;
using cli::tr;

struct MoveArguments {
  std::string from;
  std::string to;
  std::string master_key;
  std::string password_file;
  std::string require_standby = "auto";
  bool cancel = false;
};

bool is_database(const std::string& store) {
  return store.starts_with("postgres://") || store.starts_with("postgresql://");
}

// What the directory's side has, with the database's settings beside it.
base::Result<Config> config_of_move(const MoveArguments& arguments) {
  if (is_database(arguments.from) == is_database(arguments.to)) {
    return configuration_error(
        tr("migrate moves from the data directory of an embedded store to a database such as "
           "postgres://livecert@db1,db2/livecert, or back: name one of each in --from and --to",
           "migrate 用于把内置存储的数据目录迁移到数据库（如 postgres://livecert@db1,db2/livecert），或反向迁移：请在 "
           "--from 与 --to 中各给出一个"));
  }
  StorePlace place;
  place.data_dir = is_database(arguments.from) ? arguments.to : arguments.from;
  place.master_key = arguments.master_key;
  TRY_ASSIGN(Config config, config_of(place));
  config.store = is_database(arguments.from) ? arguments.from : arguments.to;
  config.store_password_file = arguments.password_file;
  config.require_standby = arguments.require_standby;
  TRY(check_store_settings(config));
  return config;
}

base::Result<std::unique_ptr<moving::End>> open_end(const Config& config, bool is_in_database, bool is_target) {
  if (is_in_database) {
    TRY_ASSIGN(const store::postgres::Options options, postgres_options(config));
    return moving::open_postgres_end(options, is_target);
  }
  if (!is_target) return moving::open_sqlite_source(config.data_dir);
  TRY(make_private_directory(config.data_dir));
  const base::SystemClock clock;
  return moving::open_sqlite_target(config.data_dir, clock);
}

// Both stores are sealed under the same master key, so that it has to be there before anything is moved.
base::Result<void> check_master_key(const Config& config, moving::End& from) {
  TRY_ASSIGN(vault::MasterKeys keys, find_master_keys(config));
  const auto snapshot = from.snapshot();
  TRY_ASSIGN(const auto header, snapshot->find_vault_header());
  if (!header) return configuration_error(tr("there is no store in ", "该处没有存储：") + from.name());
  TRY_ASSIGN(const auto known, store::read_master_keys(*snapshot));
  crypto::SystemRandom random;
  const auto vault = vault::LocalVault::open(to_ring(std::move(keys), *header, known), random);
  if (vault) return {};
  return configuration_error("master key file " + master_key_file(config).string() + ": " + vault.error().message);
}

// Shows how far each stage has come.
class Stages {
 public:
  void show(moving::Stage stage, std::int64_t done, std::int64_t total) {
    if (!progress_ || stage != stage_ || done < done_) progress_.emplace(word_of(stage));
    stage_ = stage;
    done_ = done;
    progress_->show(done, total);
  }

 private:
  static std::string word_of(moving::Stage stage) {
    switch (stage) {
      case moving::Stage::kCopying:
        return tr("copied rows:", "已复制行数：");
      case moving::Stage::kFollowing:
        return tr("compared rows:", "已比对行数：");
      case moving::Stage::kFinishing:
        break;
    }
    return tr("compared rows while the source takes no writes:", "停写后已比对行数：");
  }
  moving::Stage stage_ = moving::Stage::kCopying;
  std::int64_t done_ = 0;
  std::optional<cli::Progress> progress_;
};

void print_report(const moving::Report& report, const moving::End& from, const moving::End& to) {
  constexpr std::size_t kShownDigits = 16;
  cli::Table table({tr("Table", "表"), tr("Rows", "行数"), "SHA-256"});
  for (const moving::TableReport& row : report.tables) {
    table.add({std::string(row.table), std::to_string(row.rows), base::to_hex(row.digest).substr(0, kShownDigits)});
  }
  std::cout << cli::shown(table);
  std::cout << tr("All tables have the same rows in ", "两处各表的行完全一致：") << from.name() << tr(" and ", " 与 ")
            << to.name() << tr(". The source took no writes for ", "。源端停写 ") << report.stopped.count()
            << tr(" ms before, and takes none from now on.\n", " 毫秒后完成，此后不再接受写入。\n");
}

base::Result<int> run_move(const MoveArguments& arguments) {
  TRY_ASSIGN(const Config config, config_of_move(arguments));
  const bool to_database = is_database(arguments.to);
  TRY_ASSIGN(const auto from, open_end(config, !to_database, false));
  if (arguments.cancel) {
    TRY(moving::cancel_move(*from));
    std::cout << from->name()
              << tr(" takes writes again. Services over a database must be started again; others go on by "
                    "themselves.\n",
                    " 恢复写入。使用数据库的服务需要重新启动；其余服务自行恢复。\n");
    return 0;
  }
  TRY(check_master_key(config, *from));
  TRY_ASSIGN(const auto to, open_end(config, to_database, true));
  Stages stages;
  moving::Options options;
  options.progress = [&](moving::Stage stage, std::int64_t done, std::int64_t total) {
    stages.show(stage, done, total);
  };
  auto report = moving::move(*from, *to, options);
  if (!report) {
    if (report.error().code == base::ErrorCode::kConfiguration) return report.error();
    return configuration_error(tr("the move was interrupted, and goes on when the command is run again: ",
                                  "迁移中断，重新执行该命令即可继续：") +
                               (report.error().detail.empty() ? report.error().message : report.error().detail));
  }
  print_report(*report, *from, *to);
  if (!to_database) {
    // The directory has a store of its own again.
    std::error_code ignored;
    std::filesystem::remove(store_note_file(config.data_dir), ignored);
    if (const auto noted = mark_initialised(config); !noted) cli::print_warning(noted.error().message);
  }
  std::cout << (to_database ? tr("Start the service again with --store and that address, on this data directory: its "
                                 "edges stay its own.\n",
                                 "请在同一数据目录上用 --store 加该地址重新启动服务：接入节点仍归其所有。\n")
                            : tr("Start the service again on that data directory, without --store.\n",
                                 "请在该数据目录上重新启动服务，不再使用 --store。\n"));
  return 0;
}

}  // namespace

void add_move_command(CLI::App& root, cli::Command& chosen) {
  const auto arguments = std::make_shared<MoveArguments>();
  CLI::App* command = root.add_subcommand(
      "migrate", tr("Move the content of an embedded store to a PostgreSQL database or back, while the service runs; "
                    "after a stop, run it again",
                    "把内置存储的内容迁移到 PostgreSQL 数据库，或反向迁移；服务可继续运行，中断后再次执行即可继续"));
  command
      ->add_option("--from", arguments->from,
                   tr("Where the content is: the data directory, or the address of the database",
                      "内容所在处：数据目录或数据库地址"))
      ->type_name("STORE")
      ->required();
  command
      ->add_option("--to", arguments->to,
                   tr("Where it goes: an empty database or data directory, or one that it came from",
                      "迁移目标：空的数据库或数据目录，或内容原先所在处"))
      ->type_name("STORE")
      ->required();
  command
      ->add_option("--master-key", arguments->master_key,
                   tr("File of the master key; default: the systemd credential, else DATA_DIR.master-key, else "
                      "/etc/livecert/master.key",
                      "主密钥文件；默认依次取 systemd 凭据、DATA_DIR.master-key、/etc/livecert/master.key"))
      ->type_name("FILE");
  command
      ->add_option("--store-password-file", arguments->password_file,
                   tr("File with the password of the database", "存放数据库口令的文件"))
      ->type_name("FILE");
  command
      ->add_option(
          "--require-standby", arguments->require_standby,
          tr("Whether the database must have a synchronous standby; auto: when its address names several hosts",
             "数据库是否必须有同步备库；auto：地址含多个主机时需要"))
      ->type_name("auto|true|false")
      ->check(CLI::IsMember({"auto", "true", "false"}));
  command->add_flag("--cancel", arguments->cancel,
                    tr("Let the source of an interrupted move take writes again", "让中断的迁移的源端恢复写入"));
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_move(*arguments); }; });
}

}  // namespace livecert::app
