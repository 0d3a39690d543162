#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "benchmarks/load/authority.h"
#include "client/client.h"
#include "signature/sign.h"

namespace livecert::bench {

struct WorkloadOptions {
  client::Endpoint endpoint;  // http only
  std::string action;         // CreateCert, ListCertV2 or DescribeCertDetailSecretV2
  KeyType key_type = KeyType::kRsa2048;
  std::size_t count = 0;  // requests of CreateCert, each with a leaf of its own
  // Of ListCertV2: JSON objects, sent in turn.
  std::vector<std::string> bodies = {R"({"PageNum":1,"PageSize":100})"};
};

// Whole requests, ready to be written to a socket, signed now: good for fifteen minutes.
struct Workload {
  std::vector<std::string> requests;
  bool repeats = false;                       // begins anew at its end; else each request is sent once
  std::string_view success = "\"Result\":{";  // what the answer of a success holds
};

// Told how many of how many requests are made.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

// Signed by each of the accounts in turn. What is described are certificates from the whole depth of each account's
// list. Errors: kConfiguration for an unknown action, a URL that is not http, an account without certificates to
// describe; those of Client::call(). Uses two threads.
[[nodiscard]] base::Result<Workload> prepare(const WorkloadOptions& options,
                                             std::span<const signature::Credentials> accounts,
                                             const Progress& progress);

// The bytes that a store cannot but keep of one upload: its leaf and its sealed key. What other stores are given to
// keep, for comparison, is of this size.
[[nodiscard]] base::Result<std::size_t> record_size(KeyType key_type);
// Puts of such records into etcd, random like them, through its JSON gateway. kConfiguration for a URL that is not
// http.
[[nodiscard]] base::Result<Workload> prepare_etcd(const WorkloadOptions& options, const Progress& progress);

}  // namespace livecert::bench
