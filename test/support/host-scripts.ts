/** What the throw-away host is made with, and the commands that only it has. */

/**
 * Builds a root of its own and moves into it: a chroot would forbid the namespaces that a rehearsal makes.
 */
const enter = `set -eu
folder=$1 count=$2 node=$3 dist=$4 faults=$5
umask 022
mount --make-rprivate /
mount -t tmpfs -o mode=0755 tunectl-test "$folder/root"
cd "$folder/root"
mkdir old usr proc dev sys etc etc/sysctl.d etc/modules-load.d var var/lib run root tools steps
mkdir -m 1777 tmp
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then ln -s "$(readlink "/$name")" "$name"
  elif [ -d "/$name" ]; then mkdir "$name"; mount --rbind "/$name" "$name"; fi
done
for name in usr proc dev sys; do mount --rbind "/$name" "$name"; done
for name in ld.so.cache alternatives; do if [ -e "/etc/$name" ]; then cp -RP "/etc/$name" etc/; fi; done
cp -R "$folder/files/." .
cp "$dist"/start.cjs "$dist"/tunectl.* tools/
cp "$faults" tools/fault-at-call.cjs
: > tools/node
mount --bind "$node" tools/node
mount --bind "$folder/steps" steps
pivot_root . old
cd /root
umount -l /old
rmdir /old
for name in /usr/lib/sysctl.d /usr/local/lib/sysctl.d; do if [ -d $name ]; then mount -t tmpfs none $name; fi; done
# Limits of a user namespace, for one that is made inside; reached by no name that tunectl knows.
mkdir /limits
mount --bind /proc/sys/user /limits
# What this machine was booted with is of no concern.
: > /limits.cmdline
mount --bind /limits.cmdline /proc/cmdline
# What is not this namespace's own must not be written by mistake.
mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys
if [ -w /proc/sys/kernel/sysrq ]; then echo "not a safe place" >&2; exit 99; fi
if command -v ip > /dev/null; then ip link set lo up; fi
export PATH=/tools:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
unset SUDO_USER SUDO_UID NODE_OPTIONS FORCE_COLOR
at=0
while [ $at -lt $count ]; do
  code=0
  sh /steps/$at > /steps/$at.out 2> /steps/$at.err < /dev/null || code=$?
  echo $code > /steps/$at.code
  at=$((at + 1))
done
`;

const tunectl = `#!/bin/sh
exec /tools/node /tools/start.cjs "$@"
`;

/**
 * ACTION CALL ARGUMENTS…: tunectl, with something bad at that one of its calls that change a file or a value.
 */
const withFault = `#!/bin/sh
export FAULT_ACTION=$1 FAULT_AT=$2
shift 2
exec /tools/node --require /tools/fault-at-call.cjs /tools/tunectl.cjs "$@"
`;

const readings = `#!/bin/sh
grep -rs '' /proc/sys/net | sort
`;

/** Each with its mode, owner and text. */
const files = `#!/bin/sh
find /etc/sysctl.d /etc/modules-load.d /etc/sysctl.conf \\( -type f -o -type l \\) 2> /dev/null | sort | while read -r path; do
  stat -c '%n %A %u:%g' "$path"
  if [ -L "$path" ]; then readlink "$path"; else grep -H '' "$path"; fi
done
`;

const world = `#!/bin/sh
readings
files
`;

/** Of whatever kind this kernel can make. */
const addInterface = `#!/bin/sh
ip link add "$1" type dummy 2> /dev/null || ip link add "$1" type bridge 2> /dev/null || ip tuntap add dev "$1" mode tun
`;

/**
 * As a user without rights on this host; where the host itself is a user namespace, as nobody in one more of
 * them.
 */
const lackingRoot = `#!/bin/sh
if setpriv --reuid 65534 --regid 65534 --clear-groups true 2> /dev/null
then exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
else exec unshare --user --map-user=65534 --map-group=65534 "$@"; fi
`;

export const shellScripts: Readonly<Record<string, string>> = {
  enter,
  tunectl,
  "with-fault": withFault,
  readings,
  files,
  world,
  "add-interface": addInterface,
  "lacking-root": lackingRoot,
};
