#include "store/postgres/libpq.h"

#include "base/shared_library.h"

namespace livecert::store::postgres {
namespace {

Library load_once() {
  Library found;
  void* const handle = base::load_library("libpq.so.5");
  if (handle == nullptr) return found;
  found.is_there =
      base::find_function(handle, "PQconninfoFree", found.conninfo_free) &&
      base::find_function(handle, "PQconninfoParse", found.conninfo_parse) &&
      base::find_function(handle, "PQconnectdbParams", found.connectdb_params) &&
      base::find_function(handle, "PQfinish", found.finish) && base::find_function(handle, "PQclear", found.clear) &&
      base::find_function(handle, "PQstatus", found.status) && base::find_function(handle, "PQsocket", found.socket) &&
      base::find_function(handle, "PQerrorMessage", found.error_message) &&
      base::find_function(handle, "PQsetNoticeReceiver", found.set_notice_receiver) &&
      base::find_function(handle, "PQsetnonblocking", found.setnonblocking) &&
      base::find_function(handle, "PQenterPipelineMode", found.enter_pipeline_mode) &&
      base::find_function(handle, "PQresultErrorField", found.result_error_field) &&
      base::find_function(handle, "PQresultErrorMessage", found.result_error_message) &&
      base::find_function(handle, "PQresultStatus", found.result_status) &&
      base::find_function(handle, "PQsendQueryParams", found.send_query_params) &&
      base::find_function(handle, "PQsendPrepare", found.send_prepare) &&
      base::find_function(handle, "PQsendQueryPrepared", found.send_query_prepared) &&
      base::find_function(handle, "PQpipelineSync", found.pipeline_sync) &&
      base::find_function(handle, "PQisBusy", found.is_busy) &&
      base::find_function(handle, "PQgetResult", found.get_result) &&
      base::find_function(handle, "PQflush", found.flush) &&
      base::find_function(handle, "PQconsumeInput", found.consume_input) &&
      base::find_function(handle, "PQcmdStatus", found.cmd_status) &&
      base::find_function(handle, "PQcmdTuples", found.cmd_tuples) &&
      base::find_function(handle, "PQgetvalue", found.getvalue) &&
      base::find_function(handle, "PQgetlength", found.getlength) &&
      base::find_function(handle, "PQgetisnull", found.getisnull) &&
      base::find_function(handle, "PQntuples", found.ntuples) && base::find_function(handle, "PQfname", found.fname);
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
