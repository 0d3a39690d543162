#pragma once

#include "notices/payload.h"
#include "notices/words.h"

// The form of each chat robot. `now` is the time of the signature.
namespace livecert::notices {

[[nodiscard]] outgoing::Call to_feishu(const ChannelSecret& secret, const Text& text, base::Time now);
[[nodiscard]] outgoing::Call to_dingtalk(const ChannelSecret& secret, const Text& text, base::Time now);
[[nodiscard]] outgoing::Call to_wecom(const ChannelSecret& secret, const Text& text);
[[nodiscard]] outgoing::Call to_slack(const ChannelSecret& secret, const Text& text);
[[nodiscard]] outgoing::Call to_telegram(const Channel& channel, const ChannelSecret& secret, const Text& text);

// A POST of JSON.
[[nodiscard]] outgoing::Call post_json(std::string url, std::string body);

}  // namespace livecert::notices
