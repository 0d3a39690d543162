#include "service/notify_channels.h"

#include <algorithm>
#include <utility>

#include "base/blocking.h"
#include "service/find_sights.h"
#include "service/follow_master_key.h"
#include "service/notice_desk.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;

// An answer to the caller is due soon after.
constexpr std::chrono::milliseconds kTestTime(3000);

base::Result<store::StoredNotifyChannel> find(Services& services, const std::string& name) {
  TRY_ASSIGN(auto stored, services.store.ask(&store::Snapshot::list_notify_channels));
  const auto found = std::ranges::find(stored, name, &store::StoredNotifyChannel::name);
  if (found == stored.end()) return Error{ErrorCode::kNotFound, "Notify channel " + name + " does not exist"};
  return std::move(*found);
}

base::Result<notices::ChannelSecret> open_secret(vault::Vault& vault, const store::StoredNotifyChannel& stored) {
  const auto packed = vault.open_own(place_of_secret(stored.name), stored.secret);
  if (!packed) {
    return Error{ErrorCode::kConfiguration,
                 "the secret of the channel " + stored.name + " does not open: add the channel again",
                 packed.error().detail};
  }
  return notices::unpack(*packed);
}

notices::Sending first_message(const OpenChannel& open, const std::vector<notices::Notice>& notices, base::Time now) {
  if (open.channel.kind != notices::ChannelKind::kAlertmanager) {
    return notices::make_message(open.channel, open.secret, notices, now);
  }
  notices::Alerts alerts;
  for (const notices::Notice& notice : notices) {
    if (notice.is_solved) {
      alerts.over.push_back(notice);
    } else {
      alerts.firing.push_back(notice.fact);
    }
  }
  return std::move(notices::make_alerts(open.channel, open.secret, alerts, now).front());
}

// What a message about the 90 days of a usual certificate looks like.
notices::Notice example(base::Time now) {
  notices::Fact fact{{domain::FactKind::kEnding, "live.example.com", ""}, {}, "default", notices::kThird, {}, {}, {}};
  fact.ends_at = now + std::chrono::days(30);
  fact.since = now;
  return {fact};
}

}  // namespace

std::string place_of_secret(const std::string& channel) {
  return "notify channel " + channel;
}

base::Result<OpenChannel> open_channel(Services& services, const store::StoredNotifyChannel& stored) {
  OpenChannel open;
  TRY_ASSIGN(open.channel, notices::parse_channel(stored.name, stored.definition));
  TRY_ASSIGN(open.secret, open_secret(services.vault, stored));
  return open;
}

base::Result<void> check_stored_channel(vault::Vault& vault, const store::StoredNotifyChannel& stored) {
  TRY(notices::parse_channel(stored.name, stored.definition));
  TRY(open_secret(vault, stored));
  return {};
}

base::Result<notices::Channel> create_notify_channel(Services& services, const Context& context,
                                                     notices::Channel channel, const notices::ChannelSecret& secret) {
  TRY_ASSIGN(notices::Channel checked, notices::check_channel(std::move(channel), secret));
  TRY(follow_master_key(services));
  TRY_ASSIGN(base::SealedBytes sealed, services.vault.seal_own(place_of_secret(checked.name), notices::pack(secret)));
  TRY(submit(services, context, store::PutNotifyChannel{checked.name, notices::to_text(checked), std::move(sealed)}));
  if (services.notices != nullptr) services.notices->poke();
  return checked;
}

base::Result<void> delete_notify_channel(Services& services, const Context& context, const std::string& name) {
  return submit(services, context, store::DeleteNotifyChannel{name});
}

base::Result<std::vector<ListedChannel>> list_notify_channels(Services& services) {
  TRY_ASSIGN(const auto stored, services.store.ask(&store::Snapshot::list_notify_channels));
  std::vector<ListedChannel> listed;
  for (const store::StoredNotifyChannel& row : stored) {
    auto channel = notices::parse_channel(row.name, row.definition);
    TRY_ASSIGN(const auto told, services.store.ask(&store::Snapshot::list_told, row.name));
    listed.push_back({channel ? std::optional(*std::move(channel)) : std::nullopt, row.name, row.state, told.size()});
  }
  return listed;
}

base::Result<notices::Verdict> test_notify_channel(Services& services, const std::string& name) {
  if (services.notices == nullptr) {
    return Error{ErrorCode::kInvalidInput, "a stopped service sends nothing: start it, and test the channel then"};
  }
  TRY_ASSIGN(const auto stored, find(services, name));
  TRY_ASSIGN(const OpenChannel open, open_channel(services, stored));
  const base::Time now = services.clock.now();
  notices::Sending sending = first_message(open, {}, now);
  std::visit([](auto& message) { message.timeout = std::min(message.timeout, kTestTime); }, sending);
  const notices::Verdict verdict = [&] {
    const base::Blocking waiting;
    return services.notices->send(open, sending);
  }();
  if (verdict.kind == notices::Verdict::Kind::kDelivered) {
    TRY(submit(services, own_context(services, "TestNotifyChannel"),
               store::KeepTold{name, stored.secret, notices::next_state(stored.state, verdict, now)}));
    services.notices->poke();
  }
  return verdict;
}

base::Result<NoticePreview> preview_notice(Services& services, const std::string& name, base::Time now) {
  TRY_ASSIGN(const auto stored, find(services, name));
  TRY_ASSIGN(const OpenChannel open, open_channel(services, stored));
  Unbegun unbegun;
  TRY_ASSIGN(notices::Sights sights, find_sights(services, unbegun, now));
  TRY_ASSIGN(const auto told, services.store.ask(&store::Snapshot::list_told, name));
  std::vector<notices::Notice> due =
      notices::find_due(open.channel, notices::make_picture(std::move(sights), now), told).notices;
  NoticePreview preview;
  preview.is_example = due.empty();
  if (due.empty()) due.push_back(example(now));
  preview.notices = due.size();
  preview.host = open.channel.host;
  preview.sending = first_message(open, due, now);
  return preview;
}

}  // namespace livecert::service
