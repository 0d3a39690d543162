#include "service/administer_edges.h"

#include <algorithm>
#include <utility>

#include "edge/admission.h"
#include "edge/drivers/claim.h"
#include "service/local_edges.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr std::chrono::milliseconds kWithdrawal(3000);  // an answer is due soon after

base::Error invalid(const std::string& what) {
  return {base::ErrorCode::kInvalidInput, what};
}

bool has_control_character(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Writes one line for each value: `member=value`.
base::Result<std::string> to_text(const edge::Members& members) {
  std::string text;
  for (const auto& [member, values] : members) {
    for (const std::string& value : values) {
      if (has_control_character(value)) return invalid(member + " holds a control character");
      text.append(member).append("=").append(value).append("\n");
    }
  }
  return text;
}

edge::Members to_members(const std::string& text) {
  edge::Members members;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
    const std::string line = text.substr(begin, end - begin);
    const std::size_t equals = std::min(line.find('='), line.size() - 1);
    const std::string member = line.substr(0, equals);
    if (members.empty() || members.back().first != member) members.push_back({member, {}});
    members.back().second.push_back(line.substr(equals + 1));
  }
  return members;
}

bool stands_in_configuration(Services& services, const std::string& name) {
  const auto is_it = [&](const edge::EdgeStatus& status) {
    return status.definition.name == name && status.definition.origin == edge::Origin::kConfiguration;
  };
  return std::ranges::any_of(list_edges(services), is_it);
}

base::Result<void> admit(Services& services, edge::Definition& definition) {
  if (services.edges == nullptr) return edge::admit_anywhere(definition);
  return edge::admit(definition, services.edges->roots());
}

// The edges of the configuration file as this process delivers to them, and the added ones as the store has them: an
// edge that was just added may not be delivered to yet.
base::Result<std::vector<edge::Definition>> all_definitions(Services& services) {
  std::vector<edge::Definition> definitions;
  for (edge::EdgeStatus& edge : list_edges(services)) {
    if (edge.definition.origin == edge::Origin::kConfiguration) definitions.push_back(std::move(edge.definition));
  }
  TRY_ASSIGN(const auto stored, services.store.ask(&store::Snapshot::list_edges));
  for (const store::StoredEdge& edge : stored) {
    auto definition = edge::parse_definition(to_members(edge.definition));
    if (!definition) continue;  // nothing is delivered to it
    definition->origin = edge::Origin::kAdded;
    // It may be outside the roots by now, but it keeps its folder.
    static_cast<void>(admit(services, *definition));
    definitions.push_back(*std::move(definition));
  }
  return definitions;
}

// `machine`: of the processes that deliver to the added edge.
base::Result<void> refuse_collision(Services& services, const edge::Definition& added, const std::string& machine) {
  TRY_ASSIGN(const auto others, all_definitions(services));
  for (const edge::Definition& other : others) {
    if (other.name == added.name || !edge::collide(other, added)) continue;
    const store::Lease held = services.store.lease(lease_of_edge(other.name), store::Reach::kNobody);
    if (!held.is_ours && !held.machine.empty() && held.machine != machine) continue;  // another machine's folder
    return invalid("its files or its socket are also those of the edge " + other.name);
  }
  return {};
}

// The edge belongs to the machine of the process that adds it, because the folder is there. Returns that machine.
base::Result<std::string> take_lease(Services& services, const std::string& name) {
  if (services.edges == nullptr) return std::string();
  const store::Lease held = services.store.lease(lease_of_edge(name), store::Reach::kThisMachine);
  if (held.is_ours) return held.machine;
  if (held.machine.empty()) {
    return base::Error{base::ErrorCode::kStoreFailure, "the store failed", "it did not say who delivers to " + name};
  }
  return invalid("the edge " + name + " is on the machine " + held.machine +
                 ", and belongs to the node there: send the call to that node");
}

// Nobody would take the private keys out of the former folder, not even when their domains are unbound.
base::Result<void> refuse_move(Services& services, const edge::Definition& added) {
  TRY_ASSIGN(const auto stored, services.store.ask(&store::Snapshot::list_edges));
  const auto former = std::ranges::find(stored, added.name, &store::StoredEdge::name);
  if (former == stored.end()) return {};
  const auto definition = edge::parse_definition(to_members(former->definition));
  const auto left = definition ? edge::files_left(edge::epoch_of(*definition), added) : std::nullopt;
  if (!left) return {};
  return invalid("the edge " + added.name + " has its files in " + left->string() +
                 ", and its kind, layout and place cannot be changed: take them back with `livecert edge delete " +
                 added.name + " --withdraw` first, or add an edge with another name");
}

base::Result<void> put_edge(Services& services, const Context& context, const edge::Definition& added,
                            const std::string& machine, std::string text) {
  TRY(refuse_collision(services, added, machine));
  if (!added.folder_root.empty()) {
    if (auto usable = edge::check_claim(edge::place_of(added)); !usable) return invalid(usable.error().message);
  }
  return submit(services, context, store::PutEdge{added.name, std::move(text)});
}

}  // namespace

base::Result<void> check_stored_edge(const std::string& definition) {
  edge::Members members = to_members(definition);
  std::erase_if(members, [](const auto& member) { return member.first == "owner" || member.first == "group"; });
  TRY(edge::parse_definition(members));
  return {};
}

edge::EdgeStatus refused_edge(edge::Definition definition, const std::string& reason) {
  edge::EdgeStatus status;
  status.definition = std::move(definition);
  status.counts.failure = "it is not delivered to: " + reason;
  return status;
}

base::Result<edge::Definition> create_edge(Services& services, const Context& context, const edge::Members& members) {
  auto parsed = edge::parse_definition(members);
  if (!parsed) return invalid(parsed.error().message);
  TRY_ASSIGN(std::string text, to_text(members));
  parsed->origin = edge::Origin::kAdded;
  TRY(admit(services, *parsed));
  if (stands_in_configuration(services, parsed->name)) {
    return invalid("the edge " + parsed->name + " is in the service's configuration file: change it there");
  }
  std::unique_lock<std::mutex> turn;
  if (services.edges != nullptr) turn = services.edges->take_turn();
  TRY(refuse_move(services, *parsed));
  TRY_ASSIGN(const std::string machine, take_lease(services, parsed->name));
  auto added = put_edge(services, context, *parsed, machine, std::move(text));
  if (added) return parsed;
  // Another machine may still add it, unless it is there already.
  const auto stored = services.store.ask(&store::Snapshot::list_edges);
  const bool is_there = !stored || std::ranges::find(*stored, parsed->name, &store::StoredEdge::name) != stored->end();
  if (!is_there) services.store.give_up(lease_of_edge(parsed->name));
  return added.error();
}

namespace {

base::Error absent_edge(Services& services, const std::string& name) {
  if (stands_in_configuration(services, name)) {
    return invalid("the edge " + name + " is in the service's configuration file: remove its table there");
  }
  return {base::ErrorCode::kNotFound, "Edge " + name + " does not exist"};
}

// Done before the edge is deleted, because after that its files are unknown.
base::Result<void> take_back(Services& services, const std::string& name) {
  TRY_ASSIGN(const auto stored, services.store.ask(&store::Snapshot::list_edges));
  const bool is_added = std::ranges::find(stored, name, &store::StoredEdge::name) != stored.end();
  if (!is_added) return absent_edge(services, name);
  const auto left = services.edges == nullptr ? std::nullopt : services.edges->withdraw(name, kWithdrawal);
  if (!left) {
    return invalid("nothing is delivered to the edge " + name +
                   " now, so that nothing can be taken back: delete it without Withdraw");
  }
  if (*left == 0) return {};
  return base::Error{base::ErrorCode::kDeadlineExceeded,
                     "what was written for " + std::to_string(*left) +
                         " domains is not taken back yet: `livecert edge status` shows why; repeat the call, or delete "
                         "the edge without Withdraw"};
}

}  // namespace

base::Result<void> delete_edge(Services& services, const Context& context, const std::string& name, bool withdraw) {
  if (withdraw) TRY(take_back(services, name));
  auto deleted = submit(services, context, store::DeleteEdge{name});
  if (!deleted && deleted.error().code == base::ErrorCode::kNotFound) return absent_edge(services, name);
  return deleted;
}

std::vector<edge::EdgeStatus> list_edges(Services& services) {
  return services.edges == nullptr ? std::vector<edge::EdgeStatus>() : services.edges->status();
}

base::Result<AddedEdges> added_edges(Services& services, std::span<const std::filesystem::path> roots) {
  TRY_ASSIGN(const auto stored, services.store.ask(&store::Snapshot::list_edges));
  return added_edges(stored, roots);
}

AddedEdges added_edges(const std::vector<store::StoredEdge>& stored, std::span<const std::filesystem::path> roots) {
  AddedEdges added;
  for (const store::StoredEdge& edge : stored) {
    auto definition = edge::parse_definition(to_members(edge.definition));
    if (!definition) {
      edge::Definition unknown;
      unknown.name = edge.name;
      unknown.origin = edge::Origin::kAdded;
      added.refused.push_back(refused_edge(std::move(unknown), definition.error().message));
      added.refused.back().is_understood = false;
      continue;
    }
    definition->origin = edge::Origin::kAdded;
    if (auto admitted = edge::admit(*definition, roots); admitted) {
      added.definitions.push_back(*std::move(definition));
    } else {
      added.refused.push_back(refused_edge(*std::move(definition), admitted.error().message));
    }
  }
  return added;
}

}  // namespace livecert::service
