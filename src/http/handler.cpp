#include "http/handler.h"

#include <future>
#include <memory>

namespace livecert::http {

Response wait_for(const Pending& pending) {
  const auto ready = std::make_shared<std::promise<std::function<Response()>>>();
  auto go_on = ready->get_future();
  pending.begin([ready](std::function<Response()> known) { ready->set_value(std::move(known)); });
  return go_on.get()();
}

}  // namespace livecert::http
