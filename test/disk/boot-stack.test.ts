/** Files as a host and an image may have them, read as the loaders meet them. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { BootContent } from "../../src/boot/stack.js";
import { readBootStack } from "../../src/disk/boot-stack.js";
import { printable } from "../../src/render/escape.js";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "tunectl-stack-")));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (path: string, text = ""): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const link = (path: string, target: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
};
const contents = (): Readonly<Record<string, BootContent>> =>
  Object.fromEntries(readBootStack(root).entries.map(({ name, content }) => [name, content]));

it("a name and a text that are no UTF-8 keep every byte, and are shown with an escape", () => {
  put("etc/sysctl.d/a.conf", "");
  const name = Buffer.concat([
    Buffer.from(join(root, "etc/sysctl.d/zz")),
    Buffer.from([0xff]),
    Buffer.from(".conf"),
  ]);
  writeFileSync(name, Buffer.from([0x61, 0xe9, 0x3d, 0x31, 0xc3, 0xa9]));
  expect(contents()).toMatchObject({ "zz\udcff.conf": { kind: "text", text: "a\udce9=1\u00e9" } });
  expect(printable("zz\udcff.conf, \u{1F600}", false)).toBe("zz\\udcff.conf, \u{1F600}");
  expect(JSON.parse(JSON.stringify("zz\udcff.conf"))).toBe("zz\udcff.conf");
});

it("a name with the letters of our own leftovers is read like any other", () => {
  put("etc/sysctl.d/99-z.tunectl-old.conf", "a = 1\n");
  expect(contents()).toMatchObject({ "99-z.tunectl-old.conf": { kind: "text" } });
});

it("a relative link behind a linked folder leads where it leads the kernel, inside the image", () => {
  link("etc/static", "/opt/s/etc");
  put("opt/s/files/60.conf", "a = 1\n");
  put("files/60.conf", "wrong = 1\n");
  link("opt/s/etc/sysctl.d/60.conf", "../../files/60.conf");
  link("etc/sysctl.d/99-z.conf", "/etc/static/sysctl.d/60.conf");
  expect(contents()).toEqual({
    "99-z.conf": { kind: "text", text: "a = 1\n", target: "/opt/s/files/60.conf" },
  });
});

it("links to /dev/null, to nowhere, to themselves, to a folder and through a file are each what they are", () => {
  put("etc/file", "");
  link("etc/sysctl.d/null.conf", "../../dev/null");
  link("etc/sysctl.d/nowhere.conf", "/nowhere");
  link("etc/sysctl.d/loop.conf", "loop.conf");
  link("etc/sysctl.d/folder.conf", "/etc");
  link("etc/sysctl.d/through.conf", "/etc/file/x");
  mkdirSync(join(root, "etc/sysctl.d/x.conf"));
  expect(contents()).toMatchObject({
    "null.conf": { kind: "masked" },
    "nowhere.conf": { kind: "dangling" },
    "loop.conf": { kind: "unreadable", reason: "ELOOP" },
    "folder.conf": { kind: "folder" },
    "x.conf": { kind: "folder" },
  });
});

it("a fifo is not waited for, and neither is one behind a link", () => {
  mkdirSync(join(root, "etc/sysctl.d"), { recursive: true });
  execFileSync("mkfifo", [join(root, "etc/fifo"), join(root, "etc/sysctl.d/20-f.conf")]);
  link("etc/sysctl.d/30.conf", "../fifo");
  expect(contents()).toEqual({ "20-f.conf": { kind: "special" }, "30.conf": { kind: "special" } });
});

it("a file of more than 16 MiB is named and not read", () => {
  put("etc/sysctl.d/big.conf");
  truncateSync(join(root, "etc/sysctl.d/big.conf"), 100_000_000);
  expect(contents()).toEqual({ "big.conf": { kind: "unreadable", reason: "EFBIG" } });
});

it("a folder under two names is read once", () => {
  put("usr/lib/sysctl.d/a.conf");
  link("lib", "usr/lib");
  expect(readBootStack(root).entries).toMatchObject([{ folder: "/usr/lib/sysctl.d", name: "a.conf" }]);
});
