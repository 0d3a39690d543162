#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/secret.h"
#include "bundle/contents.h"

namespace livecert::bundle {

// What CreateCert takes: one leaf with its issuers, and its private key.
struct Upload {
  x509::Certificate leaf;
  std::vector<x509::Certificate> issuers;  // each behind the one that it issued; unrelated authorities are last
  base::WipedBuffer private_key;           // PEM
  std::string leaf_origin;
  std::string key_origin;

  // The leaf, then its issuers, as PEM.
  [[nodiscard]] base::WipedBuffer certificates_pem() const;
};

// Why something that was found is in no upload.
enum class LeftOut : std::uint8_t {
  kOtherKey,          // a private key that belongs to no leaf of an upload
  kOlderCertificate,  // there is a later one for the same names with the same kind of key
  kOtherCertificate,  // it issued no certificate of an upload, and there is no key for it
};

struct LeftOutItem {
  LeftOut why;
  std::string origin;
};

enum class Lack : std::uint8_t {
  kNothing,
  kCertificate,  // there is none
  kKey,          // there is none
  kFittingKey,   // there are several keys, and none belongs to a certificate
};

struct Arrangement {
  Lack lack = Lack::kNothing;
  std::vector<Upload> uploads;        // one for each leaf; empty if something is lacking
  std::vector<LeftOutItem> left_out;  // each origin once for each reason
};

// Sorts what was found into uploads. A leaf is a certificate whose key is here; authorities count only if there is no
// other. Of several leaves for the same names with the same kind of key the one that begins last is taken: clients keep
// the earlier ones beside it. A single key that fits nothing goes with the likely leaf, for the service to judge.
[[nodiscard]] Arrangement arrange(const Contents& contents);

// The origins of certificates that begin later than the leaf of an upload for the same names and have no key here: when
// a key cannot be read, that upload is probably not what was meant.
[[nodiscard]] std::vector<std::string> newer_without_key(const Contents& contents, const std::vector<Upload>& uploads);

// Whether there is a certificate with its private key.
[[nodiscard]] bool is_complete(const Contents& contents);

}  // namespace livecert::bundle
