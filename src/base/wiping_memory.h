#pragma once

namespace livecert::base {

// Makes `delete` overwrite all memory before it frees it. So a secret that a client put in the wrong place (a private
// key in a header, a query or another member) does not outlast its request in strings, headers, maps and buffers. A
// program that calls this replaces the operators; call it once, first in main().
void install_wiping_allocator();

}  // namespace livecert::base
