#include "service/outcome_error.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/check.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;
using domain::Reason;
using domain::Refusal;
using domain::Subject;
using store::Outcome;
using store::OutcomeKind;

// The most names that one sentence lists.
constexpr std::size_t kNamed = 10;

struct SubjectName {
  Subject subject;
  std::string_view text;
};
constexpr std::array kSubjectNames{
    SubjectName{Subject::kChain, "ChainID"},
    SubjectName{Subject::kVersion, "CertID"},
    SubjectName{Subject::kProject, "ProjectName"},
    SubjectName{Subject::kDomain, "Domain"},
    SubjectName{Subject::kAccount, "AccountId"},
    SubjectName{Subject::kAccountName, "AccountName"},
    SubjectName{Subject::kAccessKey, "AccessKeyId"},
    SubjectName{Subject::kEdge, "Edge"},
    SubjectName{Subject::kVhost, "Vhost"},
    SubjectName{Subject::kStore, "Store"},
    SubjectName{Subject::kNotifyChannel, "Notify channel"},
    SubjectName{Subject::kAuditRecord, "Audit record"},
    SubjectName{Subject::kMasterKey, "Master key"},
    SubjectName{Subject::kPolicy, "PolicyName"},
};

std::string name_of(Subject subject) {
  const auto* const found = std::ranges::find(kSubjectNames, subject, &SubjectName::subject);
  LIVECERT_CHECK(found != kSubjectNames.end());
  return std::string(found->text);
}

bool is_about_domain(const Refusal& refusal) {
  return refusal.subject == Subject::kDomain && !refusal.names.empty();
}

std::string thing(const Refusal& refusal) {
  return name_of(refusal.subject) + (refusal.names.empty() ? "" : " " + refusal.names.front());
}

Error absent(const Refusal& refusal) {
  if (refusal.subject != Subject::kProject) return {ErrorCode::kNotFound, thing(refusal) + " does not exist"};
  const std::string project = refusal.names.empty() ? "" : refusal.names.front();
  // A text that cannot be a project's name may be anything, so it is not repeated.
  if (const auto name = domain::parse_name("ProjectName", project); !name) {
    return {ErrorCode::kNotFound, "ProjectName does not exist: " + name.error().message};
  }
  return {ErrorCode::kNotFound, thing(refusal) +
                                    " does not exist; have the root account make it (CreateProject, or `livecert "
                                    "project add ACCOUNT " +
                                    project + "`), or leave ProjectName out"};
}

Error taken(const Refusal& refusal) {
  const std::string what = thing(refusal) + " exists already";
  if (!is_about_domain(refusal)) return {ErrorCode::kInvalidInput, what};
  return {ErrorCode::kInvalidInput,
          what + " with another Vhost, Type, Region or ProjectName; change it, or delete it first"};
}

Error foreign(const Refusal& refusal) {
  if (!is_about_domain(refusal)) return {ErrorCode::kForeignResource, name_of(refusal.subject)};
  return {ErrorCode::kForeignResource,
          thing(refusal) + " belongs to another account; the operator can move it (MoveDomain)"};
}

Error uncovered(const Refusal& refusal) {
  return {ErrorCode::kInvalidInput,
          "the certificate does not cover " + enumerate(refusal.names) +
              ": each must be among its DNS names or match a wildcard there. Nothing was changed. Upload a certificate "
              "that covers them all, or first unbind the domains that no longer need the chain (UnbindCert)"};
}

Error not_yet_valid(const Refusal& refusal) {
  const std::string begin = refusal.begins ? base::to_rfc3339(*refusal.begins) : "a later time";
  return {ErrorCode::kInvalidInput, "the certificate is valid only from " + begin + ", and " +
                                        enumerate(refusal.names) +
                                        " would serve it at once. Nothing was changed. Try again at that time"};
}

Error bound(const Refusal& refusal) {
  return {ErrorCode::kInvalidInput, "the chain is bound to " + enumerate(refusal.names) +
                                        ": bind another chain there (BindCert), or unbind it (UnbindCert), first"};
}

// The remedy of each subject that others can need.
Error in_use(const Refusal& refusal) {
  if (refusal.subject == Subject::kMasterKey) {
    return {ErrorCode::kInvalidInput, "the master key cannot be retired: " + enumerate(refusal.names) +
                                          "; seal everything under another key first (RotateMasterKey, or `livecert "
                                          "master-key rotate`)"};
  }
  if (refusal.subject == Subject::kPolicy) {
    return {ErrorCode::kInvalidInput, "PolicyName cannot be deleted: it is attached to " + enumerate(refusal.names) +
                                          "; detach it first (DetachPolicy)"};
  }
  if (refusal.subject == Subject::kAccount) {
    return {ErrorCode::kInvalidInput,
            "AccountId cannot be deleted: " + enumerate(refusal.names) +
                "; suspend it first (SuspendAccount), and delete what it has, or let Cascade delete that too"};
  }
  const std::string remedy = refusal.subject == Subject::kAccessKey
                                 ? "disable it first (DisableAccessKey), and delete it when nothing misses it"
                                 : "move or delete what is named first";
  return {ErrorCode::kInvalidInput,
          name_of(refusal.subject) + " cannot be deleted: " + enumerate(refusal.names) + "; " + remedy};
}

Error full(const Refusal& refusal) {
  if (refusal.subject == Subject::kPolicy) {
    return {ErrorCode::kInvalidInput, "no more than " + std::to_string(domain::kMostPolicies) +
                                          " policies can be attached to " + refusal.names.front() +
                                          "; detach one first (DetachPolicy)"};
  }
  return {ErrorCode::kInvalidInput, thing(refusal) + " would have more than " +
                                        std::to_string(domain::kMaxDomainsOfVhost) +
                                        " domains; use another Vhost, or delete domains of this one first"};
}

}  // namespace

Error outside_domains(const std::vector<std::string>& names) {
  return {ErrorCode::kProjectForbidden, "this access key is limited to other domains than " + enumerate(names)};
}

bool took_effect(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::kDone || outcome.kind == OutcomeKind::kConverged;
}

std::string enumerate(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() <= kNamed) return text;
  return text + " and " + std::to_string(names.size() - kNamed) + " more";
}

Error to_error(const Refusal& refusal) {
  switch (refusal.reason) {
    case Reason::kAbsent:
      return absent(refusal);
    case Reason::kTaken:
      return taken(refusal);
    case Reason::kForeign:
      return foreign(refusal);
    case Reason::kForbidden:
      if (is_about_domain(refusal)) return outside_domains(refusal.names);
      return {ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
    case Reason::kInactive:
      return {ErrorCode::kAccountInactive, ""};
    case Reason::kUncovered:
      return uncovered(refusal);
    case Reason::kNotYetValid:
      return not_yet_valid(refusal);
    case Reason::kExpired:
      return {ErrorCode::kInvalidInput, "the certificate has expired; upload a renewed one (CreateCert)"};
    case Reason::kBound:
      return bound(refusal);
    case Reason::kKept:
      return {ErrorCode::kInvalidInput, "the chain is kept: it is not superseded and expired for that long"};
    case Reason::kInUse:
      return in_use(refusal);
    case Reason::kFull:
      return full(refusal);
    case Reason::kStale:
      return {ErrorCode::kConflict, "the chain got new versions meanwhile; repeat the call"};
    case Reason::kOvertaken:
      return {ErrorCode::kConflict, "another write got in the way; repeat the call",
              "a later version of the chain was committed before"};
  }
  LIVECERT_CHECK(false);
}

Error to_error(const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kRefused:
      return to_error(*outcome.refusal);
    case OutcomeKind::kConflict:
      return {ErrorCode::kConflict, "another write got in the way; repeat the call", outcome.why};
    case OutcomeKind::kUnavailable:
      return {ErrorCode::kStoreFailure, "nothing was stored", outcome.why};
    case OutcomeKind::kDeadlineExceeded:
      return {ErrorCode::kDeadlineExceeded, "nothing was stored; repeat the call"};
    case OutcomeKind::kUnknown:
      return {ErrorCode::kOutcomeUnknown, "whether it was stored is not known; repeat the call, which does no harm",
              outcome.why};
    case OutcomeKind::kDone:
    case OutcomeKind::kConverged:
      break;
  }
  LIVECERT_CHECK(false);
}

Error to_bind_error(const Outcome& outcome, const domain::DomainName& domain, const std::vector<std::string>& dns_names,
                    bool registers) {
  const std::string names = "its DNS names are " + enumerate(dns_names);
  if (outcome.reason() == Reason::kUncovered) {
    return {ErrorCode::kInvalidInput, "the certificate does not cover Domain " + domain + ": " + names +
                                          "; bind one that names the domain or has a wildcard for it"};
  }
  if (outcome.reason() != Reason::kAbsent || outcome.subject() != Subject::kDomain) return to_error(outcome);
  const std::string absent = "Domain " + domain + " does not exist";
  if (registers) {
    return {ErrorCode::kNotFound,
            absent + ", and it is not added by binding it since the certificate does not cover it: " + names};
  }
  return {ErrorCode::kNotFound, absent + "; add it first, with CreateDomainV2 or `livecert domain add " + domain +
                                    "`, or have the operator set domains = \"auto\""};
}

}  // namespace livecert::service
