#!/bin/sh
# Runs what the host sends over the second serial line, a command a line, and says how each ended.
stty raw -echo < /dev/ttyS1
exec < /dev/ttyS1 > /dev/ttyS1 2>&1
echo "@ready"
while read -r line; do
  sh -c "$line" < /dev/null
  echo "@end $?"
done
