#include "service/edge_advice.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "edge/drivers/haproxy_runtime.h"
#include "service/local_edges.h"
#include "x509/pem.h"

namespace livecert::service {
namespace {

// No key is longer in PEM: RSA with 8192 bits.
constexpr std::size_t kLongestKey = 6500;
// The text around folder and PEM in the command, with the longest name that a file has there.
constexpr std::string_view kAroundPem = "set ssl cert /9223372036854775807.tls10-tls13.h2.pem <<\n\n";

std::size_t pem_size(const x509::AcceptedChain& chain) {
  std::size_t size = 0;
  for (const x509::Certificate& certificate : chain.certificates) size += x509::to_pem(certificate).size();
  return size;
}

// Returns a domain that the edge takes and that is among the names or covered by a wildcard among them.
std::optional<std::string> find_taken(const edge::Selection& selection, const std::string& project,
                                      base::AccountId account, const std::vector<std::string>& names) {
  const auto is_taken = [&](const std::string& domain) { return selection.takes(domain, project, account); };
  if (const auto name = std::ranges::find_if(names, is_taken); name != names.end()) return *name;
  const auto covered = std::ranges::find_if(
      selection.domains, [&](const std::string& taken) { return domain::covers(names, taken) && is_taken(taken); });
  return covered == selection.domains.end() ? std::nullopt : std::optional(*covered);
}

// Returns the domains that are bound to the target, then the leaf's names, but only the first kMostNames: a leaf may
// have 10,000, and this is only advice.
std::vector<std::string> names_to_ask(const UploadTarget& target, const x509::Certificate& leaf) {
  constexpr std::size_t kMostNames = 1000;
  std::vector<std::string> names =
      target.existing ? domain::texts_of(target.existing->domains) : std::vector<std::string>();
  names.insert(names.end(), leaf.dns_names().begin(), leaf.dns_names().end());
  if (names.size() > kMostNames) names.resize(kMostNames);
  return names;
}

x509::Finding too_large_for(const edge::Definition& edge, const std::string& domain, std::size_t size) {
  return {x509::Severity::kWarning,
          "bundle-exceeds-buffer",
          x509::Part::kUpload,
          0,
          "the chain and its key make " + std::to_string(size) + " bytes as a command for the HAProxy edge " +
              edge.name + ", which takes " + domain + ". Unless tune.bufsize is larger there, HAProxy takes at most " +
              std::to_string(edge::kLongestHaproxyCommand) + " at once",
          "Set tune.bufsize to at least " + std::to_string(size + 1) +
              " in HAProxy's section global, or use a certificate with fewer names or a smaller key"};
}

}  // namespace

void warn_of_edges(const Services& services, const Context& context, const CreateCertInput& input,
                   const UploadTarget& target, x509::Judgement& judgement) {
  if (services.edges == nullptr || !judgement.accepted) return;
  x509::AcceptedChain& chain = *judgement.accepted;
  std::size_t der_size = 0;
  for (const x509::Certificate& certificate : chain.certificates) der_size += certificate.der().size();
  if (der_size * 3 / 2 + kLongestKey <= edge::kLongestHaproxyCommand) return;

  const std::size_t payload = pem_size(chain) + x509::to_pem(chain.key, base::SecretAccess()).size();
  const std::string project =
      input.project.value_or(target.existing ? target.existing->project : std::string(domain::kDefaultProject));
  const std::vector<std::string> names = names_to_ask(target, chain.certificates.front());
  for (const edge::EdgeStatus& edge : services.edges->status()) {
    if (edge.definition.kind != edge::Kind::kHaproxy) continue;
    const auto domain = find_taken(edge.definition.selection, project, context.caller.account, names);
    if (!domain) continue;
    const std::size_t size = payload + kAroundPem.size() + edge.definition.directory.string().size();
    if (size <= edge::kLongestHaproxyCommand) continue;
    judgement.report.add(too_large_for(edge.definition, *domain, size));
  }
  chain.warnings = judgement.report.warnings();
}

}  // namespace livecert::service
