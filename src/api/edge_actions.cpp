#include "api/edge_actions.h"

#include <array>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/chain_json.h"
#include "api/edge_kinds.h"
#include "api/list_text.h"
#include "base/word.h"
#include "edge/drivers/kinds.h"
#include "edge/drivers/members.h"
#include "edge/drivers/parse_definition.h"
#include "service/administer_edges.h"
#include "service/check_delivery.h"
#include "service/describe_delivery.h"
#include "service/list_shown.h"
#include "service/suspended_domains.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::array<base::Word<service::DeliveryState>, 6> kStates{{
    {service::DeliveryState::kNowhere, "nowhere"},
    {service::DeliveryState::kWaiting, "waiting"},
    {service::DeliveryState::kFailing, "failing"},
    {service::DeliveryState::kPast, "past"},
    {service::DeliveryState::kAcknowledged, "acknowledged"},
    {service::DeliveryState::kProved, "proved"},
}};
static_assert(base::has_all_words(kStates, service::DeliveryState::kProved));

std::string_view to_text(service::DeliveryState state) {
  return base::text_of(kStates, state);
}

// Shows microseconds, because two of these times are only milliseconds apart.
std::string to_text(const std::optional<base::Time>& time) {
  if (!time || *time == base::Time{}) return "";
  std::string text = base::to_rfc3339(*time);
  const auto fraction = (base::to_unix_micros(*time) % 1'000'000 + 1'000'000) % 1'000'000;
  std::string digits = std::to_string(fraction);
  digits.insert(0, 6 - digits.size(), '0');
  text.insert(text.size() - 1, "." + digits);
  return text;
}

json::object delivery_item(const service::Delivery& delivery) {
  const domain::Receipt& receipt = delivery.receipt;
  json::object object;
  object["Domain"] = receipt.domain;
  object["Edge"] = receipt.edge;
  object["State"] = to_text(delivery.state);
  object["Expected"] = delivery.is_expected;
  object["WantedAt"] = to_text(receipt.wanted_at);
  object["WrittenAt"] = to_text(receipt.written_at);
  object["AcknowledgedAt"] = to_text(receipt.acknowledged_at);
  object["ProvedAt"] = to_text(receipt.proved_at);
  if (receipt.proved_at) object["Milliseconds"] = (*receipt.proved_at - receipt.wanted_at).count() / 1000;
  object["Attempts"] = receipt.attempts;
  object["Failure"] = receipt.failure;
  object["Final"] = receipt.is_final;
  object["FailingSince"] = to_text(receipt.failing_since);
  object["NextTry"] = to_text(receipt.next_try);
  object["Phase"] = domain::to_text(receipt.phase);
  object["Shows"] = delivery.shows ? delivery.shows->to_string() : "";
  object["ShownSince"] = to_text(receipt.shown_since);
  object["LastSeen"] = to_text(receipt.last_seen);
  object["ShownUntil"] = to_text(receipt.shown_until);
  object["SeenBy"] = domain::to_text(receipt.seen_by);
  object["ValidUntil"] = to_text(receipt.valid_until);
  object["Ended"] = delivery.has_ended;
  return object;
}

json::object shown_item(const service::ShownDomain& shown) {
  const store::DomainDetail& detail = shown.detail;
  const domain::Binding binding = detail.binding.value_or(domain::Binding());
  json::object object;
  object["Domain"] = detail.domain.name.view();
  object["Vhost"] = detail.domain.vhost;
  object["ProjectName"] = detail.domain.project;
  object["Type"] = detail.domain.type;
  object["Region"] = detail.domain.region;
  object["Enabled"] = detail.domain.status == domain::DomainStatus::kNormal;
  object["CreateTime"] = base::to_rfc3339(detail.domain.created_at);
  object["ChainID"] = detail.binding ? binding.chain.to_string() : "";
  object["CertID"] = detail.binding ? detail.version.to_string() : "";
  object["CertName"] = detail.chain_name;
  object["CertDomain"] = detail.cert_domain;
  object["NotBefore"] = detail.binding ? base::to_rfc3339(detail.not_before) : "";
  object["NotAfter"] = detail.binding ? base::to_rfc3339(detail.not_after) : "";
  object["EndsAt"] = detail.binding ? base::to_rfc3339(detail.ends_at) : "";
  object["HTTPS"] = binding.tls.https;
  object["HTTP2"] = binding.tls.http2;
  object["MinTLSVersion"] = detail.binding ? domain::to_text(binding.tls.min_version) : "";
  object["MaxTLSVersion"] = domain::to_text(binding.tls.max_version);
  object["BoundAt"] = detail.binding ? base::to_rfc3339(binding.bound_at) : "";
  object["BoundBy"] = binding.bound_by;
  object["Ordered"] = shown.is_ordered;
  json::array& edges = object["Edges"].emplace_array();
  for (const service::Delivery& delivery : shown.deliveries) edges.push_back(delivery_item(delivery));
  return object;
}

// Says what is wrong with an edge; never empty while anything fails.
std::string trouble_text(const edge::EdgeCounts& counts) {
  if (!counts.failure.empty()) return counts.failure;
  const edge::Trouble& trouble = counts.trouble;
  if (trouble.reason.empty()) return "";
  std::string text = trouble.domain + ", chain " + trouble.chain.to_string() + ": " + trouble.reason;
  if (trouble.domains > 1) text += " (" + std::to_string(trouble.domains) + " domains)";
  return text;
}

// On the wire each word of a member begins with a capital letter: proxy_protocol is ProxyProtocol.
std::string wire_name(std::string_view member) {
  std::string name;
  bool is_first = true;
  for (const char letter : member) {
    if (letter != '_') name += is_first ? static_cast<char>(letter - 'a' + 'A') : letter;
    is_first = letter == '_';
  }
  return name;
}

json::value member_value(const edge::MemberRow& member, const std::vector<std::string>& values) {
  switch (member.form) {
    case edge::MemberRow::Form::kFlag:
      return !values.empty() && values.front() == "true";
    case edge::MemberRow::Form::kList:
      return strings_to_json(values);
    case edge::MemberRow::Form::kText:
      break;
  }
  return values.empty() ? json::value("") : json::value(values.front());
}

json::object edge_item(const edge::EdgeStatus& status) {
  const edge::Definition& edge = status.definition;
  json::object object;
  object["Name"] = edge.name;
  object["Kind"] = status.is_understood ? edge::to_text(edge.kind) : "";
  object["Origin"] = edge.origin == edge::Origin::kAdded ? "added" : "configuration";
  for (const edge::MemberRow& member : edge::members()) {
    const std::string name = wire_name(member.name);
    if (member.only_in_file || object.contains(name)) continue;
    const bool is_known = status.is_understood && edge::has_member(edge.kind, member);
    object[name] = member_value(member, is_known ? member.show(edge) : std::vector<std::string>());
  }
  object["Node"] = status.node;
  object["Wanted"] = status.counts.wanted;
  object["Proved"] = status.counts.proved;
  object["Failing"] = status.counts.failing;
  object["Ended"] = status.counts.ended;
  object["Failure"] = status.counts.failure;
  object["Trouble"] = trouble_text(status.counts);
  object["ProvedAt"] = to_text(status.counts.proved_at);
  return object;
}

json::object suspended_item(const service::SuspendedDomains& suspended) {
  return {{"AccountId", suspended.account.to_string()},
          {"AccountName", suspended.account_name},
          {"Domains", suspended.domains}};
}

edge::Members bind_edge(const Binder& binder) {
  edge::Members members;
  for (const edge::MemberRow& known : edge::members()) {
    const std::string name = wire_name(known.name);
    std::vector<std::string> values;
    if (known.form == edge::MemberRow::Form::kFlag) {
      if (const auto flag = binder.optional_bool(name)) values.emplace_back(*flag ? "true" : "false");
    } else if (known.form == edge::MemberRow::Form::kList) {
      values = binder.optional_strings(name);
    } else if (auto value = binder.optional_string(name)) {
      values.push_back(*std::move(value));
    }
    if (!values.empty()) members.emplace_back(known.name, std::move(values));
  }
  return members;
}

}  // namespace

std::string edge_kinds(std::string_view separator) {
  return edge::join_kinds(separator);
}

std::string EdgeMember::kinds(std::string_view separator) const {
  return edge::join_kinds_with(*edge::find_member(name), separator);
}

std::vector<EdgeMember> edge_members() {
  std::vector<EdgeMember> found;
  for (const edge::MemberRow& row : edge::members()) {
    if (row.only_in_file) continue;
    const std::vector<std::string> values = row.show(edge::Definition());
    found.push_back({row.name, wire_name(row.name), row.form == edge::MemberRow::Form::kList,
                     row.form == edge::MemberRow::Form::kFlag, row.placeholder, row.help, row.kinds.empty(),
                     row.is_required, values.empty() ? "" : values.front()});
  }
  return found;
}

base::Result<Output> describe_delivery(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::string chain = binder.required_string("ChainID");
  const auto version = binder.optional_string("CertID");
  TRY(binder.finish());
  TRY_ASSIGN(auto output, service::describe_delivery(services, context, chain, version));
  json::object result;
  result["ChainID"] = output.chain.to_string();
  result["CertID"] = output.version.to_string();
  result["Current"] = output.is_current;
  result["State"] = to_text(output.state);
  return Output(list_text(result, "DeliveryList", std::move(output.deliveries), delivery_item));
}

base::Result<Output> check_delivery(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::string domain = binder.required_string("Domain");
  TRY(binder.finish());
  TRY(service::check_delivery(services, context, domain));
  return Output();
}

base::Result<Output> list_domains(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::ListShownInput input;
  input.domains = binder.optional_strings("Domains");
  input.chain_id = binder.optional_string("ChainID");
  input.page_number = binder.optional_integer("PageNum", 1, kMaxPageNumber).value_or(1);
  input.page_size = binder.optional_integer("PageSize", 1, kMaxPageSize).value_or(kMaxPageSize);
  TRY(binder.finish());
  TRY_ASSIGN(service::ShownPage page, service::list_shown(services, context, input));
  return Output(list_text({{"Total", page.total}}, "DomainList", std::move(page.domains), shown_item));
}

base::Result<Output> list_edges(service::Services& services, const service::Context& /*context*/,
                                const JsonInput& /*json*/) {
  json::object result;
  json::array& list = result["EdgeList"].emplace_array();
  const std::vector<edge::EdgeStatus> edges = service::list_edges(services);
  TRY_ASSIGN(const auto suspended, service::find_suspended_domains(services, edges));
  for (const edge::EdgeStatus& status : edges) {
    json::object item = edge_item(status);
    json::array& accounts = item["Suspended"].emplace_array();
    if (const auto found = suspended.find(status.definition.name); found != suspended.end()) {
      for (const service::SuspendedDomains& each : found->second) accounts.push_back(suspended_item(each));
    }
    list.push_back(std::move(item));
  }
  return Output(std::move(result));
}

base::Result<Output> create_edge(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const edge::Members members = bind_edge(binder);
  TRY(binder.finish());
  TRY_ASSIGN(const edge::Definition definition, service::create_edge(services, context, members));
  json::object result;
  result["Name"] = definition.name;
  result["Kind"] = edge::to_text(definition.kind);
  return Output(std::move(result));
}

base::Result<Output> delete_edge(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("Name");
  const bool withdraw = binder.optional_bool("Withdraw").value_or(false);
  TRY(binder.finish());
  TRY(service::delete_edge(services, context, name, withdraw));
  return Output();
}

}  // namespace livecert::api
