#!/bin/bash
# The signature of the leaf has parameters.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
edit L I 300a06082a8648ce3d040302 300c06082a8648ce3d0403020500
certificates L I
key L
known R
