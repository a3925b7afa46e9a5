/** A record as a shell script that restores what was before the change, for a host on which tunectl does not run. */
import { sysctlConfPath } from "../boot/with-texts.js";
import { type Key, keyPath } from "../catalogue/key.js";
import type { FileAttributes, TransactionRecord } from "../record/transaction.js";

/** A file as it was before the change. `name` is its own, without a folder. */
export type UndoCopy = {
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly attributes?: FileAttributes;
};

export const undoCopies = ({ before }: TransactionRecord): readonly UndoCopy[] =>
  Object.entries(before.files).flatMap(([path, text]) => {
    const attributes = before.attributes?.[path];
    // /etc/sysctl.d may hold a file of the same name.
    const name = path === sysctlConfPath ? "etc-sysctl.conf" : path.slice(path.lastIndexOf("/") + 1);
    return text === null ? [] : [{ path, name, text, ...(attributes && { attributes }) }];
  });

/** @param copyName where the copy of a file lies, beside the script */
export function undoScript(record: TransactionRecord, copyName: (copy: UndoCopy) => string): string {
  const removed = Object.entries(record.before.files).flatMap(([path, text]) =>
    text === null ? [path] : [],
  );
  return [
    head(record),
    ...removed.map((path) => `rm -f ${quoted(path)} || failed=1\n`),
    ...undoCopies(record).map((copy) => `cp -p "$here/${copyName(copy)}" ${quoted(copy.path)} || failed=1\n`),
    "values() {\n  :\n",
    ...keysInReverse(record).map(({ key, value }) => `  put ${quoted(keyPath(key))} ${quoted(value)}\n`),
    "}\n# A write may move another value: write three times, then look.\nvalues; values; values\n",
    'look=yes; values\nexit "$failed"\n',
  ].join("");
}

const head = ({ id, kind, time }: TransactionRecord): string => `#!/bin/sh
# Restores what was before change ${id} (${kind} of ${time}), without tunectl.
# Run it as root. \`tunectl rollback\` is better where it works:
# this script overwrites what others have set since.
set -f
failed=0 look=
case $0 in */*) here=\${0%/*} ;; *) here=. ;; esac
put() {
  # A key that is not there has nothing to restore: its interface has gone.
  live=$(sysctl -n "$1" 2> /dev/null) || return 0
  [ "$(echo $live)" = "$2" ] && return 0
  if [ -z "$look" ]; then sysctl -q -w "$1=$2" > /dev/null 2>&1; return 0; fi
  echo "NOT RESTORED $1: is $live, was $2" >&2
  failed=1
}
`;

/** Those that the change wrote, the last one first; then what it may have moved besides. */
function keysInReverse({ before, after }: TransactionRecord): readonly { key: Key; value: string }[] {
  const written = Object.keys(after.readings).toReversed();
  const keys = [...written, ...Object.keys(before.readings).filter((key) => !(key in after.readings))];
  return keys.flatMap((key) => {
    const value = before.readings[key];
    return value === null || value === undefined ? [] : [{ key: key as Key, value }];
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
