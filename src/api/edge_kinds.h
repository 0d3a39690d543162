#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"

namespace livecert::api {

// The kinds of edge that CreateEdge accepts, with `separator` between their names.
[[nodiscard]] std::string edge_kinds(std::string_view separator);

// A member of CreateEdge that an edge which is added may have.
struct EdgeMember {
  std::string_view name;  // as the configuration file spells it: proxy_protocol
  std::string wire_name;  // ProxyProtocol
  bool is_list;
  bool is_flag;
  std::string_view placeholder;  // such as ADDR:PORT
  base::Bilingual help;
  bool is_for_all;           // every kind takes it
  bool is_required;          // for the kinds that take it
  std::string default_text;  // empty: it has no value then

  // The kinds that take it.
  [[nodiscard]] std::string kinds(std::string_view separator) const;
};
// In the order of docs/edges.md.
[[nodiscard]] std::vector<EdgeMember> edge_members();

}  // namespace livecert::api
