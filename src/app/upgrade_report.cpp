#include "app/upgrade_report.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "app/log.h"
#include "app/service_manager.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/terminal.h"

namespace livecert::app {
namespace {

using cli::tr;
using std::chrono::steady_clock;
using store::sqlite::UpgradePlan;
using store::sqlite::UpgradeStage;

class Report {
 public:
  void begin(const UpgradePlan& plan) {
    plan_ = plan;
    const std::string formats = std::to_string(plan.from) + " to " + std::to_string(plan.to);
    log_warning(plan.continues ? "the upgrade of the store continues, from format " + formats +
                                     "; the copy of it as it was before is " + plan.copy.string()
                               : "the store is upgraded from format " + formats +
                                     "; before that, a copy of it as it is now goes to " + plan.copy.string());
  }

  void progress(const UpgradeStage& stage) {
    const auto now = steady_clock::now();
    if (stage.format != format_ || !stage_begin_) {
      shown_.reset();  // removes its line
      format_ = stage.format;
      stage_begin_ = now;
      if (cli::is_watched()) shown_.emplace(what());
    }
    if (shown_) shown_->show(stage.done, stage.total);
    if (now < next_) return;
    next_ = now + kPause;
    // The manager's patience (TimeoutStartSec) counts from the last such word (sd_notify(3)).
    tell_service_manager("EXTEND_TIMEOUT_USEC=120000000\nSTATUS=Upgrading the store");
    if (shown_ || now - begin_ < kPause) return;
    log_warning(cli::progress_text(what(), stage.done, stage.total,
                                   std::chrono::duration_cast<std::chrono::milliseconds>(now - *stage_begin_)));
  }

  void end(const UpgradePlan& plan) {
    shown_.reset();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begin_);
    tell_service_manager("STATUS=");
    log_warning("the store has format " + std::to_string(plan.to) + " now; the upgrade took " +
                std::to_string(seconds.count()) +
                " s. When this release works for you, remove the copy of the former "
                "store, which holds the same keys: rm " +
                plan.copy.string());
  }

 private:
  static constexpr std::chrono::seconds kPause{10};

  // What the count of a stage is about.
  [[nodiscard]] std::string what() const {
    if (format_ == 0) return tr("upgrade of the store: pages copied", "升级存储：已复制页数");
    return tr("upgrade of the store: format ", "升级存储：格式 ") + std::to_string(format_) +
           tr(" of ", "，目标格式 ") + std::to_string(plan_.to) + tr(", rows", "，已处理行数");
  }

  UpgradePlan plan_;
  const steady_clock::time_point begin_ = steady_clock::now();
  steady_clock::time_point next_ = begin_;
  std::int64_t format_ = 0;
  std::optional<steady_clock::time_point> stage_begin_;
  std::optional<cli::Progress> shown_;
};

}  // namespace

store::sqlite::UpgradeWatch report_upgrade() {
  const auto report = std::make_shared<Report>();
  return {[report](const UpgradePlan& plan) { report->begin(plan); },
          [report](const UpgradeStage& stage) { report->progress(stage); },
          [report](const UpgradePlan& plan) { report->end(plan); }};
}

}  // namespace livecert::app
