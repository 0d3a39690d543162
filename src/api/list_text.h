#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "http/message.h"

namespace livecert::api {

// The approximate length of a piece, whatever the items are.
inline constexpr std::size_t kListPiece = 64UL * 1024;

// Returns an object with the members of `head`, followed by `member`: a list with the result of `to_json` (an object,
// or a Result of one) for each item. Each item becomes text when its turn comes and is then released, so that a page of
// large items is never in memory as a tree too.
template <typename Item, typename ToJson>
[[nodiscard]] http::BodyProducer list_text(const boost::json::object& head, std::string_view member,
                                           std::vector<Item> items, ToJson to_json) {
  struct State {
    std::string begin;
    std::vector<Item> items;
    std::size_t next = 0;
    bool ended = false;
  };
  auto state = std::make_shared<State>();
  state->begin = boost::json::serialize(head);
  state->begin.pop_back();
  state->begin.append(head.empty() ? "\"" : ",\"").append(member).append("\":[");
  state->items = std::move(items);
  return [state, to_json = std::move(to_json)](std::string& piece) -> base::Result<bool> {
    if (state->ended) return false;
    piece = std::exchange(state->begin, {});
    while (state->next < state->items.size() && piece.size() < kListPiece) {
      if (state->next > 0) piece += ',';
      const Item item = std::move(state->items[state->next++]);
      const base::Result<boost::json::object> object = to_json(item);
      if (!object) return object.error();
      piece += boost::json::serialize(*object);
    }
    state->ended = state->next == state->items.size();
    if (state->ended) piece += "]}";
    return true;
  };
}

}  // namespace livecert::api
