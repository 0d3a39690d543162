#include "service/outcome_error.h"

#include <algorithm>

#include "base/check.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;
using store::Outcome;
using store::OutcomeKind;

// As many as a sentence can bear.
constexpr std::size_t kNamed = 10;

bool is_about_domain(const Outcome& outcome) {
  return outcome.subject == "Domain" && !outcome.domains.empty();
}

std::string thing(const Outcome& outcome) {
  if (is_about_domain(outcome)) return outcome.subject + " " + outcome.domains.front();
  return outcome.subject + (outcome.name.empty() ? "" : " " + outcome.name);
}

Error absent(const Outcome& outcome) {
  if (outcome.subject != "ProjectName") return {ErrorCode::kNotFound, thing(outcome) + " does not exist"};
  // What cannot be a project's name may be anything, and is not repeated.
  if (const auto name = domain::parse_name("ProjectName", outcome.name); !name) {
    return {ErrorCode::kNotFound, "ProjectName does not exist: " + name.error().message};
  }
  return {ErrorCode::kNotFound, thing(outcome) +
                                    " does not exist; have the root account make it (CreateProject, or `livecert "
                                    "project add ACCOUNT " +
                                    outcome.name + "`), or leave ProjectName out"};
}

Error exists(const Outcome& outcome) {
  const std::string what = thing(outcome) + " exists already";
  if (!is_about_domain(outcome)) return {ErrorCode::kInvalidInput, what};
  return {ErrorCode::kInvalidInput,
          what + " with another Vhost, Type, Region or ProjectName; change it, or delete it first"};
}

Error foreign(const Outcome& outcome) {
  if (!is_about_domain(outcome)) return {ErrorCode::kForeignResource, outcome.subject};
  return {ErrorCode::kForeignResource,
          thing(outcome) + " belongs to another account; the operator can move it (MoveDomain)"};
}

Error uncovered(const Outcome& outcome) {
  return {ErrorCode::kInvalidInput,
          "the certificate does not cover " + enumerate(outcome.domains) +
              ": each must be among its DNS names or match a wildcard there. Nothing was changed. Upload a certificate "
              "that covers them all, or take those that need the chain no more off it first (UnbindCert)"};
}

Error bound(const Outcome& outcome) {
  return {ErrorCode::kInvalidInput, "the chain is bound to " + enumerate(outcome.domains) +
                                        ": bind another chain there (BindCert), or unbind it (UnbindCert), first"};
}

Error full(const Outcome& outcome) {
  return {ErrorCode::kInvalidInput, "Vhost " + outcome.subject + " would have more than " +
                                        std::to_string(domain::kMaxDomainsOfVhost) +
                                        " domains; use another Vhost, or delete domains of this one first"};
}

}  // namespace

bool took_effect(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::kDone || outcome.kind == OutcomeKind::kConverged;
}

std::string enumerate(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() <= kNamed) return text;
  return text + " and " + std::to_string(names.size() - kNamed) + " more";
}

Error to_error(const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kAbsent:
      return absent(outcome);
    case OutcomeKind::kExists:
      return exists(outcome);
    case OutcomeKind::kForeign:
      return foreign(outcome);
    case OutcomeKind::kForbidden:
      return {ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
    case OutcomeKind::kInactive:
      return {ErrorCode::kAccountInactive, ""};
    case OutcomeKind::kUncovered:
      return uncovered(outcome);
    case OutcomeKind::kNotYetValid:
      return {ErrorCode::kInvalidInput,
              "the certificate is not valid yet, and domains would serve it at once; try again when its validity has "
              "begun"};
    case OutcomeKind::kExpired:
      return {ErrorCode::kInvalidInput, "the certificate has expired; upload a renewed one (CreateCert)"};
    case OutcomeKind::kBound:
      return bound(outcome);
    case OutcomeKind::kKept:
      return {ErrorCode::kInvalidInput, "the chain is kept: it is not superseded and expired for that long"};
    case OutcomeKind::kFull:
      return full(outcome);
    case OutcomeKind::kStale:
      return {ErrorCode::kConflict, "the chain got new versions meanwhile; repeat the call"};
    case OutcomeKind::kConflict:
      return {ErrorCode::kConflict, "another write got in the way; repeat the call", outcome.subject};
    case OutcomeKind::kUnavailable:
      return {ErrorCode::kStoreFailure, "nothing was stored", outcome.subject};
    case OutcomeKind::kDeadlineExceeded:
      return {ErrorCode::kDeadlineExceeded, "nothing was stored; repeat the call"};
    case OutcomeKind::kUnknown:
      return {ErrorCode::kOutcomeUnknown, "whether it was stored is not known; repeat the call, which does no harm",
              outcome.subject};
    case OutcomeKind::kDone:
    case OutcomeKind::kConverged:
      break;
  }
  LIVECERT_CHECK(false);
}

Error to_bind_error(const Outcome& outcome, const std::string& domain, const std::vector<std::string>& dns_names,
                    bool registers) {
  const std::string names = "its DNS names are " + enumerate(dns_names);
  if (outcome.kind == OutcomeKind::kUncovered) {
    return {ErrorCode::kInvalidInput, "the certificate does not cover Domain " + domain + ": " + names +
                                          "; bind one that names the domain or has a wildcard for it"};
  }
  if (outcome.kind != OutcomeKind::kAbsent || outcome.subject != "Domain") return to_error(outcome);
  const std::string absent = "Domain " + domain + " does not exist";
  if (registers) {
    return {ErrorCode::kNotFound,
            absent + ", and it is not added by binding it since the certificate does not cover it: " + names};
  }
  return {ErrorCode::kNotFound, absent + "; add it first, with CreateDomainV2 or `livecert domain add " + domain +
                                    "`, or have the operator set domains = \"auto\""};
}

}  // namespace livecert::service
