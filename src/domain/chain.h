#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/domain_name.h"

// A *chain* is the durable thing a user names, updates and binds; a *version* is one uploaded leaf with its
// intermediates and its sealed key. An update adds a version and makes it current; versions never change.
namespace livecert::domain {

using Digest = std::array<std::uint8_t, 32>;

// A position in the log of a store's changes; later changes have larger ones.
using Position = std::int64_t;

// The certificate of an issuer, as part of a chain.
struct IssuerCertificate {
  Digest sha256{};
  base::Bytes subject_der;
  base::Bytes der;
};

// One version as it is stored, without its identity and its history.
struct VersionContent {
  base::Bytes leaf_der;
  std::vector<IssuerCertificate> issuers;  // the leaf's issuer first
  // Digest of leaf and issuers, without a root: equal content is the same upload, with the same validity.
  Digest content_digest{};
  Digest leaf_key_digest{};  // SHA-256 of the leaf's public key; bound into the seal of its private key
  std::string key_kind;      // "rsa" or "ecdsa", as answers show it
  base::Time not_before;
  base::Time not_after;  // of the leaf
  // If set, clients refuse the chain from then on, because an issuer that they need ends before the leaf does.
  std::optional<base::Time> ends_early = {};
  base::SealedBytes sealed_key;  // PKCS#8, under the account's key
};

// A chain as a list shows it: its own facts and those of its current version.
struct ChainSummary {
  base::ChainId id;
  base::CertId current;
  base::AccountId account;
  std::string name;
  std::string project;
  base::Time created_at;  // of the chain
  base::Time not_before;
  base::Time not_after;
  base::Time ends_at;               // when clients begin to refuse it: not_after, or earlier with an issuer
  std::vector<DomainName> domains;  // that are bound to it, in the order they were bound
  std::string representative;       // representative_domain() of its current version
  // Set when its last domain moved to a newer chain. Reset when a domain is bound to it again or it gets a new version.
  struct Superseded {
    base::ChainId by;
    base::Time at;
  };
  std::optional<Superseded> superseded;
};

// One version in the history of a chain.
struct VersionSummary {
  base::CertId id;
  bool is_current = false;
  std::string key_kind;
  base::Time not_before;
  base::Time not_after;
  base::Time ends_at;  // as ChainSummary::ends_at
  base::Time created_at;
  std::string created_by;    // id of the access key
  std::string created_from;  // peer address
  base::Bytes leaf_der;
};

// A chain with the certificates of one of its versions, leaf first, each DER as it was uploaded.
struct ChainDetail {
  ChainSummary summary;
  std::string key_kind;
  std::vector<base::Bytes> certificates;
};

// Remaining validity in the vendor's words: the smallest window that contains it (`1days` ≤ 1 d < `7days` ≤ 7 d <
// `15days` ≤ 15 d < `30days` ≤ 30 d < `OK`), `Expire` once not_after has passed.
[[nodiscard]] std::string_view validity_status(base::Time not_after, base::Time now);

// The window that lists count as "about to expire".
inline constexpr base::Seconds kClosingWindow = std::chrono::days(30);

// The `Domain` of an answer while no domain is bound: the common name if it is among the DNS names, otherwise the first
// DNS name, or empty.
[[nodiscard]] std::string representative_domain(std::string_view common_name,
                                                const std::vector<std::string>& dns_names);

// The `Domain` of an answer: the domain that was bound to the chain first, otherwise its leaf's
// representative_domain().
[[nodiscard]] std::string domain_to_show(const std::vector<DomainName>& bound, const std::string& representative);

// The names of a leaf that chains and domains keep, so that no list has to read the leaf.
struct LeafNames {
  std::vector<std::string> dns_names;
  std::string representative;  // representative_domain()
};

}  // namespace livecert::domain
