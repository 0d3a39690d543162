#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "net/principal.h"

// Includes Asio: for the source files of this folder only.
namespace livecert::net {

// The connections that may be open at once, and who has to go when one more comes. That is one of the address that
// holds the most, where kProvenForOne connections that have proved an account count as one that has not: so a stranger
// neither keeps others out nor gets them thrown out, and an office behind one address keeps what it works with. Of that
// address it is the first of: those without an account that wait (for a request, its rest, or their client to read);
// those with an account that wait; those without an account that are worked on. Of each kind it is the one that has got
// nowhere for the longest. What is worked on for an account is never cut, and nobody goes for an address that holds
// more than theirs. Callable from every thread.
class Seats {
 public:
  static constexpr std::size_t kProvenForOne = 16;

  class Seat;

  explicit Seats(std::size_t limit) : limit_(limit) {}
  Seats(const Seats&) = delete;
  Seats& operator=(const Seats&) = delete;

  // A seat for a connection from there, given up with the object, which must not outlive this; it waits at first.
  // Whoever has to go for it is told by its `leave`, once, on this thread. nullptr: there is none who may.
  [[nodiscard]] std::unique_ptr<Seat> enter(const Principal& address, std::function<void()> leave);
  [[nodiscard]] std::size_t taken() const;

 private:
  enum class State : std::uint8_t { kWaiting, kWorking };
  using List = std::list<Seat*>;

  // The connections of an address. Each list is in the order in which they got there.
  struct Group {
    List lists[2][2];  // by whether an account was proved, and by State
    std::uint64_t changed = 0;
    [[nodiscard]] std::size_t weight() const;
    [[nodiscard]] bool empty() const;
  };
  // The heaviest first; of the same weight the one that has stayed so the longest.
  struct Heavier {
    bool operator()(const Group* a, const Group* b) const;
  };

  // All with the lock held.
  void insert(Seat& seat, const Principal& address);
  void remove(Seat& seat);
  // Runs `change` while the group is out of the order, and puts it back.
  template <typename Change>
  void reorder(Group& group, Change change);
  [[nodiscard]] Seat* find_victim(const Principal& newcomer);

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::size_t taken_ = 0;
  std::uint64_t changes_ = 0;
  std::map<Principal, Group> groups_;
  std::set<Group*, Heavier> by_weight_;
};

// One connection's. After it was told to leave, all of it does nothing.
class Seats::Seat {
 public:
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  // A balancer said where the connection comes from.
  void move_to(const Principal& address);
  // A request is whole and worked on.
  void work();
  // The connection got somewhere, and waits for its client now.
  void wait();
  // Whether the last request proved an account.
  void set_proven(bool proven);

 private:
  friend class Seats;
  Seat(Seats& seats, std::function<void()> leave) : seats_(seats), leave_(std::move(leave)) {}
  // To the end of the list of that state.
  void become(State state);

  Seats& seats_;
  std::function<void()> leave_;
  // With the lock of seats_.
  Group* group_ = nullptr;  // null: has left
  Principal address_;
  bool proven_ = false;
  State state_ = State::kWaiting;
  List::iterator at_;
};

}  // namespace livecert::net
