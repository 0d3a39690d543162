#include "edge/proof/tcp_connection.h"

#include <cerrno>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "edge/loopback_server.h"

namespace livecert::edge {
namespace {

using End = Transfer::End;

// A connection whose other side is gone: closed in order, or reset.
class GoneSide : public testing::Test {
 protected:
  void connect_and_leave(bool with_reset) {
    ASSERT_EQ(connection_.connect().end, End::kDone);
    const base::OwnedDescriptor accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const linger at_once{with_reset ? 1 : 0, 0};
    ASSERT_EQ(::setsockopt(accepted.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
  }

  Address address_{"127.0.0.1", 0};
  base::OwnedDescriptor listener_{listen_at(address_, 1)};
  TcpConnection connection_{address_, std::chrono::steady_clock::now() + std::chrono::seconds(30)};
  base::Bytes buffer_ = base::Bytes(100);
};

// The first bytes come back as a reset, and sending more raises SIGPIPE in programs that do not prevent it.
TEST_F(GoneSide, IsSentToWithoutASignal) {
  connect_and_leave(false);
  for (int i = 0; i < 10; ++i) connection_.send(buffer_);
  EXPECT_NE(connection_.receive(buffer_).end, End::kDone);
}

TEST_F(GoneSide, IsClosedWhenItLeftInOrder) {
  connect_and_leave(false);
  EXPECT_EQ(connection_.receive(buffer_).end, End::kClosed);
}

TEST_F(GoneSide, IsBrokenWhenItReset) {
  connect_and_leave(true);
  const Transfer received = connection_.receive(buffer_);
  EXPECT_EQ(received.end, End::kBroken);
  EXPECT_EQ(received.error, ECONNRESET);
}

TEST_F(GoneSide, IsBrokenAlsoWhenSendingWasToldFirst) {
  connect_and_leave(true);
  connection_.send(buffer_);
  const Transfer received = connection_.receive(buffer_);
  EXPECT_EQ(received.end, End::kBroken);
  EXPECT_EQ(received.error, ECONNRESET);
}

}  // namespace
}  // namespace livecert::edge
