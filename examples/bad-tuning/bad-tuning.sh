#!/bin/sh
# A bad tuning is applied, noticed and rolled back. Plays in network and mount namespaces of its own, so that nothing on this
# host changes; needs root for that.
set -eu
cd "$(dirname "$0")"

if [ "${1-}" != inside ]; then
  exec unshare --net --mount sh "./$(basename "$0")" inside
fi
mount -t tmpfs -o mode=0755 none /etc/sysctl.d
mount -t tmpfs -o mode=0755 none /etc/modules-load.d
mount -t tmpfs -o mode=0755 none /var/lib

run() {
  echo "+ $*"
  "$@" || echo "(exit $?)"
}

readings() {
  sysctl net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_probes net.ipv4.tcp_retries2
}

echo "Monday: the tuning that everybody agreed on."
run tunectl apply ./web.yaml
before=$(readings; cat /etc/sysctl.d/*)

echo
echo "Tuesday: a quick improvement. With it, a connection dies after little more than a second without an answer."
run tunectl apply ./hasty.yaml

echo
echo "Wednesday: mobile users complain of broken downloads, and someone tries a value by hand."
run sysctl -w net.ipv4.tcp_retries2=8

echo
echo "Thursday: the person on call asks what is different here, since when, and from whom."
run tunectl status
run tunectl snapshots
run tunectl snapshots 2

echo
echo "Back to Monday. The value that was set by hand is not ours, so it takes a word."
run tunectl rollback
run tunectl rollback --force
run tunectl verify

echo
after=$(readings; cat /etc/sysctl.d/*)
if [ "$before" = "$after" ]; then
  echo "Every value and every byte is as it was on Monday."
else
  echo "Not as it was on Monday:"
  echo "$after"
  exit 1
fi
