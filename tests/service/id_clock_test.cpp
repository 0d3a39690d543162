#include "service/id_clock.h"

#include <limits>

#include <gtest/gtest.h>

#include "service/id_source.h"
#include "service/jumping_clock.h"

namespace livecert::service {
namespace {

using std::chrono::days;

// Decision 33.
class IdClockTest : public testing::Test {
 protected:
  test::JumpingClock clock{*base::parse_basic_time("20260601T120000Z")};
  crypto::SystemRandom random;
};

TEST_F(IdClockTest, CertIdsGoOnFromTheLargestOfTheStoreWhateverTheClockSays) {
  base::CertId largest;
  // Restarts, each with another clock: ahead by years, back, before the beginning of all ids, by other nodes.
  for (const int by : {0, 3650, -3650, -7300, 1, 9000, -5000}) {
    clock.set_by(days(by));
    for (const std::uint32_t node : {1023U, 0U, 512U}) {
      const IdClock time(clock, largest);
      IdSource ids(time, random, node);
      for (int i = 0; i < 10; ++i) {
        const base::CertId next = ids.make_cert_id();
        ASSERT_GT(next, largest);
        largest = next;
      }
    }
  }
}

TEST_F(IdClockTest, IdsFollowTheClockWhenItIsRight) {
  const IdClock time(clock, base::CertId(77));
  EXPECT_EQ(time.now(), clock.now());
  EXPECT_EQ(time.steady_now(), clock.steady_now());
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(time.now(), clock.now());
}

TEST_F(IdClockTest, AClockFarAheadDoesNotUseUpTheCertIds) {
  base::CertId last(77);
  clock.set_by(days(365 * 200));
  {
    const IdClock time(clock, last);
    IdSource ids(time, random, 0);
    for (int i = 0; i < 10'000; ++i) {
      const base::CertId next = ids.make_cert_id();
      ASSERT_GT(next, last);
      last = next;
    }
  }
  clock.set_by(-days(365 * 200));
  const IdClock time(clock, last);
  EXPECT_EQ(time.now(), clock.now()) << "it never happened";
}

TEST_F(IdClockTest, AfterTheLastCertIdThereComesNone) {
  constexpr base::CertId kLargest(std::numeric_limits<std::int64_t>::max());
  const IdClock time(clock, kLargest);
  IdSource ids(time, random, 1023);
  EXPECT_EQ(ids.make_cert_id(), kLargest) << "which a store refuses that has it";
  EXPECT_EQ(ids.make_cert_id(), kLargest);
}

}  // namespace
}  // namespace livecert::service
