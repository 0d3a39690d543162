#include "net/seats.h"

#include <map>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <gtest/gtest.h>

namespace livecert::net {
namespace {

Principal at(const std::string& address) {
  return Principal::of(boost::asio::ip::make_address(address));
}

class SeatsTest : public testing::Test {
 protected:
  // False when it was turned away.
  bool enter(const std::string& name, const std::string& address) {
    seats_of_[name] = seats.enter(at(address), [this, name] { left.push_back(name); });
    return seats_of_[name] != nullptr;
  }
  Seats::Seat& seat(const std::string& name) { return *seats_of_.at(name); }
  void close(const std::string& name) { seats_of_.erase(name); }

  Seats seats{4};
  std::vector<std::string> left;

 private:
  std::map<std::string, std::unique_ptr<Seats::Seat>> seats_of_;
};

using Names = std::vector<std::string>;

TEST_F(SeatsTest, NobodyGoesWhileThereIsRoom) {
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  close("a");
  EXPECT_EQ(seats.taken(), 3U);
  EXPECT_TRUE(enter("e", "127.0.0.1"));
  EXPECT_EQ(left, Names());
}

TEST_F(SeatsTest, TheAddressThatHoldsTheMostLosesTheOneThatWaitedLongest) {
  EXPECT_TRUE(enter("other", "127.0.0.9"));
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  seat("a").wait();  // made progress
  EXPECT_TRUE(enter("new", "127.0.0.8"));
  EXPECT_EQ(left, Names{"b"});
  EXPECT_EQ(seats.taken(), 4U);
  EXPECT_TRUE(enter("newer", "127.0.0.1")) << "at the cost of its own address";
  EXPECT_EQ(left, (Names{"b", "c"}));
}

TEST_F(SeatsTest, OfEqualAddressesTheOneThatWasThereFirstLoses) {
  for (const char* last : {"1", "2", "3", "4", "5"}) EXPECT_TRUE(enter(last, std::string("127.0.0.") + last));
  EXPECT_EQ(left, Names{"1"});
}

TEST_F(SeatsTest, AnIpv6NetworkIsOneAddress) {
  EXPECT_TRUE(enter("other", "2001:db8:0:1::1"));
  for (const char* last : {"1", "2", "3"}) EXPECT_TRUE(enter(last, std::string("2001:db8::") + last));
  EXPECT_TRUE(enter("new", "2001:db8:0:2::1"));
  EXPECT_EQ(left, Names{"1"});
}

TEST_F(SeatsTest, AnIpv4AddressIsTheSameOnASocketOfIpv6) {
  EXPECT_EQ(at("::ffff:127.0.0.1"), at("127.0.0.1"));
  EXPECT_NE(at("::ffff:127.0.0.2"), at("127.0.0.1"));
}

TEST_F(SeatsTest, WhoHasProvedAnAccountStaysBeforeWhoHasNot) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  for (const char* name : {"a", "b", "c"}) seat(name).set_proven(true);
  EXPECT_TRUE(enter("stranger", "127.0.0.2"));
  EXPECT_TRUE(enter("new", "127.0.0.3"));
  EXPECT_EQ(left, Names{"stranger"}) << "three with an account weigh less than one without";
  EXPECT_TRUE(enter("behind the same address", "127.0.0.1"));
  EXPECT_EQ(left, (Names{"stranger", "new"})) << "for the address of three that have one too";
}

TEST_F(SeatsTest, WhoProvesNothingAnyMoreIsAStrangerAgain) {
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  for (const char* name : {"a", "b", "c", "d"}) seat(name).set_proven(true);
  seat("c").set_proven(false);
  EXPECT_TRUE(enter("new", "127.0.0.3"));
  EXPECT_EQ(left, Names{"c"});
}

TEST_F(SeatsTest, WhatIsWorkedOnGoesLastAndForAnAccountNever) {
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  seat("a").work();
  seat("b").set_proven(true);
  seat("c").set_proven(true);
  seat("c").work();
  seat("d").set_proven(true);
  seat("d").work();
  EXPECT_TRUE(enter("1", "127.0.0.2"));
  EXPECT_TRUE(enter("2", "127.0.0.2"));
  EXPECT_EQ(left, (Names{"b", "a"}));
  seat("1").set_proven(true);
  seat("1").work();
  seat("2").set_proven(true);
  seat("2").work();
  EXPECT_FALSE(enter("3", "127.0.0.3"));
  EXPECT_EQ(seats.taken(), 4U);
  seat("c").wait();
  EXPECT_TRUE(enter("3", "127.0.0.3"));
  EXPECT_EQ(left, (Names{"b", "a", "c"}));
}

// Work of an address does not make room for more of its work at others' cost.
TEST_F(SeatsTest, NobodyGoesForAnAddressThatHoldsMore) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  for (const char* name : {"a", "b", "c"}) {
    seat(name).set_proven(true);
    seat(name).work();
  }
  EXPECT_TRUE(enter("other", "127.0.0.2"));
  seat("other").set_proven(true);
  EXPECT_FALSE(enter("d", "127.0.0.1"));
  EXPECT_EQ(left, Names());
}

TEST_F(SeatsTest, WhoLeftDoesNothingMore) {
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  EXPECT_TRUE(enter("e", "127.0.0.1"));
  EXPECT_EQ(left, Names{"a"});
  seat("a").work();
  seat("a").wait();
  seat("a").set_proven(true);
  seat("a").move_to(at("127.0.0.5"));
  close("a");
  EXPECT_EQ(seats.taken(), 4U);
}

TEST_F(SeatsTest, AConnectionCountsForTheAddressThatABalancerNames) {
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_TRUE(enter(name, "127.0.0.1"));
  seat("c").move_to(at("203.0.113.7"));
  seat("d").move_to(at("203.0.113.7"));
  seat("a").move_to(at("203.0.113.7"));
  EXPECT_TRUE(enter("new", "127.0.0.1"));
  EXPECT_EQ(left, Names{"c"});
}

}  // namespace
}  // namespace livecert::net
