#include "x509/root_set.h"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kMaxRoots = 10000;

// The places of the bundle in Debian, Fedora, Alpine and SUSE.
constexpr std::array kSystemBundles{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"};

}  // namespace

RootSet::RootSet(std::vector<Certificate> roots) : roots_(std::move(roots)) {
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    by_subject_.emplace(base::as_text(roots_[i].subject_der()), i);
  }
}

base::Result<RootSet> RootSet::load_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return base::Error{base::ErrorCode::kConfiguration, "cannot read the root certificates in " + path};
  std::vector<Certificate> roots;
  for (const PemBlock& block : scan_pem(text, kMaxRoots)) {
    if (block.label != "CERTIFICATE" || block.state != PemState::kDecoded) continue;
    auto root = Certificate::parse(block.der);
    if (root) roots.push_back(*std::move(root));
  }
  if (roots.empty()) return base::Error{base::ErrorCode::kConfiguration, "no certificate in " + path};
  return RootSet(std::move(roots));
}

base::Result<RootSet> RootSet::load_system() {
  for (const char* path : kSystemBundles) {
    if (std::ifstream(path).good()) return load_file(path);
  }
  return base::Error{base::ErrorCode::kConfiguration,
                     "this machine has no bundle of root certificates; install the package ca-certificates"};
}

bool RootSet::contains(const Certificate& certificate) const {
  const auto [first, last] = by_subject_.equal_range(base::as_text(certificate.subject_der()));
  for (auto it = first; it != last; ++it) {
    if (roots_[it->second] == certificate) return true;
  }
  return false;
}

std::vector<Certificate> RootSet::issuers_of(const Certificate& child) const {
  std::vector<Certificate> found;
  const auto [first, last] = by_subject_.equal_range(base::as_text(child.issuer_der()));
  for (auto it = first; it != last; ++it) found.push_back(roots_[it->second]);
  return found;
}

}  // namespace livecert::x509
