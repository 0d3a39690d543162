#include "store/postgres/libpq.h"

#include <dlfcn.h>

namespace livecert::store::postgres {
namespace {

template <typename Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

Library load_once() {
  Library found;
  void* const handle = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return found;
  found.is_there =
      find(handle, "PQconninfoFree", found.conninfo_free) && find(handle, "PQconninfoParse", found.conninfo_parse) &&
      find(handle, "PQconnectdbParams", found.connectdb_params) && find(handle, "PQfinish", found.finish) &&
      find(handle, "PQclear", found.clear) && find(handle, "PQstatus", found.status) &&
      find(handle, "PQsocket", found.socket) && find(handle, "PQerrorMessage", found.error_message) &&
      find(handle, "PQsetNoticeReceiver", found.set_notice_receiver) &&
      find(handle, "PQsetnonblocking", found.setnonblocking) &&
      find(handle, "PQenterPipelineMode", found.enter_pipeline_mode) &&
      find(handle, "PQresultErrorField", found.result_error_field) &&
      find(handle, "PQresultErrorMessage", found.result_error_message) &&
      find(handle, "PQresultStatus", found.result_status) &&
      find(handle, "PQsendQueryParams", found.send_query_params) && find(handle, "PQsendPrepare", found.send_prepare) &&
      find(handle, "PQsendQueryPrepared", found.send_query_prepared) &&
      find(handle, "PQpipelineSync", found.pipeline_sync) && find(handle, "PQisBusy", found.is_busy) &&
      find(handle, "PQgetResult", found.get_result) && find(handle, "PQflush", found.flush) &&
      find(handle, "PQconsumeInput", found.consume_input) && find(handle, "PQcmdStatus", found.cmd_status) &&
      find(handle, "PQcmdTuples", found.cmd_tuples) && find(handle, "PQgetvalue", found.getvalue) &&
      find(handle, "PQgetlength", found.getlength) && find(handle, "PQgetisnull", found.getisnull) &&
      find(handle, "PQntuples", found.ntuples) && find(handle, "PQfname", found.fname);
  return found;
}

}  // namespace

const Library& libpq() {
  static const Library loaded = load_once();
  return loaded;
}

base::Result<void> load_libpq() {
  if (libpq().is_there) return {};
  return base::Error{base::ErrorCode::kConfiguration,
                     "a store in PostgreSQL needs libpq.so.5 of release 14 or later: install the package libpq5"};
}

}  // namespace livecert::store::postgres
