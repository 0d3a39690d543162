#pragma once

#include "base/result.h"
#include "http/message.h"

namespace livecert::app {

// Prints the Result of an answer on standard output, as JSON laid out for reading. An error answer becomes an Error
// whose message holds code, text, status and RequestId; the exit status of a command is 1 then.
[[nodiscard]] base::Result<void> print_answer(const http::Response& answer);

// Prints the PEM certificates of DescribeCertDetailSecretV2's answer alone.
[[nodiscard]] base::Result<void> print_chain_pem(const http::Response& answer);

}  // namespace livecert::app
