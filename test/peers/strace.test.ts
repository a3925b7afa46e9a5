/** Where strace is told to put a fault. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callsIn } from "./strace.js";

const ours = /^\/etc\/tuned\//;

function found(trace: string, inOne: boolean) {
  const log = join(mkdtempSync(join(tmpdir(), "tunectl-strace-")), "log");
  writeFileSync(log, trace);
  return callsIn(log, ours, inOne);
}

test("A call is counted among those about its file, unless another thread comes to that count first", () => {
  const trace = `7  openat(AT_FDCWD</>, "/etc/tuned/mode", O_RDONLY|O_CLOEXEC) = 4</etc/tuned/mode>
9  openat(AT_FDCWD</>, "/etc/tuned/active", O_WRONLY|O_TRUNC) = 5</etc/tuned/active>
9  write(5</etc/tuned/active>, "/etc/tuned/mode", 15) = 15
9  openat(AT_FDCWD</>, "/etc/tuned/mode", O_WRONLY|O_TRUNC <unfinished ...>
`;
  const [active, written, mode] = found(trace, true);
  expect(active).toEqual({ name: "openat", path: "/etc/tuned/active", among: ["/etc/tuned/active"], nth: 1 });
  expect(written).toMatchObject({ name: "write", path: "/etc/tuned/active", nth: 1 });
  expect(mode).toMatchObject({ among: ["/etc/tuned/active", "/etc/tuned/mode"], nth: 2 });
});

test("A call of a program that another starts is counted from where it starts", () => {
  const trace = `7  openat(AT_FDCWD</>, "/lib/a", O_RDONLY) = 3</lib/a>
8  openat(AT_FDCWD</>, "/lib/b", O_RDONLY) = 3</lib/b>
8  execve("/usr/sbin/sysctl", ["/usr/sbin/sysctl", "-w", "a=1"], 0x7f /* 3 vars */) = 0
8  openat(AT_FDCWD</>, "/lib/c", O_RDONLY) = -1 ENOENT (No such file or directory)
8  openat(AT_FDCWD</>, "/etc/tuned/active", O_WRONLY|O_TRUNC) = 3</etc/tuned/active>
`;
  expect(found(trace, false)).toEqual([
    { name: "openat", path: "/etc/tuned/active", among: [], nth: 2, child: "-w" },
  ]);
});
