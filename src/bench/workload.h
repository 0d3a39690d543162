#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/authority.h"
#include "client/client.h"
#include "signature/sign.h"

namespace livecert::bench {

struct WorkloadOptions {
  client::Endpoint endpoint;  // http only
  std::string action;         // CreateCert, ListCertV2 or DescribeCertDetailSecretV2
  KeyType key_type = KeyType::kRsa2048;
  std::size_t count = 0;  // requests of CreateCert, each with a leaf of its own
};

// Whole requests, ready to be written to a socket, signed now: good for fifteen minutes.
struct Workload {
  std::vector<std::string> requests;
  bool repeats = false;  // begins anew at its end; else each request is sent once
};

// `progress` is told how many of how many leaves are made. Errors: kConfiguration for an unknown action, a URL that is
// not http, a store without certificates to describe; those of Client::call(). Uses two threads.
[[nodiscard]] base::Result<Workload> prepare(const WorkloadOptions& options, const signature::Credentials& credentials,
                                             const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace livecert::bench
