#include "cli/key_limit_options.h"

#include <CLI/CLI.hpp>

#include "cli/cert_list_command.h"
#include "cli/language.h"

namespace livecert::cli {

void KeyLimitOptions::add_to(CLI::App& command) {
  command.add_option("--project", projects, tr("Limit the key to this project; may be repeated", "仅限此项目；可重复"));
  command.add_option("--domain", domains,
                     tr("Let the key change only this domain, such as *.example.net; may be repeated",
                        "只允许改动此域名，如 *.example.net；可重复"));
  command
      .add_option("--expires-in", expires_in,
                  tr("Refuse the key after this time, such as 90d or 12h", "过此时长后失效，如 90d、12h"))
      ->type_name("TIME");
}

base::Result<void> KeyLimitOptions::write(JsonWriter& json) const {
  json.strings("Projects", projects).strings("Domains", domains);
  if (expires_in.empty()) return {};
  const auto duration = parse_duration(expires_in);
  if (!duration) {
    return base::Error{base::ErrorCode::kConfiguration, tr("--expires-in must be a time such as 90d, 12h or 2w, not ",
                                                           "--expires-in 应为 90d、12h、2w 之类的时长，而不是 ") +
                                                            expires_in};
  }
  json.number("ExpiresIn", duration->count());
  return {};
}

}  // namespace livecert::cli
