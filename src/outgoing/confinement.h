#pragma once

namespace livecert::outgoing {

// Takes from this process and all it starts whatever making calls does not need: it ends with its parent, gains no
// rights by programs, leaves no core, writes no file, and where the kernel has Landlock (Linux 5.13), it opens only
// what name lookups and TLS read: programs' libraries and /etc, but neither a store nor a key elsewhere. What a kernel
// or a filter of system calls refuses is left out. Call it before there is a second thread.
void confine_this_process();

}  // namespace livecert::outgoing
