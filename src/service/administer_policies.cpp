#include "service/administer_policies.h"

#include <utility>

#include "domain/account.h"
#include "rights/ready.h"
#include "service/administer_accounts.h"
#include "service/caller_directory.h"
#include "service/outcome_error.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

// The vendor's limit for the text of a policy.
constexpr std::size_t kLongestPolicy = 6144;
// The most holders that a list names.
constexpr std::int64_t kMostHolders = 100;

// The name as it is stored: a ready policy's in the spelling of its own.
std::string stored_name(const std::string& name) {
  const rights::ReadyPolicy* const ready = rights::find_ready_policy(name);
  return ready == nullptr ? name : std::string(ready->name);
}

base::Error unknown_key() {
  return {base::ErrorCode::kNotFound, "AccessKeyId does not exist"};
}

base::Result<domain::PolicyHolder> find_holder(Services& services, const HolderInput& input) {
  if (input.account_id) {
    TRY_ASSIGN(const domain::Account account, find_account(services, *input.account_id));
    return domain::PolicyHolder{account.id, ""};
  }
  TRY_ASSIGN(const auto found, services.store.ask(&store::Snapshot::find_credential, *input.access_key_id));
  if (!found) return unknown_key();
  return domain::PolicyHolder{found->account.id, found->access_key.id};
}

base::Result<void> check_not_locked_out(Services& services, const Context& context,
                                        const domain::PolicyHolder& holder) {
  if (holder.access_key_id.empty()) {
    TRY_ASSIGN(const auto account, services.store.ask(&store::Snapshot::find_account, holder.account));
    if (!account || !account->is_root) return {};
    return base::Error{base::ErrorCode::kInvalidInput,
                       "the root account takes no policies, for they could lock it out: attach them to its keys"};
  }
  if (holder.access_key_id != context.caller.access_key_id) return {};
  return base::Error{base::ErrorCode::kInvalidInput,
                     "a key cannot limit itself: make another key first, and attach the policy with that one"};
}

base::Result<ListedPolicy> complete(store::Snapshot& snapshot, ListedPolicy policy) {
  TRY_ASSIGN(policy.holders, snapshot.list_holders(policy.name, kMostHolders + 1));
  policy.has_more_holders = policy.holders.size() > static_cast<std::size_t>(kMostHolders);
  if (policy.has_more_holders) policy.holders.pop_back();
  return policy;
}

}  // namespace

base::Result<void> put_policy(Services& services, const Context& context, const std::string& name,
                              const std::string& document) {
  TRY_ASSIGN(const std::string checked, domain::parse_name("PolicyName", name));
  if (rights::find_ready_policy(checked) != nullptr) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "PolicyName " + checked + " is a ready policy's, which cannot be changed; use another name"};
  }
  if (document.size() > kLongestPolicy) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "PolicyDocument has more than " + std::to_string(kLongestPolicy) + " bytes"};
  }
  const rights::Policy policy(document);
  if (!policy.fault().empty()) {
    return base::Error{base::ErrorCode::kInvalidInput, "PolicyDocument is refused: " + policy.fault()};
  }
  return submit(services, context, store::PutPolicy{checked, document, context.at});
}

base::Result<void> delete_policy(Services& services, const Context& context, const std::string& name) {
  TRY_ASSIGN(const std::string checked, domain::parse_name("PolicyName", name));
  if (rights::find_ready_policy(checked) != nullptr) {
    return base::Error{base::ErrorCode::kInvalidInput, "PolicyName " + checked + " is a ready policy's, which stays"};
  }
  return submit(services, context, store::DeletePolicy{checked});
}

base::Result<void> attach_policy(Services& services, const Context& context, const std::string& policy,
                                 const HolderInput& holder) {
  TRY_ASSIGN(const std::string checked, domain::parse_name("PolicyName", policy));
  TRY_ASSIGN(domain::PolicyHolder found, find_holder(services, holder));
  TRY(check_not_locked_out(services, context, found));
  const bool is_ready = rights::find_ready_policy(checked) != nullptr;
  return submit(services, context, store::AttachPolicy{stored_name(checked), is_ready, std::move(found)});
}

base::Result<void> detach_policy(Services& services, const Context& context, const std::string& policy,
                                 const HolderInput& holder) {
  TRY_ASSIGN(const std::string checked, domain::parse_name("PolicyName", policy));
  TRY_ASSIGN(domain::PolicyHolder found, find_holder(services, holder));
  return submit(services, context, store::DetachPolicy{stored_name(checked), std::move(found)});
}

base::Result<std::vector<ListedPolicy>> list_policies(Services& services, const std::optional<std::string>& name) {
  TRY_ASSIGN(const auto snapshot, services.store.read());
  std::vector<ListedPolicy> all;
  for (const rights::ReadyPolicy& ready : rights::ready_policies()) {
    all.push_back({std::string(ready.name), true, std::string(ready.document), {}, {}});
  }
  TRY_ASSIGN(auto stored, snapshot->list_policies());
  for (store::StoredPolicy& policy : stored) {
    all.push_back({std::move(policy.name), false, std::move(policy.document), policy.changed_at, {}});
  }
  if (name) {
    const std::string wanted = stored_name(*name);
    std::erase_if(all, [&](const ListedPolicy& policy) { return policy.name != wanted; });
    if (all.empty()) {
      TRY_ASSIGN(const std::string checked, domain::parse_name("PolicyName", *name));
      return base::Error{base::ErrorCode::kNotFound, "PolicyName " + checked + " does not exist"};
    }
  }
  for (ListedPolicy& policy : all) {
    TRY_ASSIGN(policy, complete(*snapshot, std::move(policy)));
  }
  return all;
}

base::Result<SimulatedKey> find_simulated(Services& services, const std::string& access_key_id,
                                          const std::optional<std::string>& document) {
  TRY_ASSIGN(const auto found, services.store.ask(&store::Snapshot::find_credential, access_key_id));
  if (!found) return unknown_key();
  const domain::AccessKey& key = found->access_key;
  SimulatedKey simulated{{found->account.id, found->account.is_root, key.id, key.projects, key.domains},
                         attached_to(*found)};
  if (document) {
    simulated.policies.to_key.clear();
    simulated.policies.to_key.push_back({"(tried)", rights::Policy(*document)});
  }
  return simulated;
}

}  // namespace livecert::service
