#include "app/edge_config.h"

#include <optional>
#include <string>
#include <utility>

#include "app/configuration_error.h"
#include "app/toml.h"
#include "edge/drivers/parse_definition.h"

namespace livecert::app {
namespace {

// A string or a whole number in its text form.
std::optional<std::string> to_word(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  return std::nullopt;
}

std::optional<std::vector<std::string>> to_texts(const toml::node& node) {
  std::vector<std::string> texts;
  const toml::array* const list = node.as_array();
  if (list == nullptr) {
    if (auto text = to_word(node)) return std::vector{*std::move(text)};
    return std::nullopt;
  }
  for (const toml::node& item : *list) {
    auto text = to_word(item);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

bool is_flag(const std::string& name) {
  const edge::MemberRow* const member = edge::find_member(name);
  return member != nullptr && member->form == edge::MemberRow::Form::kFlag;
}

std::optional<std::vector<std::string>> to_flag(const toml::node& node) {
  const auto* const flag = node.as_boolean();
  if (flag == nullptr) return std::nullopt;
  return std::vector<std::string>{flag->get() ? "true" : "false"};
}

base::Result<edge::Definition> read_edge(const toml::table& table) {
  edge::Members members;
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    auto values = is_flag(name) ? to_flag(node) : to_texts(node);
    if (!values && is_flag(name)) return configuration_error(name + " must be true or false");
    if (!values) return configuration_error(name + " must be a string, a number, or a list of strings");
    members.emplace_back(std::move(name), *std::move(values));
  }
  return edge::parse_definition(members);
}

}  // namespace

base::Result<std::vector<edge::Definition>> read_edges(const toml::node& node) {
  const toml::array* const list = node.as_array();
  if (list == nullptr) return configuration_error("edges are tables that begin with [[edge]]");
  std::vector<edge::Definition> edges;
  for (const toml::node& item : *list) {
    const std::string place = "edge " + std::to_string(edges.size() + 1);
    const toml::table* const table = item.as_table();
    if (table == nullptr) return configuration_error(place + " must be a table that begins with [[edge]]");
    auto edge = read_edge(*table);
    if (!edge) return configuration_error(place + ": " + edge.error().message);
    edges.push_back(*std::move(edge));
  }
  return edges;
}

}  // namespace livecert::app
