#pragma once

#include <chrono>
#include <cstddef>

namespace livecert::net {

// Limits of what unknown clients may cost the server. Sizes in bytes; every limit applies before the memory is
// allocated.
struct Limits {
  std::size_t header_bytes = 32UL * 1024;  // request line and header lines together
  std::size_t header_count = 100;
  std::size_t body_bytes = 2UL * 1024 * 1024;
  std::size_t bodies_in_flight_bytes = 256UL * 1024 * 1024;  // all bodies being read or worked on
  // One principal (net/principal.h) may hold one part in this many of it, but always one whole body.
  std::size_t bodies_shares = 4;
  std::size_t connections = 4096;
  std::size_t queued_requests = 4096;
  unsigned worker_threads = 64;  // many, because some of them wait: for a commit, for an issuer's server
  unsigned workers_at_once = 0;  // of those that do not wait; 0: one for each processor, but at least two
  unsigned io_threads = 2;

  // The time from a request's first byte to the end of its head; also the time for a TLS handshake and for the first
  // byte of a connection.
  std::chrono::milliseconds header_time{10'000};
  std::chrono::milliseconds body_time{20'000};
  // A client that sends a body or receives an answer may stall this long at once, and in total this long plus a second
  // for every `bytes_per_second`.
  std::chrono::milliseconds stall_time{5'000};
  std::size_t bytes_per_second = 8UL * 1024;
  std::chrono::milliseconds idle_time{75'000};   // between requests; Keep-Alive names it
  std::chrono::milliseconds answer_time{4'000};  // from a request's last byte to http::Request::deadline

  // After the last answer of a connection, bytes that the client still sends are read and dropped for this long and up
  // to this many, so that it can read the answer instead of a reset.
  std::chrono::milliseconds linger_time{1'000};
  std::size_t linger_bytes = 8UL * 1024 * 1024;
};

}  // namespace livecert::net
