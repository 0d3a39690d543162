#pragma once

#include <functional>
#include <random>

#include "base/bytes.h"
#include "x509/der_tree.h"

namespace livecert::x509 {

// Receives a mutation and its description, for people who look at a failure.
using TakeMutation = std::function<void(const base::Bytes& mutated, const std::string& what)>;

// Every byte flipped in three ways, left out, doubled; every shorter length of the text; and a byte after it.
void mutate_every_byte(const base::Bytes& original, const TakeMutation& take);
// Every kind of change of structure at every node: lengths, tags, values left out, doubled, swapped, and contents that
// are wrong for their type. Lengths around the change are made right, so that it is reached. `donor` gives its nodes in
// exchange for those of the same type.
void mutate_every_node(const base::Bytes& original, const base::Bytes& donor, const TakeMutation& take);
// This many of both, chosen by `random`.
void mutate_at_random(const base::Bytes& original, const base::Bytes& donor, int count, std::mt19937& random,
                      const TakeMutation& take);

// The factor by which a run makes more mutations than a usual one: LIVECERT_MUTATIONS, or 1.
[[nodiscard]] int mutation_factor();
// The seed of this run's random mutations: LIVECERT_SEED, or `usual`. Shown when a test fails.
[[nodiscard]] std::uint32_t mutation_seed(std::uint32_t usual);

}  // namespace livecert::x509
