#include "app/offline.h"

#include <algorithm>
#include <utility>

#include "api/dispatcher.h"
#include "app/instance.h"
#include "app/log.h"
#include "app/store_address.h"
#include "cli/language.h"

namespace livecert::app {
namespace {

constexpr auto kCallTime = std::chrono::seconds(60);

class Offline final : public cli::Backend {
 public:
  Offline(std::unique_ptr<Instance> instance, domain::Caller root)
      : instance_(std::move(instance)),
        root_(api::ProvenCaller::by_possession(std::move(root))),
        answerer_(instance_->clock(), "", [](const api::AccessRecord&) {}),
        dispatcher_(instance_->services(), answerer_, 0) {}

  [[nodiscard]] base::Result<http::Response> call(std::string_view action, std::string_view version,
                                                  base::ByteView json_body) override {
    const base::SteadyTime now = instance_->clock().steady_now();
    const api::ExchangePtr exchange = api::begin_exchange(instance_->services(), "offline", now);
    exchange->request.deadline = now + kCallTime;
    exchange->context.deadline = exchange->request.deadline;
    exchange->request.headers.add("Accept-Language", std::string(cli::language_tag()));
    exchange->request.body.assign(json_body.begin(), json_body.end());
    auto answer = dispatcher_.dispatch(exchange, root_, {action, version, "live"});
    if (!answer) return answerer_.fail(*exchange, answer.error());
    return std::move(answer->response).wait();  // there is no limit that a call could wait for
  }

 private:
  std::unique_ptr<Instance> instance_;
  api::ProvenCaller root_;
  api::Answerer answerer_;
  api::Dispatcher dispatcher_;
};

}  // namespace

base::Result<std::unique_ptr<cli::Backend>> open_offline(const std::filesystem::path& data_dir,
                                                         const std::filesystem::path& master_key) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(data_dir, ignored)) {
    return base::Error{base::ErrorCode::kConfiguration, "there is no data directory " + data_dir.string()};
  }
  start_log("warning");
  Config config;
  config.data_dir = data_dir;
  TRY(refuse_postgres(config, "call the service with --endpoint in place of --offline"));
  config.master_key = master_key;
  TRY_ASSIGN(auto instance, Instance::open(config, Instance::IfEmpty::kRefuse));
  TRY_ASSIGN(const std::vector<domain::Account> accounts,
             instance->services().store.ask(&store::Snapshot::list_accounts));
  const auto root = std::ranges::find_if(accounts, &domain::Account::is_root);
  if (root == accounts.end()) return base::Error{base::ErrorCode::kInternal, "the store has no root account"};
  domain::Caller caller{root->id, true, "offline", {}};
  return std::unique_ptr<cli::Backend>(std::make_unique<Offline>(std::move(instance), std::move(caller)));
}

}  // namespace livecert::app
