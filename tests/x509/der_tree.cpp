#include "x509/der_tree.h"

namespace livecert::x509 {
namespace {

// Takes one header from the front; returns the length of its content, or nullopt.
std::optional<std::size_t> take_header(base::ByteView& rest, std::uint8_t& tag) {
  if (rest.size() < 2 || (rest[0] & 0x1FU) == 0x1FU) return std::nullopt;
  tag = rest[0];
  std::size_t length = rest[1];
  std::size_t header = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7FU;
    if (count == 0 || count > 3 || rest.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8U | rest[2 + i];
    header += count;
    if (make_der_length(length).size() != 1 + count) return std::nullopt;
  }
  rest = rest.subspan(header);
  return length <= rest.size() ? std::optional(length) : std::nullopt;
}

std::optional<DerNode> take_node(base::ByteView& rest);

std::optional<std::vector<DerNode>> parse_nodes(base::ByteView content) {
  std::vector<DerNode> nodes;
  while (!content.empty()) {
    auto node = take_node(content);
    if (!node) return std::nullopt;
    nodes.push_back(*std::move(node));
  }
  return nodes;
}

std::optional<DerNode> take_node(base::ByteView& rest) {
  DerNode node;
  const auto length = take_header(rest, node.tag);
  if (!length) return std::nullopt;
  const base::ByteView content = rest.first(*length);
  rest = rest.subspan(*length);
  const bool holds_values = (node.tag & 0x1FU) == 0x10 || (node.tag & 0x1FU) == 0x11;
  if (node.tag < 0x40 && node.is_constructed() != holds_values) return std::nullopt;
  if (node.is_constructed()) {
    auto children = parse_nodes(content);
    if (!children) return std::nullopt;
    node.children = *std::move(children);
    return node;
  }
  node.content = base::to_bytes(content);
  // Looks only for sequences inside: random bytes seldom look like one, but often like something shorter.
  const std::size_t skipped = node.tag == kDerBitString ? 1 : 0;
  const bool may_wrap = node.tag == kDerBitString || node.tag == kDerOctetString;
  if (may_wrap && content.size() > skipped && content[skipped] == kDerSequence) {
    if (auto wrapped = parse_der(content.subspan(skipped))) {
      node.unused_bits = skipped == 0 ? 0 : content[0];
      node.content.clear();
      node.children.push_back(*std::move(wrapped));
    }
  }
  return node;
}

void append(base::Bytes& output, base::ByteView bytes) {
  output.insert(output.end(), bytes.begin(), bytes.end());
}

void collect(DerNode& node, std::vector<DerNode*>& found) {
  found.push_back(&node);
  for (DerNode& child : node.children) collect(child, found);
}

}  // namespace

std::optional<DerNode> parse_der(base::ByteView der) {
  auto node = take_node(der);
  return node && der.empty() ? std::move(node) : std::nullopt;
}

bool is_minimal_number(const DerNode& node) {
  if (node.tag != kDerInteger) return true;
  const base::Bytes& content = node.content;
  return !content.empty() && content[0] < 0x80 && (content.size() == 1 || content[0] != 0 || content[1] >= 0x80);
}

base::Bytes to_der(const DerNode& node) {
  base::Bytes content = node.content;
  if (!node.children.empty() && node.tag == kDerBitString) content.push_back(node.unused_bits);
  for (const DerNode& child : node.children) append(content, to_der(child));
  base::Bytes der{node.tag};
  append(der, node.length ? *node.length : make_der_length(content.size()));
  append(der, content);
  append(der, node.trailer);
  return der;
}

base::Bytes make_der_length(std::size_t size) {
  if (size < 0x80) return {static_cast<std::uint8_t>(size)};
  base::Bytes digits;
  for (; size > 0; size >>= 8U) digits.insert(digits.begin(), static_cast<std::uint8_t>(size));
  digits.insert(digits.begin(), static_cast<std::uint8_t>(0x80U | digits.size()));
  return digits;
}

std::vector<DerNode*> all_nodes(DerNode& root) {
  std::vector<DerNode*> found;
  collect(root, found);
  return found;
}

}  // namespace livecert::x509
