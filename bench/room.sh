#!/usr/bin/env bash
# Runs one command in a room of its own and times that command alone. Called by measure.ts inside new mount and network namespaces.
# usage: room.sh FOLDER PREPARATION COMMAND…
# FOLDER holds what the commands read; PREPARATION is shell text that runs before the clock starts, and may be empty.
# Prints: exit status, seconds, seconds of user, of system, KiB of peak memory (0 without GNU time). FOLDER/readings is what the keys
# of FOLDER/paths read afterwards, FOLDER/said what the command wrote to standard error.
set -euo pipefail
folder=$1 preparation=$2
shift 2

mount --make-rprivate /
for place in /etc/sysctl.d /etc/modules-load.d /var/lib /run; do
  if [ ! -d "$place" ]; then
    echo "$place is missing on this host; without it the bench could write outside of its room" >"$folder/said"
    exit 1
  fi
  mount -t tmpfs room "$place"
done
# TuneD's daemon has no flag for its configuration, and its stock one applies every sysctl.d file of the host as well.
if [ -d /etc/tuned ]; then mount --bind "$folder/tuned" /etc/tuned; fi

cd "$folder"
eval "$preparation" >/dev/null 2>"$folder/said"

clock=()
gnu_time=$(type -P time || true)
echo 0 >"$folder/memory"
if [ -n "$gnu_time" ]; then clock=("$gnu_time" --quiet --format %M --output "$folder/memory"); fi
TIMEFORMAT='%3R %3U %3S'
status=0
times=$({ time "${clock[@]}" "$@" >/dev/null 2>"$folder/said"; } 2>&1) || status=$?
xargs cat <"$folder/paths" >"$folder/readings"
echo "$status $times $(tail -n 1 "$folder/memory")"
