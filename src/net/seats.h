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

// Includes Asio: only for source files of this folder.
namespace livecert::net {

// The connections that may be open at once, and the choice of the one that makes room for a new one. It is a connection
// of the address that holds the most, where kProvenForOne connections that have proved an account count as one that has
// not. So a stranger can neither keep others out nor have them closed, and an office behind one address keeps its
// working connections. Of that address the choice is, in this order: a connection without an account that waits (for a
// request, its rest, or its client to read); one with an account that waits; one without an account that is worked on.
// Within each kind it is the one that made no progress for the longest. A request that is worked on for an account is
// never cut, and no connection makes room for an address that holds more than its own. Callable from every thread.
class Seats {
 public:
  static constexpr std::size_t kProvenForOne = 16;

  class Seat;

  explicit Seats(std::size_t limit) : limit_(limit) {}
  Seats(const Seats&) = delete;
  Seats& operator=(const Seats&) = delete;

  // Takes a seat for a connection from that address; it waits at first. The object, which this must outlive, gives the
  // seat up. The connection that makes room is told by its `leave`, once, on this thread. nullptr: none may make room.
  [[nodiscard]] std::unique_ptr<Seat> enter(const Principal& address, std::function<void()> leave);
  [[nodiscard]] std::size_t taken() const;

 private:
  enum class State : std::uint8_t { kWaiting, kWorking };
  using List = std::list<Seat*>;

  // The connections of an address. Each list is in the order of arrival in that state.
  struct Group {
    List lists[2][2];  // by whether an account was proved, and by State
    std::uint64_t changed = 0;
    [[nodiscard]] std::size_t weight() const;
    [[nodiscard]] bool empty() const;
  };
  // The heaviest first; of equal weights the one that has had it the longest.
  struct Heavier {
    bool operator()(const Group* a, const Group* b) const;
  };

  // Call all with the lock held.
  void insert(Seat& seat, const Principal& address);
  void remove(Seat& seat);
  // Runs `change` while the group is out of the order, and inserts it again.
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

// The seat of one connection. After the connection was told to leave, all calls do nothing.
class Seats::Seat {
 public:
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  // A balancer has named the client's address.
  void move_to(const Principal& address);
  // A request is complete and worked on.
  void work();
  // The connection made progress, and now waits for its client.
  void wait();
  // Whether the last request proved an account.
  void set_proven(bool proven);

 private:
  friend class Seats;
  Seat(Seats& seats, std::function<void()> leave) : seats_(seats), leave_(std::move(leave)) {}
  // Moves to the end of the list of that state.
  void become(State state);

  Seats& seats_;
  std::function<void()> leave_;
  // Call with the lock of seats_ held.
  Group* group_ = nullptr;  // null: has left
  Principal address_;
  bool proven_ = false;
  State state_ = State::kWaiting;
  List::iterator at_;
};

}  // namespace livecert::net
