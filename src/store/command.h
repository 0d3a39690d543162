#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/record.h"
#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/administration.h"
#include "domain/bind.h"
#include "domain/decision.h"
#include "domain/domain_changes.h"
#include "domain/master_key.h"
#include "domain/notice.h"
#include "domain/policy.h"
#include "domain/put_version.h"
#include "domain/receipt.h"

// The writes that a store accepts, and their outcomes.
namespace livecert::store {

// The caller of a write, for the audit row, and the write's deadline.
struct Context {
  domain::Caller caller;
  std::string action;  // the API action, or the name of an internal step
  std::string request_id;
  std::string peer_address;
  base::Time at;
  base::SteadyTime deadline;
};

using PutVersion = domain::PutVersion;
using RelabelChain = domain::RelabelChain;
using Rollback = domain::Rollback;
using DeleteChain = domain::DeleteChain;
using Bind = domain::Bind;
using BindDomains = domain::BindDomains;
using Unbind = domain::Unbind;
using CreateDomains = domain::CreateDomains;
using DeleteDomain = domain::DeleteDomain;
using SetDomainStatus = domain::SetDomainStatus;
using SetDomainVhost = domain::SetDomainVhost;
using MoveDomain = domain::MoveDomain;
using Initialise = domain::Initialise;
using CreateAccount = domain::CreateAccount;
using SetAccountStatus = domain::SetAccountStatus;
using DeleteAccount = domain::DeleteAccount;
using EmptyAccount = domain::EmptyAccount;
using CreateAccessKey = domain::CreateAccessKey;
using SetAccessKeyEnabled = domain::SetAccessKeyEnabled;
using DeleteAccessKey = domain::DeleteAccessKey;
using CreateProject = domain::CreateProject;
using DeleteProject = domain::DeleteProject;
using PutPolicy = domain::PutPolicy;
using DeletePolicy = domain::DeletePolicy;
using AttachPolicy = domain::AttachPolicy;
using DetachPolicy = domain::DetachPolicy;
using AddMasterKeys = domain::AddMasterKeys;
using UseMasterKey = domain::UseMasterKey;
using ResealItems = domain::ResealItems;
using RetireMasterKey = domain::RetireMasterKey;

// A named value of the service itself, such as its sealed TLS identity. Replaces the former value.
struct PutSetting {
  std::string name;
  base::Bytes value;
};

// Several of them at once, of which the first must have this value now (nullopt: it is absent). Otherwise kConverged,
// and nothing is written: another process was faster, and what it wrote counts.
struct ReplaceSettings {
  std::optional<base::Bytes> former;
  std::vector<PutSetting> settings;  // at least one
};

// Each replaces the receipt with the same edge, domain and version. Also deletes receipts of that edge and domain whose
// versions no longer exist.
struct KeepReceipts {
  std::vector<domain::Receipt> receipts;
};

struct ForgetReceipts {
  std::string edge;
  std::vector<std::string> domains;
};

// Each replaces the one of the same edge. Like receipts, without a change and an audit row.
struct KeepSeen {
  std::vector<domain::EdgeSeen> edges;
};

// An edge that was added through the API; `definition` is the service's own text. Replaces an edge with the same name.
struct PutEdge {
  std::string name;
  std::string definition;
};

// Also deletes its receipts.
struct DeleteEdge {
  std::string name;
};

// A channel for notices; `definition` is the service's own text, without a secret. Replaces a channel with the same
// name: what that one was told stays, and the state of its deliveries is forgotten.
struct PutNotifyChannel {
  std::string name;
  std::string definition;
  base::SealedBytes secret;
};

// Also forgets what the channel was told.
struct DeleteNotifyChannel {
  std::string name;
};

// What became of messages to a channel: its state now, what it was told (each replaces the row of the same fact), and
// the facts that ended. Without a change and an audit row, as for receipts. Does nothing when the channel is gone, or
// when another took its place while the message was under way: what became of that one says nothing about this one.
struct KeepTold {
  std::string channel;
  base::SealedBytes secret;  // with which it was sent
  domain::ChannelState state;
  std::vector<domain::Told> told = {};
  std::vector<domain::FactName> ended = {};
};

// When access keys were last used. Each replaces an earlier time. Without a change and an audit row, as for receipts:
// nobody asked for them. Keys that are gone are left out.
struct KeepKeyUses {
  struct Use {
    std::string access_key_id;
    base::Time at;
  };
  std::vector<Use> uses;
};

// Records of the audit that are not about a write, in their order. Position and hash come from the store.
struct KeepAudit {
  std::vector<audit::Record> records;
};

// Replaces the checkpoint at the same position. Without a change and an audit row. Refused (kAbsent) when there is no
// record with that hash at that position, and (kStale) when the newest checkpoint says that more was cut.
struct KeepCheckpoint {
  audit::Checkpoint checkpoint;
};

// Removes the records up to a checkpoint's position. Refused (kAbsent) unless the newest checkpoint says that they were
// cut. The audit row of this command says so too.
struct CutAudit {
  std::int64_t through = 0;
};

using Command =
    std::variant<PutVersion, Initialise, CreateAccount, SetAccountStatus, CreateAccessKey, SetAccessKeyEnabled,
                 DeleteAccessKey, CreateProject, DeleteProject, PutSetting, ReplaceSettings, RelabelChain, Rollback,
                 DeleteChain, Bind, BindDomains, Unbind, CreateDomains, DeleteDomain, SetDomainStatus, SetDomainVhost,
                 MoveDomain, KeepReceipts, ForgetReceipts, KeepSeen, PutEdge, DeleteEdge, PutNotifyChannel,
                 DeleteNotifyChannel, KeepTold, KeepAudit, KeepCheckpoint, CutAudit, AddMasterKeys, UseMasterKey,
                 ResealItems, RetireMasterKey, PutPolicy, DeletePolicy, AttachPolicy, DetachPolicy, KeepKeyUses,
                 DeleteAccount, EmptyAccount>;

enum class OutcomeKind : std::uint8_t {
  kDone,
  kConverged,         // the state is as requested already; nothing was written
  kRefused,           // the rules forbid it; nothing was written
  kConflict,          // still contended after the adapter's own retries; nothing was written
  kUnavailable,       // the store failed; nothing was written
  kDeadlineExceeded,  // not started in time; nothing was written
  kUnknown,           // perhaps written, perhaps not
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kUnavailable;
  std::string why = {};      // of kConflict, kUnavailable and kUnknown: what failed, for the log
  base::ChainId chain = {};  // of PutVersion: the chain that holds the content now
  base::CertId version = {};
  std::optional<domain::DomainName> domain = {};  // of PutVersion: the domain that was bound to the chain first
  std::optional<domain::Refusal> refusal = {};    // of kRefused

  // The refusal's reason; nullopt if it is not refused.
  [[nodiscard]] std::optional<domain::Reason> reason() const;
  [[nodiscard]] std::optional<domain::Subject> subject() const;
};

[[nodiscard]] Outcome refused(domain::Refusal refusal);

}  // namespace livecert::store
