#include "x509/mutation.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace livecert::x509 {
namespace {

using base::Bytes;

// A change of one node; false when it does not apply to such a node. `donor`: a node of the same tag, from another
// text.
struct NodeMutation {
  const char* name;
  bool (*apply)(DerNode& node, const DerNode* donor);
};

Bytes content_of(const DerNode& node) {
  DerNode plain = node;
  plain.length.reset();
  plain.trailer.clear();
  const Bytes der = to_der(plain);
  std::size_t header = 1;
  header += der[1] < 0x80 ? 1 : 1 + (der[1] & 0x7FU);
  return {der.begin() + static_cast<std::ptrdiff_t>(header), der.end()};
}

bool set_length(DerNode& node, std::size_t length) {
  node.length = make_der_length(length);
  return true;
}

bool is_type(const DerNode& node, std::uint8_t tag) {
  return node.tag == tag && node.children.empty();
}

bool is_time(const DerNode& node) {
  return (node.tag == kDerUtcTime || node.tag == kDerGeneralizedTime) && node.content.size() >= 13;
}

// One time with the text at `place`, counted from the month's digits, replaced.
bool write_into_time(DerNode& node, std::size_t place, std::string_view text) {
  if (!is_time(node)) return false;
  const std::size_t begin = (node.tag == kDerUtcTime ? 2 : 4) + place;
  std::copy(text.begin(), text.end(), node.content.begin() + static_cast<std::ptrdiff_t>(begin));
  return true;
}

constexpr std::array kNodeMutations{
    NodeMutation{"length one more",
                 [](DerNode& node, const DerNode*) { return set_length(node, content_of(node).size() + 1); }},
    NodeMutation{"length one less",
                 [](DerNode& node, const DerNode*) {
                   const std::size_t size = content_of(node).size();
                   return size > 0 && set_length(node, size - 1);
                 }},
    NodeMutation{"length not minimal",
                 [](DerNode& node, const DerNode*) {
                   const std::size_t size = content_of(node).size();
                   node.length = Bytes{0x83, static_cast<std::uint8_t>(size >> 16U),
                                       static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size)};
                   return true;
                 }},
    NodeMutation{"length indefinite",
                 [](DerNode& node, const DerNode*) {
                   node.length = Bytes{0x80};
                   node.trailer = {0, 0};
                   return true;
                 }},
    NodeMutation{"length beyond the end",
                 [](DerNode& node, const DerNode*) {
                   node.length = Bytes{0x84, 0x7F, 0xFF, 0xFF, 0xFF};
                   return true;
                 }},
    NodeMutation{"class changed", [](DerNode& node, const DerNode*) { return (node.tag ^= 0x80U) != 0; }},
    NodeMutation{"constructed or not", [](DerNode& node, const DerNode*) { return (node.tag ^= 0x20U) != 0; }},
    NodeMutation{"another type", [](DerNode& node, const DerNode*) { return (node.tag ^= 0x01U) != 0; }},
    NodeMutation{"first child left out",
                 [](DerNode& node, const DerNode*) {
                   if (node.children.empty()) return false;
                   node.children.erase(node.children.begin());
                   return true;
                 }},
    NodeMutation{"last child left out",
                 [](DerNode& node, const DerNode*) {
                   if (node.children.empty()) return false;
                   node.children.pop_back();
                   return true;
                 }},
    NodeMutation{"last child doubled",
                 [](DerNode& node, const DerNode*) {
                   if (node.children.empty()) return false;
                   node.children.push_back(DerNode(node.children.back()));
                   return true;
                 }},
    NodeMutation{"first children swapped",
                 [](DerNode& node, const DerNode*) {
                   if (node.children.size() < 2) return false;
                   std::swap(node.children[0], node.children[1]);
                   return true;
                 }},
    NodeMutation{"another value behind the last",
                 [](DerNode& node, const DerNode*) {
                   if (node.children.empty()) return false;
                   node.children.emplace_back().tag = kDerNull;
                   return true;
                 }},
    NodeMutation{"exchanged for another's",
                 [](DerNode& node, const DerNode* donor) {
                   if (donor == nullptr) return false;
                   node = *donor;
                   return true;
                 }},
    NodeMutation{"emptied",
                 [](DerNode& node, const DerNode*) {
                   const bool had_any = !node.content.empty() || !node.children.empty();
                   node.content.clear();
                   node.children.clear();
                   return had_any;
                 }},
    NodeMutation{"a zero byte in front",
                 [](DerNode& node, const DerNode*) {
                   if (!node.children.empty()) return false;
                   node.content.insert(node.content.begin(), 0);
                   return true;
                 }},
    NodeMutation{"a zero byte behind",
                 [](DerNode& node, const DerNode*) {
                   if (!node.children.empty()) return false;
                   node.content.push_back(0);
                   return true;
                 }},
    NodeMutation{"negative",
                 [](DerNode& node, const DerNode*) {
                   if (!is_type(node, kDerInteger) || node.content.empty()) return false;
                   node.content.insert(node.content.begin(), 0xFF);
                   return true;
                 }},
    NodeMutation{"last byte one more",
                 [](DerNode& node, const DerNode*) {
                   if (node.content.empty()) return false;
                   ++node.content.back();
                   return true;
                 }},
    NodeMutation{"unused bits",
                 [](DerNode& node, const DerNode*) {
                   if (node.tag != kDerBitString) return false;
                   if (node.children.empty() && node.content.empty()) return false;
                   (node.children.empty() ? node.content[0] : node.unused_bits) ^= 0x03U;
                   return true;
                 }},
    NodeMutation{"true as 1",
                 [](DerNode& node, const DerNode*) {
                   if (!is_type(node, kDerBoolean)) return false;
                   node.content = {1};
                   return true;
                 }},
    NodeMutation{"false",
                 [](DerNode& node, const DerNode*) {
                   if (!is_type(node, kDerBoolean)) return false;
                   node.content = {0};
                   return true;
                 }},
    NodeMutation{"month 13", [](DerNode& node, const DerNode*) { return write_into_time(node, 0, "13"); }},
    NodeMutation{"February 30", [](DerNode& node, const DerNode*) { return write_into_time(node, 0, "0230"); }},
    NodeMutation{"hour 24", [](DerNode& node, const DerNode*) { return write_into_time(node, 4, "24"); }},
    NodeMutation{"second 60", [](DerNode& node, const DerNode*) { return write_into_time(node, 8, "60"); }},
    NodeMutation{"another year",
                 [](DerNode& node, const DerNode*) { return is_time(node) && (node.content[0]++ > 0); }},
    NodeMutation{"without Z",
                 [](DerNode& node, const DerNode*) {
                   if (!is_time(node)) return false;
                   node.content.pop_back();
                   return true;
                 }},
    NodeMutation{"an offset for Z",
                 [](DerNode& node, const DerNode*) {
                   if (!is_time(node)) return false;
                   constexpr std::string_view kOffset = "+0100";
                   node.content.pop_back();
                   node.content.insert(node.content.end(), kOffset.begin(), kOffset.end());
                   return true;
                 }},
    NodeMutation{"a fraction of a second",
                 [](DerNode& node, const DerNode*) {
                   if (!is_time(node)) return false;
                   node.content.pop_back();
                   node.content.insert(node.content.end(), {'.', '5', 'Z'});
                   return true;
                 }},
    NodeMutation{"without seconds",
                 [](DerNode& node, const DerNode*) {
                   if (!is_time(node)) return false;
                   node.content.erase(node.content.end() - 3, node.content.end() - 1);
                   return true;
                 }},
};

const DerNode* find_donor(DerNode& donor, std::uint8_t tag, std::size_t turn) {
  std::vector<DerNode*> fitting;
  for (DerNode* node : all_nodes(donor)) {
    if (node->tag == tag) fitting.push_back(node);
  }
  return fitting.empty() ? nullptr : fitting[turn % fitting.size()];
}

// The mutation of the node with that number; nullopt when it changes nothing.
std::optional<Bytes> mutate_node(const DerNode& root, DerNode& donor, std::size_t number,
                                 const NodeMutation& mutation) {
  DerNode copy = root;
  DerNode& node = *all_nodes(copy)[number];
  if (!mutation.apply(node, find_donor(donor, node.tag, number))) return std::nullopt;
  Bytes mutated = to_der(copy);
  if (mutated == to_der(root)) return std::nullopt;
  return mutated;
}

std::string describe(const NodeMutation& mutation, std::size_t number) {
  return std::string(mutation.name) + ", node " + std::to_string(number);
}

int number_from_environment(const char* name, int usual) {
  const char* value = std::getenv(name);
  return value == nullptr ? usual : std::max(1, std::atoi(value));
}

}  // namespace

void mutate_every_byte(const Bytes& original, const TakeMutation& take) {
  for (std::size_t i = 0; i < original.size(); ++i) {
    const std::string place = ", byte " + std::to_string(i);
    const auto at = static_cast<std::ptrdiff_t>(i);
    for (const unsigned flipped : {0x01U, 0x80U, 0xFFU}) {
      Bytes mutated = original;
      mutated[i] = static_cast<std::uint8_t>(mutated[i] ^ flipped);
      take(mutated, "flipped by " + std::to_string(flipped) + place);
    }
    Bytes mutated = original;
    mutated.erase(mutated.begin() + at);
    take(mutated, "left out" + place);
    mutated = original;
    mutated.insert(mutated.begin() + at, original[i]);
    take(mutated, "doubled" + place);
    take(Bytes(original.begin(), original.begin() + at), "cut off" + place);
  }
  Bytes longer = original;
  longer.push_back(0);
  take(longer, "a byte behind the end");
}

void mutate_every_node(const Bytes& original, const Bytes& donor, const TakeMutation& take) {
  auto root = parse_der(original);
  auto other = parse_der(donor);
  if (!root || !other) return;
  const std::size_t count = all_nodes(*root).size();
  for (std::size_t number = 0; number < count; ++number) {
    for (const NodeMutation& mutation : kNodeMutations) {
      if (const auto mutated = mutate_node(*root, *other, number, mutation)) take(*mutated, describe(mutation, number));
    }
  }
}

void mutate_at_random(const Bytes& original, const Bytes& donor, int count, std::mt19937& random,
                      const TakeMutation& take) {
  auto root = parse_der(original);
  auto other = parse_der(donor);
  for (int i = 0; i < count && !original.empty(); ++i) {
    if (i % 3 != 0 && root && other) {
      const std::size_t number = random() % all_nodes(*root).size();
      const NodeMutation& mutation = kNodeMutations[random() % kNodeMutations.size()];
      if (const auto mutated = mutate_node(*root, *other, number, mutation)) take(*mutated, describe(mutation, number));
      continue;
    }
    Bytes mutated = original;
    const std::size_t place = random() % original.size();
    const auto at = mutated.begin() + static_cast<std::ptrdiff_t>(place);
    const auto byte = static_cast<std::uint8_t>(random());
    const std::uint32_t way = random() % 4;
    if (way == 0) *at ^= static_cast<std::uint8_t>(1U << (byte % 8U));
    if (way == 1) *at = byte;
    if (way == 2) mutated.erase(at);
    if (way == 3) mutated.insert(at, byte);
    if (mutated != original) take(mutated, "way " + std::to_string(way) + ", byte " + std::to_string(place));
  }
}

int mutation_factor() {
  return number_from_environment("LIVECERT_MUTATIONS", 1);
}

std::uint32_t mutation_seed(std::uint32_t usual) {
  return static_cast<std::uint32_t>(number_from_environment("LIVECERT_SEED", static_cast<int>(usual)));
}

}  // namespace livecert::x509
