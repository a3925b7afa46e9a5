/** What the sweep counts, held against what the kernel is asked for. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = { ...web, "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20" }) };
const changing =
  "openat,write,pwrite64,writev,/^rename,/^link,/^unlink,/^mkdir,/^fchmod,/^chmod,fsync,fdatasync";
const others =
  "/^chown,/^fchown,/^symlink,/^utime,ftruncate,truncate,fallocate,/^setxattr,copy_file_range,sendfile";

/** By the kernel's names, the calls that the preload of the sweep sees. */
const kernelName: Readonly<Record<string, string>> = {
  openSync: "open",
  writeSync: "write",
  renameSync: "rename",
  linkSync: "link",
  rmSync: "unlink",
  mkdirSync: "mkdir",
  fchmodSync: "fchmod",
  fchownSync: "fchown",
  chmodSync: "chmod",
  fsyncSync: "fsync",
};

const isOfHost = (line: string): boolean => / \/(etc|var|proc\/sys)\//.test(line);

/** A long value is written in parts; to make a folder that is there changes nothing. */
const withoutRepeats = (lines: readonly string[]): readonly string[] =>
  lines.filter((line, at) => !line.startsWith("write ") || line !== lines[at - 1]);

const seenByPreload = (log: string): readonly string[] =>
  log
    .trim()
    .split("\n")
    .map((line) => line.replace(/^\w+/, (name) => kernelName[name] ?? name))
    .filter(isOfHost);

/** `18</etc/x>` and `"/etc/x"` are paths; what only reads is left out. */
function seenByStrace(trace: string): readonly string[] {
  const lines = trace.split("\n").flatMap((line) => {
    const call = /^(?:\d+ +)?(\w+)\((.*)\) += (.*)$/.exec(line);
    const [, name = "", args = "", result = ""] = call ?? [];
    const isRead = name === "openat" && !/O_(WRONLY|RDWR)/.test(args);
    if (call === null || isRead || (name.startsWith("mkdir") && result.includes("EEXIST"))) return [];
    const paths = [...args.matchAll(/\d+<(\/[^>]*)>|"(\/[^"]*)"/g)].map((found) => found[1] ?? found[2]);
    return [[name.replace(/(64|at2?)$/, ""), ...paths].join(" ")];
  });
  return withoutRepeats(lines.filter(isOfHost));
}

const traced = (command: string): string =>
  `rm -f /tmp/trace; strace -f -qq -s 0 -e signal=none -y -o /tmp/trace -e trace=${changing},${others} env FAULT_AT=0 FAULT_LOG=/tmp/log /tools/node --require /tools/fault-at-call.cjs /tools/start.cjs ${command} > /dev/null; cat /tmp/trace`;

realKernel("the kernel is asked for no change that the preload of the sweep does not see", async () => {
  const commands = ["apply ./web.yaml", "apply ./other.yaml", "rollback", "snapshots --keep 1"];
  const said = await onHost(
    Object.fromEntries(
      commands.flatMap((command) => [
        [command, traced(command)],
        [`log of ${command}`, "cat /tmp/log"],
      ]),
    ),
    files,
  );
  for (const command of commands) {
    const seen = seenByPreload(said[`log of ${command}`]?.out ?? "");
    expect(seen.length, command).toBeGreaterThan(0);
    expect(seenByStrace(said[command]?.out ?? ""), command).toEqual(seen);
  }
}, ["strace"]);

/** Of each system call, at its how many-th, and the preload's fault at the same place. */
const injected = (command: string, name: string, fault: string, action: string): string => `
strace_calls=$(grep -c '^${name}Sync' /tmp/log)
at=1
while [ $at -le $strace_calls ]; do
  number=$(grep -n '^${name}Sync' /tmp/log | sed -n "$at"p | cut -d: -f1)
  reset
  strace -f -qq -o /dev/null -e trace=/^${name} -e inject=/^${name}:${fault}:when=$at /tools/node /tools/start.cjs ${command} > /dev/null 2>&1
  echo $at $? $(digest) >> /tmp/by-strace
  reset
  with-fault ${action} $number ${command} > /dev/null 2>&1
  echo $at $? $(digest) >> /tmp/by-preload
  at=$((at + 1))
done`;

const scripts = {
  "/tools/reset": `#!/bin/sh
rm -rf /var/lib/tunectl; find /etc/sysctl.d -mindepth 1 -delete
echo 60 > /proc/sys/net/ipv4/tcp_fin_timeout; echo 15 > /proc/sys/net/ipv4/tcp_retries2
`,
  // The record holds the time.
  "/tools/digest": `#!/bin/sh
(world; cd /var/lib; find . | sort; tunectl status | sed 's/since.*//') 2>&1 | sha256sum
`,
};

realKernel("a fault of the kernel's and one of the preload, at the same call, come to the same", async () => {
  const said = await onHost(
    {
      ready: "chmod +x /tools/reset /tools/digest",
      log: `FAULT_AT=0 FAULT_LOG=/tmp/log /tools/node --require /tools/fault-at-call.cjs /tools/start.cjs apply ./web.yaml; grep -c . /tmp/log`,
      rename: injected("apply ./web.yaml", "rename", "error=EIO", "EIO"),
      fsync: injected("apply ./web.yaml", "fsync", "error=ENOSPC", "ENOSPC"),
      kill: injected("apply ./web.yaml", "rename", "signal=KILL", "KILL"),
      strace: "cat /tmp/by-strace",
      preload: "cat /tmp/by-preload",
    },
    { ...files, ...scripts },
  );
  expect(said.strace.out.split("\n").length).toBeGreaterThan(10);
  expect(said.strace.out).toBe(said.preload.out);
}, ["strace"]);
