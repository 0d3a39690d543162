#pragma once

#include <functional>
#include <memory>

#include "base/time.h"
#include "crypto/random.h"
#include "service/caller_directory.h"
#include "service/id_source.h"
#include "service/issuer_directory.h"
#include "service/rotation_progress.h"
#include "service/settings.h"
#include "store/store.h"
#include "vault/vault.h"
#include "x509/judge.h"

// Use cases, one in each file: a plain synchronous function of a caller, a typed input and these services.
namespace livecert::service {

// The facts of one call: its caller, address, action, time and deadline. The API layer proves the caller before any use
// case runs.
using Context = store::Context;

class AuditBook;
class LocalEdges;
class NoticeDesk;

// Everything that use cases work with. The composition root owns all of it; callable from every thread.
struct Services {
  store::Store& store;
  vault::Vault& vault;
  const base::Clock& clock;
  crypto::Random& random;
  IdSource& ids;
  CallerDirectory& callers;
  IssuerDirectory& issuers;
  Settings settings = {};
  LocalEdges* edges = nullptr;                                             // null: this process delivers to no edges
  NoticeDesk* notices = nullptr;                                           // null: this process sends no notices
  std::function<base::Result<vault::MasterKeys>()> read_master_keys = {};  // as the file has them now; empty: no file
  std::shared_ptr<RotationProgress> rotation = std::make_shared<RotationProgress>();
  AuditBook* audit = nullptr;  // null: only writes are recorded
};

}  // namespace livecert::service
