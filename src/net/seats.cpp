#include "net/seats.h"

#include <utility>

namespace livecert::net {

std::size_t Seats::Group::weight() const {
  const std::size_t strangers = lists[0][0].size() + lists[0][1].size();
  return strangers * kProvenForOne + lists[1][0].size() + lists[1][1].size();
}

bool Seats::Group::empty() const {
  return weight() == 0;
}

bool Seats::Heavier::operator()(const Group* a, const Group* b) const {
  const std::size_t weight_a = a->weight();
  const std::size_t weight_b = b->weight();
  return weight_a != weight_b ? weight_a > weight_b : a->changed < b->changed;
}

std::unique_ptr<Seats::Seat> Seats::enter(const Principal& address, std::function<void()> leave) {
  std::unique_ptr<Seat> seat(new Seat(*this, std::move(leave)));
  std::function<void()> tell;
  {
    const std::lock_guard lock(mutex_);
    if (taken_ >= limit_) {
      Seat* const victim = find_victim(address);
      if (victim == nullptr) return nullptr;
      tell = std::move(victim->leave_);
      remove(*victim);
    }
    insert(*seat, address);
  }
  if (tell != nullptr) tell();
  return seat;
}

std::size_t Seats::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

template <typename Change>
void Seats::reorder(Group& group, Change change) {
  auto node = by_weight_.extract(&group);
  change();
  group.changed = ++changes_;
  if (group.empty()) return;
  if (node.empty()) {
    by_weight_.insert(&group);
  } else {
    by_weight_.insert(std::move(node));
  }
}

void Seats::insert(Seat& seat, const Principal& address) {
  Group& group = groups_[address];
  reorder(group, [&] {
    List& list = group.lists[seat.proven_ ? 1 : 0][static_cast<std::size_t>(seat.state_)];
    seat.at_ = list.insert(list.end(), &seat);
  });
  seat.group_ = &group;
  seat.address_ = address;
  ++taken_;
}

void Seats::remove(Seat& seat) {
  Group& group = *std::exchange(seat.group_, nullptr);
  reorder(group, [&] { group.lists[seat.proven_ ? 1 : 0][static_cast<std::size_t>(seat.state_)].erase(seat.at_); });
  --taken_;
  if (group.empty()) groups_.erase(seat.address_);
}

// Never chooses a connection of an address that holds less than the newcomer's.
Seats::Seat* Seats::find_victim(const Principal& newcomer) {
  const auto own = groups_.find(newcomer);
  for (Group* group : by_weight_) {
    const auto& [strangers, proven] = group->lists;
    for (const List* list : {&strangers[0], &proven[0], &strangers[1]}) {
      if (!list->empty()) return list->front();
    }
    if (own != groups_.end() && group == &own->second) return nullptr;
  }
  return nullptr;
}

Seats::Seat::~Seat() {
  const std::lock_guard lock(seats_.mutex_);
  if (group_ != nullptr) seats_.remove(*this);
}

void Seats::Seat::move_to(const Principal& address) {
  const std::lock_guard lock(seats_.mutex_);
  if (group_ == nullptr) return;
  seats_.remove(*this);
  seats_.insert(*this, address);
}

void Seats::Seat::work() {
  become(State::kWorking);
}

void Seats::Seat::wait() {
  become(State::kWaiting);
}

void Seats::Seat::become(State state) {
  const std::lock_guard lock(seats_.mutex_);
  if (group_ == nullptr) return;
  auto& lists = group_->lists[proven_ ? 1 : 0];
  List& from = lists[static_cast<std::size_t>(std::exchange(state_, state))];
  List& to = lists[static_cast<std::size_t>(state)];
  to.splice(to.end(), from, at_);
}

void Seats::Seat::set_proven(bool proven) {
  const std::lock_guard lock(seats_.mutex_);
  if (group_ == nullptr || proven_ == proven) return;
  seats_.reorder(*group_, [&] {
    const auto state = static_cast<std::size_t>(state_);
    List& from = group_->lists[std::exchange(proven_, proven) ? 1 : 0][state];
    List& to = group_->lists[proven ? 1 : 0][state];
    to.splice(to.end(), from, at_);
  });
}

}  // namespace livecert::net
