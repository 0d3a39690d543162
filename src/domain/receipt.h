#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::domain {

// How far one version has come on its way to one domain at one edge. Times that were not reached are nullopt.
struct Receipt {
  std::string edge;
  std::string domain;
  base::ChainId chain;
  base::CertId version;
  base::Time wanted_at;
  std::optional<base::Time> written_at = {};
  std::optional<base::Time> acknowledged_at = {};  // by the edge, where it answers; else when it could read it
  std::optional<base::Time> proved_at = {};
  std::int64_t attempts = 0;  // that failed
  std::string failure = {};   // of the last attempt; empty when it did not fail

  bool operator==(const Receipt&) const = default;
};

}  // namespace livecert::domain
