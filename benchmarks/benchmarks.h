#pragma once

#include "benchmarks/fixture.h"

// The steps of a CreateCert, in the order of its way through the server. The fixture must outlive the run.
namespace livecert::benchmarks {

// What happens before the action is known and its input is typed.
void register_request_benchmarks(const Fixture& fixture);
// The certificate part, whole and by its steps, and the floor it is held against.
void register_certificate_benchmarks(Fixture& fixture);
// Sealing and storing.
void register_custody_benchmarks(Fixture& fixture);

}  // namespace livecert::benchmarks
