#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace livecert::cli {

// A text that may hold PEM blocks, and the name of the file that it is from, for messages.
struct PemText {
  std::string name;
  base::WipedBuffer text;
};

// The two texts of an upload.
struct PemPair {
  base::WipedBuffer certificates;  // the leaf first, then its issuers
  base::WipedBuffer private_key;
  std::vector<std::string> dns_names = {};  // of the leaf; empty when it cannot be read
  std::vector<std::string> left_out = {};   // the files of the keys that do not belong to the leaf
};

// Reads files, standard input (`-`), and the files of folders in the order of their names, without hidden ones and
// folders within. kConfiguration with the name of what cannot be read, or holds too much.
[[nodiscard]] base::Result<std::vector<PemText>> read_pem_texts(const std::vector<std::string>& paths);

// Sorts PEM blocks in any order from any number of texts: first the leaf, which is the certificate that the key belongs
// to, then each one's issuer, by their names; unrelated certificates are last, for the service to judge. Blocks stay
// unchanged. The same certificate or key counts once, however it is written. Of several keys it takes the one that
// belongs to a certificate. kInvalidInput without a certificate or a key, when none of several keys belongs to one, and
// when several certificates have their keys; the message names the files, and other content that it recognises.
[[nodiscard]] base::Result<PemPair> sort_pem(const std::vector<PemText>& texts);

// The members of CreateCert and PlanCert. Empty ones are left out.
[[nodiscard]] base::WipedBuffer to_upload(const PemPair& pair, std::string_view name, std::string_view project,
                                          std::string_view chain);

// Names the files of keys that were left out, on standard error.
void warn_of_other_keys(const PemPair& pair);

}  // namespace livecert::cli
