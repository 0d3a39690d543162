#!/bin/bash
# An address as DNS name beside a good one.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com 192.168.1.10
certificates L I
key L
known R
