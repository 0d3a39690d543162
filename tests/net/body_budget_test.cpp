#include "net/body_budget.h"

#include <memory>

#include <gtest/gtest.h>

namespace livecert::net {
namespace {

constexpr std::size_t kKiB = 1024;

// A body that is being received.
class Body final : public BodyBudget::Lease::Receiver {
 public:
  Body(BodyBudget& budget, std::shared_ptr<BodyBudget::Holder> holder)
      : lease_(std::make_unique<BodyBudget::Lease>(budget, std::move(holder), *this)) {}
  [[nodiscard]] bool grow(std::size_t bytes) { return lease_->extend_to(bytes); }
  [[nodiscard]] bool settle() { return lease_->settle(); }
  [[nodiscard]] bool was_told() const { return told_ > 0; }
  [[nodiscard]] int told() const { return told_; }
  [[nodiscard]] bool is_taken_back() const { return lease_->is_taken_back(); }
  void drop() { lease_.reset(); }

 private:
  void make_room() override { ++told_; }
  int told_ = 0;
  std::unique_ptr<BodyBudget::Lease> lease_;
};

class BodyBudgetTest : public testing::Test {
 protected:
  static std::shared_ptr<BodyBudget::Holder> address() { return std::make_shared<BodyBudget::Holder>(false); }
  static std::shared_ptr<BodyBudget::Holder> account() { return std::make_shared<BodyBudget::Holder>(true); }

  BodyBudget budget{1000 * kKiB, 400 * kKiB};
};

TEST_F(BodyBudgetTest, GivesBackWhatABodyHeld) {
  {
    Body body(budget, address());
    EXPECT_TRUE(body.grow(100 * kKiB));
    EXPECT_TRUE(body.grow(300 * kKiB));
    EXPECT_TRUE(body.grow(50 * kKiB)) << "it has that much";
    EXPECT_EQ(budget.left(), 700 * kKiB);
    EXPECT_TRUE(body.settle());
    EXPECT_EQ(budget.left(), 700 * kKiB);
  }
  EXPECT_EQ(budget.left(), 1000 * kKiB);
}

TEST_F(BodyBudgetTest, OfOneAddressTheBodyThatBeganFirstMakesRoomForTheNext) {
  const auto stranger = address();
  Body first(budget, stranger);
  Body second(budget, stranger);
  EXPECT_TRUE(second.grow(200 * kKiB));
  EXPECT_TRUE(first.grow(200 * kKiB));
  Body third(budget, stranger);
  EXPECT_TRUE(third.grow(200 * kKiB));
  EXPECT_EQ(first.told(), 1);
  EXPECT_TRUE(first.is_taken_back());
  EXPECT_FALSE(second.was_told());
  EXPECT_EQ(budget.left(), 600 * kKiB);
  EXPECT_FALSE(first.grow(1));
  EXPECT_FALSE(first.settle());
  first.drop();
  EXPECT_EQ(budget.left(), 600 * kKiB) << "given back once";
}

TEST_F(BodyBudgetTest, BodiesThatAreWholeStayAndTheShareIsAllThereIs) {
  const auto stranger = address();
  Body whole(budget, stranger);
  EXPECT_TRUE(whole.grow(400 * kKiB));
  EXPECT_TRUE(whole.settle());
  Body next(budget, stranger);
  EXPECT_FALSE(next.grow(65 * kKiB));
  EXPECT_FALSE(whole.was_told());
  EXPECT_TRUE(next.grow(64 * kKiB)) << "an ordinary body has room as long as there is any";
  Body other(budget, address());
  EXPECT_TRUE(other.grow(400 * kKiB));
}

TEST_F(BodyBudgetTest, WhoHoldsTheMostMakesRoomForOthers) {
  const auto large = address();
  const auto small = address();
  Body a(budget, small);
  EXPECT_TRUE(a.grow(300 * kKiB));
  Body b(budget, large);
  EXPECT_TRUE(b.grow(350 * kKiB));
  Body c(budget, address());
  EXPECT_TRUE(c.grow(350 * kKiB));
  Body d(budget, address());
  EXPECT_TRUE(d.grow(10 * kKiB));
  EXPECT_TRUE(b.was_told()) << "of two that hold as much, the one that began first";
  EXPECT_FALSE(a.was_told());
  EXPECT_FALSE(c.was_told());
}

TEST_F(BodyBudgetTest, NobodyMakesRoomForOneWhoWouldHoldMore) {
  Body a(budget, address());
  EXPECT_TRUE(a.grow(340 * kKiB));
  Body b(budget, address());
  EXPECT_TRUE(b.grow(340 * kKiB));
  Body c(budget, address());
  EXPECT_TRUE(c.grow(300 * kKiB));
  EXPECT_FALSE(c.grow(390 * kKiB));
  EXPECT_FALSE(a.was_told() || b.was_told() || c.was_told());
}

TEST_F(BodyBudgetTest, AnAccountKeepsWhatAStrangerWouldNot) {
  Body a(budget, account());
  EXPECT_TRUE(a.grow(400 * kKiB));
  Body b(budget, account());
  EXPECT_TRUE(b.grow(400 * kKiB));
  Body stranger(budget, address());
  EXPECT_TRUE(stranger.grow(150 * kKiB));
  Body more(budget, account());
  EXPECT_TRUE(more.grow(100 * kKiB));
  EXPECT_TRUE(stranger.was_told());
  EXPECT_FALSE(a.was_told() || b.was_told());
}

TEST_F(BodyBudgetTest, AStrangersOrdinaryBodyHasRoomEvenWhenAccountsFilledAll) {
  Body a(budget, account());
  Body b(budget, account());
  Body c(budget, account());
  EXPECT_TRUE(a.grow(340 * kKiB) && b.grow(340 * kKiB) && c.grow(320 * kKiB));
  Body stranger(budget, address());
  EXPECT_TRUE(stranger.grow(8 * kKiB));
  EXPECT_TRUE(a.was_told());
}

}  // namespace
}  // namespace livecert::net
