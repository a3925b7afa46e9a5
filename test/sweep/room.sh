#!/bin/sh
# A place for sweeps, in new network and mount namespaces: empty folders where tunectl writes, and nothing of
# this machine in reach. Arguments: the namespace that it must not be, and a command to run.
set -eu
outer=$1
shift
if [ "$(readlink /proc/self/ns/net)" = "$outer" ]; then echo "no network namespace of its own" >&2; exit 99; fi
mount --make-rprivate /
mount -t tmpfs -o mode=0755 none /run
mount -t tmpfs -o mode=0755 none /var/lib
# /etc is a copy without anything that a boot reads for sysctl.
mkdir -p /run/etc /run/systemd/system
cp -a /etc/. /run/etc/ 2> /dev/null || :
mount --bind /run/etc /etc
rm -rf /etc/sysctl.d /etc/modules-load.d /etc/tunectl /etc/sysctl.conf
mkdir /etc/sysctl.d /etc/modules-load.d
for folder in /usr/lib/sysctl.d /usr/local/lib/sysctl.d; do
  if [ -d $folder ]; then mount -t tmpfs none $folder; fi
done
mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys
if [ -w /proc/sys/kernel/sysrq ]; then echo "not a safe place" >&2; exit 99; fi
ip link set lo up
exec "$@"
