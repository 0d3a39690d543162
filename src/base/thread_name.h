#pragma once

namespace livecert::base {

// Names the calling thread for those who look at the process (`top -H`, core files of other tools). At most 15
// characters; what is longer keeps no name.
void name_this_thread(const char* name);

}  // namespace livecert::base
