#!/bin/sh
# All that a power cut could have torn: values now and just after the boot's own, files with their bytes, names.
sh /tools/readings.sh /run/now
echo "== values"; cat /run/now
echo "== at boot"; cat /run/at-boot
echo "== files"
for path in $(find /etc/sysctl.d /etc/modules-load.d /var/lib/tunectl -mindepth 1 2> /dev/null | sort); do
  stat -c '%n %A %u:%g' "$path"
  case $path in /etc/*) [ -L "$path" ] && readlink "$path" || base64 -w 0 "$path"; echo ;; esac
done
