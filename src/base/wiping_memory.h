#pragma once

namespace livecert::base {

// Makes `delete` overwrite all memory before it gives it back, so that what a client put where no secret belongs (a
// private key pasted into a header, a query or a member of another name) does not outlast its request in strings,
// headers, maps and buffers. A program that calls this has these operators; to be called once, first thing in main().
void install_wiping_allocator();

}  // namespace livecert::base
