#pragma once

#include <libpq-fe.h>

#include "base/result.h"

// libpq, which brings libraries of LDAP and Kerberos. It is loaded when a store in PostgreSQL is opened, so that a
// service on the embedded store never has them.
namespace livecert::store::postgres {

// The functions in use, named as libpq-fe.h names them without "PQ".
struct Library {
  decltype(&PQconninfoFree) conninfo_free = nullptr;
  decltype(&PQconninfoParse) conninfo_parse = nullptr;
  decltype(&PQconnectdbParams) connectdb_params = nullptr;
  decltype(&PQfinish) finish = nullptr;
  decltype(&PQclear) clear = nullptr;
  decltype(&PQstatus) status = nullptr;
  decltype(&PQsocket) socket = nullptr;
  decltype(&PQerrorMessage) error_message = nullptr;
  decltype(&PQsetNoticeReceiver) set_notice_receiver = nullptr;
  decltype(&PQsetnonblocking) setnonblocking = nullptr;
  decltype(&PQenterPipelineMode) enter_pipeline_mode = nullptr;
  decltype(&PQresultErrorField) result_error_field = nullptr;
  decltype(&PQresultErrorMessage) result_error_message = nullptr;
  decltype(&PQresultStatus) result_status = nullptr;
  decltype(&PQsendQueryParams) send_query_params = nullptr;
  decltype(&PQsendPrepare) send_prepare = nullptr;
  decltype(&PQsendQueryPrepared) send_query_prepared = nullptr;
  decltype(&PQpipelineSync) pipeline_sync = nullptr;
  decltype(&PQisBusy) is_busy = nullptr;
  decltype(&PQgetResult) get_result = nullptr;
  decltype(&PQflush) flush = nullptr;
  decltype(&PQconsumeInput) consume_input = nullptr;
  decltype(&PQcmdStatus) cmd_status = nullptr;
  decltype(&PQcmdTuples) cmd_tuples = nullptr;
  decltype(&PQgetvalue) getvalue = nullptr;
  decltype(&PQgetlength) getlength = nullptr;
  decltype(&PQgetisnull) getisnull = nullptr;
  decltype(&PQntuples) ntuples = nullptr;
  decltype(&PQfname) fname = nullptr;
  bool is_there = false;
};

// Loads it into this process if that was not done yet. kConfiguration with a sentence when this machine has no libpq of
// PostgreSQL 14 or later, whose first release has the pipeline. Callable from many threads at once.
[[nodiscard]] base::Result<void> load_libpq();

// The functions, after a load_libpq() that succeeded.
[[nodiscard]] const Library& libpq();

}  // namespace livecert::store::postgres
