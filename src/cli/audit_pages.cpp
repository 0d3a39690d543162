#include "cli/audit_pages.h"

#include "cli/command_output.h"

namespace livecert::cli {

base::Result<std::int64_t> read_audit_pages(
    Session& session, const char* action, std::int64_t after, const std::function<JsonWriter()>& question,
    const std::function<base::Result<bool>(const boost::json::value& page)>& take) {
  for (bool more = true; more;) {
    JsonWriter json = question();
    json.number("After", after).number("PageSize", kAuditPage);
    TRY_ASSIGN(const boost::json::value page, session.call(action, json.finish()));
    TRY_ASSIGN(const bool wants_more, take(page));
    after = page.at("Next").as_int64();
    more = wants_more && flag_of(page, "More");
  }
  return after;
}

}  // namespace livecert::cli
