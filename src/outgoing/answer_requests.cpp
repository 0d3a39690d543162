#include "outgoing/answer_requests.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/owned_descriptor.h"
#include "base/secret.h"
#include "libcurl/library.h"
#include "outgoing/confinement.h"
#include "outgoing/frame.h"
#include "outgoing/transfer.h"
#include "outgoing/wire.h"

namespace livecert::outgoing {
namespace {

// Lives until the process ends.
class Answering {
 public:
  // False if it is no request.
  [[nodiscard]] bool begin(const Frame& frame) {
    auto ordered = parse_request(frame);
    if (!ordered || under_way_.fetch_add(1) >= kCallsAtOnce) return false;
    // The request is on the heap, which is wiped.
    auto kept = std::make_unique<Ordered>(*std::move(ordered));
    try {
      std::thread([this, id = frame.id, kept = std::move(kept)]() mutable {
        const Reply reply = perform(*kept);
        kept.reset();
        // First, for the other side may send the next request as soon as it has this answer.
        under_way_.fetch_sub(1);
        send(to_frame(id, reply));
        base::wipe_dead_stack();
      }).detach();
    } catch (const std::system_error&) {  // the system has no room for another thread
      under_way_.fetch_sub(1);
      send(to_frame(frame.id, Failure{base::ErrorCode::kUpstreamFailure, "the system has no room for a thread"}));
    }
    return true;
  }

 private:
  void send(const Frame& frame) {
    const base::WipedBuffer bytes = to_bytes(frame);
    const std::scoped_lock lock(mutex_);
    // Signals and pipes that are closed end nothing here: the reader sees the same end.
    if (!base::write_all(kSocket, bytes)) ::_exit(EXIT_FAILURE);
  }

  std::atomic<int> under_way_ = 0;
  std::mutex mutex_;  // of the writing side
};

}  // namespace

void answer_requests() {
  ::prctl(PR_SET_NAME, kCommand);
  confine_this_process();
  static_cast<void>(libcurl::load());       // now rather than during the first call, which says if it failed
  auto* const answering = new Answering();  // threads use it until the process ends
  FrameReader reader;
  constexpr std::size_t kPiece = 65536;
  base::WipedBuffer piece(kPiece);
  for (;;) {
    const ssize_t size = ::recv(kSocket, piece.data(), piece.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) ::_exit(size == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    std::vector<Frame> frames;
    bool is_good = reader.take({piece.data(), static_cast<std::size_t>(size)}, frames);
    base::wipe(piece.data(), static_cast<std::size_t>(size));
    for (const Frame& frame : frames) is_good = is_good && answering->begin(frame);
    if (!is_good) ::_exit(EXIT_FAILURE);
  }
}

}  // namespace livecert::outgoing
