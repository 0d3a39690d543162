#pragma once

#include "base/time.h"
#include "x509/certificate.h"
#include "x509/finding.h"

namespace livecert::x509 {

// Reports everything about the leaf itself that keeps a TLS server from using it at `now`. `block` is its place among
// the certificates of the upload.
void judge_leaf(const Certificate& leaf, int block, base::Time now, ValidationReport& report);

// Reports that an authority's certificate is in the leaf's place; its other faults follow from that.
void report_missing_leaf(const Certificate& authority, int block, ValidationReport& report);

}  // namespace livecert::x509
