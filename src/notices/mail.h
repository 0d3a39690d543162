#pragma once

#include <string>

#include "notices/channel.h"
#include "notices/words.h"
#include "outgoing/call.h"

namespace livecert::notices {

// A mail with the text, plain and as HTML (RFC 5322, RFC 2045 to 2047). `id` makes its Message-ID, so that a mail that
// is sent twice counts as one. TLS is demanded except from a server on this machine.
[[nodiscard]] outgoing::Mail make_mail(const Channel& channel, const ChannelSecret& secret, const Text& text,
                                       const std::string& id, base::Time now);

}  // namespace livecert::notices
