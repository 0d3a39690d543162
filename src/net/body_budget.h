#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

namespace livecert::net {

// The memory for all request bodies together, and its use. A principal may use a share of it; ordinary bodies may also
// use what is left of the whole. When either is used up, a new body takes the lease of a body that is still being
// received: within a share, of the one that started first; of the whole, of the principal that holds the most
// (kProvenForOne bytes of an account count as one of an address). Complete bodies stay. Callable from every thread.
class BodyBudget {
 public:
  static constexpr std::size_t kProvenForOne = 16;
  static constexpr std::size_t kOrdinaryBody = 64UL * 1024;

  // The use of one principal.
  class Holder {
   public:
    explicit Holder(bool is_account) : is_account_(is_account) {}

   private:
    friend class BodyBudget;
    const bool is_account_;
    std::size_t bytes_ = 0;
  };
  class Lease;

  // Bytes in total, and for one principal.
  BodyBudget(std::size_t bytes, std::size_t share) : share_(share), left_(bytes) {}
  BodyBudget(const BodyBudget&) = delete;
  BodyBudget& operator=(const BodyBudget&) = delete;

  [[nodiscard]] std::size_t left() const;

 private:
  using Leases = std::list<Lease*>;

  // Call all with the lock held.
  [[nodiscard]] bool make_room(const Lease& lease, std::size_t bytes);
  [[nodiscard]] Lease* first_of(const Holder& holder, const Lease& but) const;
  [[nodiscard]] Lease* first_of_heaviest(const Lease& taker, std::size_t more) const;
  void take_back(Lease& lease);
  void give_back(Lease& lease);
  [[nodiscard]] static std::size_t weight(const Holder& holder, std::size_t more);

  const std::size_t share_;
  mutable std::mutex mutex_;
  std::size_t left_;
  Leases receiving_;  // in the order in which they started
};

// One body's part of the budget, released on destruction. The budget must outlive it.
class BodyBudget::Lease {
 public:
  // The receiver of the body; must outlive the lease or its settle().
  class Receiver {
   public:
    Receiver() = default;
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;
    virtual ~Receiver() = default;
    // The lease was taken away: stop. Called from any thread; must not block, nor call the lease.
    virtual void make_room() = 0;
  };

  Lease(BodyBudget& budget, std::shared_ptr<Holder> holder, Receiver& receiver);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  // False when the budget does not have that much or the lease was taken away; the size of the lease then stays.
  [[nodiscard]] bool extend_to(std::size_t bytes);
  // The body is complete, so its lease stays. False when the lease was taken away before.
  [[nodiscard]] bool settle();
  [[nodiscard]] bool is_taken_back() const;

 private:
  friend class BodyBudget;
  BodyBudget& budget_;
  const std::shared_ptr<Holder> holder_;
  Receiver& receiver_;
  // Call with the lock of budget_ held.
  std::size_t bytes_ = 0;
  bool taken_back_ = false;
  bool receiving_ = true;
  Leases::iterator at_;
};

}  // namespace livecert::net
