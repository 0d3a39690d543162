#include "store/moving/tables.h"

#include <array>

namespace livecert::store::moving {
namespace {

Column number(std::string_view name) {
  return {name, Kind::kNumber};
}
Column perhaps_number(std::string_view name) {
  return {name, Kind::kNumber, true};
}
Column text(std::string_view name) {
  return {name, Kind::kText};
}
Column blob(std::string_view name) {
  return {name, Kind::kBlob};
}
Column perhaps_blob(std::string_view name) {
  return {name, Kind::kBlob, true};
}

// NOLINTNEXTLINE(readability-function-size): it is a list
std::vector<Table> all_tables() {
  return {
      {"vault", {number("id"), blob("header")}},
      {"master_keys", {text("id"), blob("header"), text("state"), number("added_at")}},
      {"settings", {text("name"), blob("value")}},
      {"edges", {text("name"), text("definition")}},
      {"accounts",
       {number("id"), text("name"), number("is_root"), text("status"), number("created_at"), blob("wrapped_key")}},
      {"projects", {number("id"), number("account"), text("name"), number("created_at")}},
      {"access_keys",
       {number("id"), text("access_key_id"), number("account"), number("enabled"), number("created_at"),
        blob("sealed_secret"), perhaps_number("expires_at")}},
      {"access_key_projects", {number("id"), number("access_key"), number("project")}},
      {"access_key_domains", {number("id"), number("access_key"), text("pattern")}},
      {"access_key_uses", {text("access_key"), number("used_at")}},
      {"policies", {number("id"), text("name"), text("document"), number("changed_at")}},
      {"policy_attachments", {number("id"), number("account"), text("access_key"), text("policy")}},
      {"issuer_certificates",
       {number("id"), number("account"), blob("sha256"), blob("subject_der"), blob("der")},
       1,
       true},
      {"chains",
       {number("id"), number("chain_id_prefix"), blob("chain_id"), number("account"), number("project"), text("name"),
        number("created_at"), number("current_version"), number("content_key"), number("not_before"),
        number("not_after"), perhaps_blob("superseded_by"), perhaps_number("superseded_at"), number("chain_key"),
        text("representative"), perhaps_number("current_since")}},
      {"versions",
       {number("id"), number("chain"), blob("leaf_der"), text("issuers"), blob("content_digest"),
        blob("leaf_key_digest"), text("key_kind"), number("not_before"), number("not_after"), number("created_at"),
        text("created_by"), text("created_from"), blob("sealed_key")},
       1,
       true},
      {"early_ends", {number("version"), number("chain"), number("account"), number("ends_at")}},
      {"expiry_days", {number("project"), number("day"), number("chains")}, 2},
      {"chain_blocks", {number("account"), number("block"), number("chains")}, 2},
      {"domains",
       {number("id"), text("name"), number("account"), number("project"), text("vhost"), text("type"), text("region"),
        number("status"), number("created_at"), perhaps_number("chain"), number("https"), number("http2"),
        text("min_version"), text("max_version"), number("bound_at"), text("bound_by"), text("bound_from"),
        text("cert_domain")}},
      {"domain_tags", {number("id"), number("domain"), text("key"), text("value")}},
      {"receipts",
       {text("domain"),
        text("edge"),
        number("version"),
        blob("chain"),
        number("wanted_at"),
        perhaps_number("written_at"),
        perhaps_number("acknowledged_at"),
        perhaps_number("proved_at"),
        number("attempts"),
        text("failure"),
        text("phase"),
        perhaps_number("shown_since"),
        perhaps_number("last_seen"),
        perhaps_number("shown_until"),
        text("seen_by"),
        perhaps_number("failing_since"),
        perhaps_number("next_try"),
        number("is_final"),
        number("valid_until"),
        text("epoch")},
       3},
      {"notify_channels",
       {text("name"), text("definition"), blob("sealed_secret"), number("failures"), text("failure"),
        perhaps_number("failing_since"), perhaps_number("next_try"), perhaps_number("delivered_at")}},
      {"told",
       {text("channel"), text("kind"), text("domain"), text("edge"), number("level"), number("ends_at"),
        number("told_at")},
       4},
      {"changes", {number("id"), text("kind"), number("account"), text("subject")}, 1, true},
      {"audit",
       {number("id"), number("at"), number("account"), text("access_key_id"), text("action"), text("request_id"),
        text("peer_address"), text("subject"), text("kind"), text("detail"), blob("hash")},
       1,
       true},
      {"audit_checkpoints",
       {number("id"), number("at"), blob("hash"), number("cut_through"), blob("public_key"), blob("signature")}},
  };
}

}  // namespace

std::span<const Table> tables() {
  static const std::vector<Table> all = all_tables();
  return all;
}

std::span<const LeftBehind> left_behind_in_sqlite() {
  static constexpr std::array kLeft{LeftBehind{"fence"}, LeftBehind{"settings", "id"}, LeftBehind{"edges", "id"}};
  return kLeft;
}

// Nodes have their numbers and leases while they run, and take them again over the next store. The turns are those of
// the last seconds.
std::span<const LeftBehind> left_behind_in_postgres() {
  static constexpr std::array kLeft{LeftBehind{"livecert_schema"}, LeftBehind{"head"}, LeftBehind{"nodes"},
                                    LeftBehind{"leases"}, LeftBehind{"turns"}};
  return kLeft;
}

std::span<const ForeignKey> foreign_keys_of_postgres() {
  static constexpr std::array kKeys{
      ForeignKey{"projects", "projects_account_fkey", "FOREIGN KEY (account) REFERENCES accounts(id)"},
      ForeignKey{"access_keys", "access_keys_account_fkey", "FOREIGN KEY (account) REFERENCES accounts(id)"},
      ForeignKey{"access_key_projects", "access_key_projects_access_key_fkey",
                 "FOREIGN KEY (access_key) REFERENCES access_keys(id)"},
      ForeignKey{"access_key_projects", "access_key_projects_project_fkey",
                 "FOREIGN KEY (project) REFERENCES projects(id)"},
      ForeignKey{"access_key_domains", "access_key_domains_access_key_fkey",
                 "FOREIGN KEY (access_key) REFERENCES access_keys(id)"},
      ForeignKey{"domains", "domains_account_fkey", "FOREIGN KEY (account) REFERENCES accounts(id)"},
      ForeignKey{"domains", "domains_project_fkey", "FOREIGN KEY (project) REFERENCES projects(id)"},
      ForeignKey{"domains", "domains_chain_fkey", "FOREIGN KEY (chain) REFERENCES chains(id)"},
      ForeignKey{"domain_tags", "domain_tags_domain_fkey", "FOREIGN KEY (domain) REFERENCES domains(id)"},
  };
  return kKeys;
}

std::span<const std::string_view> counting_tables_of_postgres() {
  static constexpr std::array<std::string_view, 6> kTables{"access_key_projects", "access_key_domains",  "policies",
                                                           "policy_attachments",  "issuer_certificates", "domain_tags"};
  return kTables;
}

}  // namespace livecert::store::moving
