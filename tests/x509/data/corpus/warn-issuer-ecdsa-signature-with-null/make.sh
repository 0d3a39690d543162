#!/bin/bash
# The signature of the intermediate has parameters.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; edit I R 300a06082a8648ce3d040302 300c06082a8648ce3d0403020500; leaf L I live.example.com
certificates L I
key L
known R
