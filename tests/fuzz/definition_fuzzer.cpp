#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "edge/drivers/kinds.h"
#include "edge/drivers/parse_definition.h"

namespace {

using namespace livecert;

// One line for each value, `member=value`; lines of one member that follow each other are its list.
edge::Members read_members(std::string_view text) {
  edge::Members members;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(line.find('='), line.size());
    const std::string name = line.substr(0, equals);
    if (members.empty() || members.back().first != name) members.push_back({name, {}});
    members.back().second.push_back(line.substr(std::min(equals + 1, line.size())));
  }
  return members;
}

}  // namespace

// An edge as its operator describes it: an accepted one is described again by its own values, stays within the forms
// that the drivers rely on, and collides with itself if it has files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto definition = edge::parse_definition(read_members(base::as_text({data, size})));
  if (!definition) {
    LIVECERT_CHECK(definition.error().code == base::ErrorCode::kConfiguration && !definition.error().message.empty());
    return 0;
  }
  const auto again = edge::parse_definition(edge::members_of(*definition));
  LIVECERT_CHECK(again && *again == *definition);
  for (const std::filesystem::path& path : {definition->directory, definition->file, definition->socket}) {
    LIVECERT_CHECK(path.empty() || (path.is_absolute() && path.string().find("/../") == std::string::npos &&
                                    !path.string().ends_with("/..")));
  }
  LIVECERT_CHECK((definition->access.mode & ~0640U) == 0);
  LIVECERT_CHECK(edge::collide(*definition, *definition) ==
                 (!definition->directory.empty() || !definition->file.empty()));
  edge::Order order;
  order.domain = "live.example.net";
  order.project = "default";
  order.account = base::AccountId(2100000001);
  const edge::Selection& selection = definition->selection;
  const bool takes_all = selection.domains.empty() && selection.projects.empty() && selection.accounts.empty();
  LIVECERT_CHECK(selection.takes(order) || !takes_all);
  return 0;
}
