#include "bundle/arrange.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "x509/issuer_match.h"
#include "x509/pem.h"

namespace livecert::bundle {
namespace {

using Certificates = std::vector<FoundCertificate>;
using Indices = std::vector<std::size_t>;

// The place of the key among `keys`, or their count.
std::size_t find_key(const Contents& contents, const x509::Certificate& certificate) {
  const auto found =
      std::ranges::find_if(contents.keys, [&](const FoundKey& each) { return each.key.belongs_to(certificate); });
  return static_cast<std::size_t>(found - contents.keys.begin());
}

bool has_key(const Contents& contents, const x509::Certificate& certificate) {
  return find_key(contents, certificate) < contents.keys.size();
}

// The certificates that have their keys here, without authorities if there are others.
Indices find_leaves(const Contents& contents) {
  Indices leaves;
  for (std::size_t i = 0; i < contents.certificates.size(); ++i) {
    if (has_key(contents, contents.certificates[i].certificate)) leaves.push_back(i);
  }
  const auto is_ca = [&](std::size_t i) { return contents.certificates[i].certificate.is_ca(); };
  if (!std::ranges::all_of(leaves, is_ca)) std::erase_if(leaves, is_ca);
  return leaves;
}

// The first that is no authority, else the first.
std::size_t likely_leaf(const Certificates& all) {
  const auto plain = std::ranges::find_if(all, [](const FoundCertificate& each) { return !each.certificate.is_ca(); });
  return plain == all.end() ? 0 : static_cast<std::size_t>(plain - all.begin());
}

// In one form and order; the subject where there is none.
std::vector<std::string> names_of(const x509::Certificate& leaf) {
  std::vector<std::string> names = leaf.dns_names();
  names.insert(names.end(), leaf.ip_addresses().begin(), leaf.ip_addresses().end());
  for (std::string& name : names) name = base::to_ascii_lower(name);
  std::ranges::sort(names);
  if (names.empty()) names.push_back(leaf.subject_text());
  return names;
}

// What two generations of one certificate have in common.
using Identity = std::pair<std::vector<std::string>, x509::KeyKind>;
Identity identity_of(const x509::Certificate& leaf) {
  return {names_of(leaf), leaf.key_kind()};
}

void add_left_out(Arrangement& arrangement, LeftOut why, const std::string& origin) {
  const bool is_there = std::ranges::any_of(
      arrangement.left_out, [&](const LeftOutItem& each) { return each.why == why && each.origin == origin; });
  if (!is_there) arrangement.left_out.push_back({why, origin});
}

bool is_older(const Arrangement& arrangement, const std::string& origin) {
  return std::ranges::any_of(arrangement.left_out, [&](const LeftOutItem& item) {
    return item.why == LeftOut::kOlderCertificate && item.origin == origin;
  });
}

// Keeps the latest leaf of each identity, in the order in which they were found.
Indices without_older(const Contents& contents, const Indices& leaves, Arrangement& arrangement) {
  Indices kept;
  std::map<Identity, std::size_t> places;  // in `kept`
  for (const std::size_t leaf : leaves) {
    const auto [place, is_new] = places.try_emplace(identity_of(contents.certificates[leaf].certificate), kept.size());
    if (is_new) {
      kept.push_back(leaf);
      continue;
    }
    std::size_t& same = kept[place->second];
    const auto age = [&](std::size_t i) {
      const x509::Certificate& certificate = contents.certificates[i].certificate;
      return std::pair(certificate.not_before(), certificate.not_after());
    };
    const std::size_t older = age(same) < age(leaf) ? std::exchange(same, leaf) : leaf;
    add_left_out(arrangement, LeftOut::kOlderCertificate, contents.certificates[older].origin);
  }
  return kept;
}

// The issuers of a chain that begins with this certificate, each level behind the one before. Marks them as used.
std::vector<x509::Certificate> issuers_of(const Certificates& all, std::size_t leaf, std::vector<bool>& used) {
  std::vector<x509::Certificate> issuers;
  std::vector<bool> taken(all.size());
  taken[leaf] = true;
  used[leaf] = true;
  Indices level{leaf};
  while (!level.empty()) {
    Indices next;
    for (const std::size_t child : level) {
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (taken[i] || x509::match_names(all[child].certificate, all[i].certificate) == x509::NameMatch::kNone) {
          continue;
        }
        taken[i] = used[i] = true;
        issuers.push_back(all[i].certificate);
        next.push_back(i);
      }
    }
    level = std::move(next);
  }
  return issuers;
}

// What no upload used. An authority goes with the only upload, for the service to judge, unless it is an issuer of a
// certificate that is left out.
void place_unused(const Contents& contents, std::vector<bool> used, Arrangement& arrangement) {
  const Certificates& all = contents.certificates;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (used[i] || all[i].certificate.is_ca()) continue;
    if (!all[i].only_if_related && !is_older(arrangement, all[i].origin)) {
      add_left_out(arrangement, LeftOut::kOtherCertificate, all[i].origin);
    }
    static_cast<void>(issuers_of(all, i, used));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (used[i] || all[i].only_if_related) continue;
    if (arrangement.uploads.size() == 1) {
      arrangement.uploads.front().issuers.push_back(all[i].certificate);
    } else {
      add_left_out(arrangement, LeftOut::kOtherCertificate, all[i].origin);
    }
  }
}

Lack find_lack(const Contents& contents, const Indices& leaves) {
  if (contents.certificates.empty()) return Lack::kCertificate;
  if (contents.keys.empty()) return Lack::kKey;
  return leaves.empty() && contents.keys.size() > 1 ? Lack::kFittingKey : Lack::kNothing;
}

void append(base::WipedBuffer& to, const std::string& text) {
  to.insert(to.end(), text.begin(), text.end());
}

}  // namespace

base::WipedBuffer Upload::certificates_pem() const {
  base::WipedBuffer text;
  append(text, x509::to_pem(leaf));
  for (const x509::Certificate& issuer : issuers) append(text, x509::to_pem(issuer));
  return text;
}

Arrangement arrange(const Contents& contents) {
  Arrangement arrangement;
  Indices leaves = find_leaves(contents);
  arrangement.lack = find_lack(contents, leaves);
  if (arrangement.lack != Lack::kNothing) return arrangement;
  const bool fits = !leaves.empty();
  leaves = fits ? without_older(contents, leaves, arrangement) : Indices{likely_leaf(contents.certificates)};

  std::vector<bool> used(contents.certificates.size());
  std::vector<bool> used_keys(contents.keys.size());
  for (const std::size_t leaf : leaves) {
    const FoundCertificate& found = contents.certificates[leaf];
    const std::size_t key = fits ? find_key(contents, found.certificate) : 0;
    used_keys[key] = true;
    arrangement.uploads.push_back({found.certificate, issuers_of(contents.certificates, leaf, used),
                                   x509::to_pem(contents.keys[key].key, base::SecretAccess()), found.origin,
                                   contents.keys[key].origin});
  }
  place_unused(contents, std::move(used), arrangement);
  for (std::size_t i = 0; i < contents.keys.size(); ++i) {
    if (!used_keys[i]) add_left_out(arrangement, LeftOut::kOtherKey, contents.keys[i].origin);
  }
  return arrangement;
}

std::vector<std::string> newer_without_key(const Contents& contents, const std::vector<Upload>& uploads) {
  std::map<std::vector<std::string>, base::Time> earliest;  // of the uploads for the same names
  for (const Upload& upload : uploads) {
    const base::Time begin = upload.leaf.not_before();
    const auto [place, is_new] = earliest.try_emplace(names_of(upload.leaf), begin);
    if (!is_new) place->second = std::min(place->second, begin);
  }
  std::vector<std::string> origins;
  for (const FoundCertificate& found : contents.certificates) {
    const x509::Certificate& certificate = found.certificate;
    if (certificate.is_ca() || has_key(contents, certificate)) continue;
    const auto upload = earliest.find(names_of(certificate));
    if (upload != earliest.end() && certificate.not_before() > upload->second) origins.push_back(found.origin);
  }
  return origins;
}

bool is_complete(const Contents& contents) {
  return !find_leaves(contents).empty();
}

}  // namespace livecert::bundle
