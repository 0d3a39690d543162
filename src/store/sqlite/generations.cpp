#include "store/sqlite/generations.h"

namespace livecert::store::sqlite {
namespace {

struct Watched {
  std::string_view table;
  Topic topic;
};
constexpr std::array kWatched{
    Watched{"accounts", Topic::kAccess},
    Watched{"access_keys", Topic::kAccess},
    Watched{"access_key_projects", Topic::kAccess},
    Watched{"access_key_domains", Topic::kAccess},
    Watched{"policies", Topic::kAccess},
    Watched{"policy_attachments", Topic::kAccess},
    Watched{"issuer_certificates", Topic::kIssuers},
};

}  // namespace

Generations::Generations(Connection& writer) : writer_(writer) {
  sqlite3_update_hook(
      writer_.handle(),
      [](void* self, int, const char*, const char* table, sqlite3_int64) {
        static_cast<Generations*>(self)->note(table);
      },
      this);
}

Generations::~Generations() {
  sqlite3_update_hook(writer_.handle(), nullptr, nullptr);
}

void Generations::note(std::string_view table) {
  for (const Watched& watched : kWatched) {
    if (watched.table == table) touched_[index(watched.topic)] = true;
  }
}

void Generations::publish() {
  for (std::size_t topic = 0; topic < kTopics; ++topic) {
    if (touched_[topic]) ++counts_[topic];
    touched_[topic] = false;
  }
}

}  // namespace livecert::store::sqlite
