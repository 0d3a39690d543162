#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "notices/channel.h"
#include "notices/payload.h"
#include "service/context.h"

// The channels for notices. They belong to the service, and only the root account may call these: an address may be one
// of the service's own network.
namespace livecert::service {

// The name under which the vault seals a channel's secret.
[[nodiscard]] std::string place_of_secret(const std::string& channel);

// A stored channel with its secret, opened for this moment.
struct OpenChannel {
  notices::Channel channel;
  notices::ChannelSecret secret;
};
// Error: kConfiguration when another release made the channel or its secret does not open, with a remedy.
[[nodiscard]] base::Result<OpenChannel> open_channel(Services& services, const store::StoredNotifyChannel& stored);
// Whether the secret of a stored channel opens, for checks of the whole store.
[[nodiscard]] base::Result<void> check_stored_channel(vault::Vault& vault, const store::StoredNotifyChannel& stored);

// Adds a channel, or replaces the one of that name; what that one was told it is not told again. Errors: kInvalidInput
// naming the wrong member; those of submit().
[[nodiscard]] base::Result<notices::Channel> create_notify_channel(Services& services, const Context& context,
                                                                   notices::Channel channel,
                                                                   const notices::ChannelSecret& secret);
// Errors: kNotFound; those of submit().
[[nodiscard]] base::Result<void> delete_notify_channel(Services& services, const Context& context,
                                                       const std::string& name);

struct ListedChannel {
  std::optional<notices::Channel> channel;  // nullopt: another release made it
  std::string name;
  domain::ChannelState state;
  std::size_t told = 0;  // facts that last, of which it was told
};
[[nodiscard]] base::Result<std::vector<ListedChannel>> list_notify_channels(Services& services);

// Sends a test message now, whatever the channel's pauses. A channel that takes it counts as good again. Errors:
// kNotFound; kInvalidInput in a stopped store, which calls nobody; those of the store.
[[nodiscard]] base::Result<notices::Verdict> test_notify_channel(Services& services, const std::string& name);

// What a channel would get now, as it would be sent; without something to tell, an example. Nothing is sent.
struct NoticePreview {
  bool is_example = false;
  std::size_t notices = 0;
  notices::Sending sending;  // its address may be a secret
  std::string host;
};
[[nodiscard]] base::Result<NoticePreview> preview_notice(Services& services, const std::string& name, base::Time now);

}  // namespace livecert::service
