#!/bin/bash
# Makes every case of the corpus again.
set -euo pipefail
cd "$(dirname "$0")/corpus"
for each in */make.sh; do bash "$each"; done
