#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace livecert::api {

// One line of the access log. Nothing in it is secret; all of it is printable.
struct AccessRecord {
  std::string request_id;
  std::string peer_address;
  std::string user;                // account and access key, once verified; else "-"
  std::string action;              // as the client sent it; "-" until it is read
  std::string known_action = "-";  // its name, if there is such an action. Clients cannot make up another one
  int status = 0;
  std::string code;  // "OK" or the error's
  std::chrono::microseconds duration{0};
  std::string message;  // of an error: the message to the client
  std::string detail;   // of an error: the detail for the log; of an upload: its warnings
};

// Called once per request, from any thread.
using AccessLog = std::function<void(const AccessRecord&)>;

}  // namespace livecert::api
