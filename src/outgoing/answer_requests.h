#pragma once

namespace livecert::outgoing {

// The word after the program's name with which it makes calls for another process and does nothing else.
inline constexpr const char* kCommand = "outgoing-calls";
// The socket to that process.
inline constexpr int kSocket = 3;
// The most calls at once.
inline constexpr int kCallsAtOnce = 64;

// The process for outgoing calls: confines itself, makes the calls that come over kSocket, and sends their answers.
// Ends the process when the other side closes the socket, or sends something that is no request. Call it in a process
// that has one thread and wipes memory that it frees.
[[noreturn]] void answer_requests();

}  // namespace livecert::outgoing
