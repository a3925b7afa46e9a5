#!/bin/sh
# Every value of the kernel, into the file named.
grep -rsH '' /proc/sys > "$1" || true
