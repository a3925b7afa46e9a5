import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rivalFile } from "../../src/disk/rival-file.js";

const root = mkdtempSync(join(tmpdir(), "tunectl-rival-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const owners = [0, process.getuid?.() ?? 0];
const folder = "/etc/sysctl.d";
mkdirSync(join(root, folder), { recursive: true });
mkdirSync(join(root, "/usr/lib/sysctl.d"), { recursive: true });

const put = (path: string, text: string | Buffer = "net.core.somaxconn = 64\n"): string => {
  writeFileSync(join(root, path), text, { mode: 0o640 });
  chmodSync(join(root, path), 0o640);
  return path;
};
const link = (path: string, to: string): string => {
  symlinkSync(to, join(root, path));
  return path;
};
const look = (path: string) => rivalFile(root, owners, path);

describe("a file whose lines are to be taken over", () => {
  it("is one of /etc, and keeps its mode and owner", () => {
    expect(look(put(`${folder}/10-a.conf`))).toMatchObject({
      ok: true,
      path: `${folder}/10-a.conf`,
      text: "net.core.somaxconn = 64\n",
      attributes: { mode: 0o640, uid: process.getuid?.(), gid: process.getgid?.() },
    });
    put("/etc/sysctl.conf");
    expect(look("/etc/sysctl.conf")).toMatchObject({ ok: true, path: "/etc/sysctl.conf" });
  });

  it("is the one behind a link, which means the image where there is one", () => {
    for (const [name, to] of [
      ["20-a.conf", "../sysctl.conf"],
      ["20-b.conf", "/etc/sysctl.conf"],
      ["20-c.conf", "20-b.conf"],
    ] as const)
      expect(look(link(`${folder}/${name}`, to))).toMatchObject({ ok: true, path: "/etc/sysctl.conf" });
  });

  it.each<[string, () => string, object]>([
    ["a package's", () => put("/usr/lib/sysctl.d/30-a.conf"), { why: "not-administrators" }],
    ["one with a line's end in its name", () => put(`${folder}/30-a\nb.conf`), { why: "odd-name" }],
    [
      "a link out of the two places",
      () => link(`${folder}/30-b.conf`, put("/etc/passwd")),
      { why: "elsewhere", path: "/etc/passwd" },
    ],
    [
      "a link that climbs out of the image",
      () => link(`${folder}/30-c.conf`, "../../../../../../etc/passwd"),
      { why: "elsewhere", path: "/etc/passwd" },
    ],
    ["a link that leads to itself", () => link(`${folder}/30-d.conf`, "30-d.conf"), { why: "elsewhere" }],
    ["a link to nothing", () => link(`${folder}/30-e.conf`, "30-none.conf"), { why: "unreadable" }],
    ["no file", () => `${folder}/30-f.conf`, { why: "unreadable" }],
    [
      "one with a second name",
      () => {
        linkSync(join(root, put(`${folder}/30-g.conf`)), join(root, "/etc/second"));
        return `${folder}/30-g.conf`;
      },
      { why: "hard-linked" },
    ],
    [
      "a folder",
      () => {
        mkdirSync(join(root, `${folder}/30-h.conf`));
        return `${folder}/30-h.conf`;
      },
      { why: "not-regular" },
    ],
    [
      "one that others may write",
      () => {
        chmodSync(join(root, put(`${folder}/30-i.conf`)), 0o664);
        return `${folder}/30-i.conf`;
      },
      { why: "writable", path: `${folder}/30-i.conf` },
    ],
    [
      "one with bytes that are no UTF-8",
      () => put(`${folder}/30-j.conf`, Buffer.from("# \xe9\n", "latin1")),
      { why: "not-text" },
    ],
    ["one with a NUL", () => put(`${folder}/30-k.conf`, "a = 1\0b = 2\n"), { why: "not-text" }],
    [
      "one with a lone carriage return, which ends a line for one loader alone",
      () => put(`${folder}/30-l.conf`, "a = 1\rb = 2\n"),
      { why: "not-text" },
    ],
    [
      "one that holds a secret",
      () => put(`${folder}/30-m.conf`, "net.ipv6.conf.lo.stable_secret = 2001:db8::1\n"),
      { why: "secret" },
    ],
    [
      "one of more than a snapshot should keep",
      () => put(`${folder}/30-n.conf`, "# x\n".repeat(100_000)),
      { why: "too-large" },
    ],
  ])("is not: %s", (_, make, found) => expect(look(make())).toMatchObject({ ok: false, ...found }));

  it("is not: one in a folder that others may write", () => {
    const path = put(`${folder}/40-a.conf`);
    chmodSync(join(root, folder), 0o777);
    expect(look(path)).toEqual({ ok: false, why: "writable", path: folder });
    chmodSync(join(root, folder), 0o755);
    expect(look(path)).toMatchObject({ ok: true });
  });

  it("is not: one of another user", () => {
    const path = put(`${folder}/40-b.conf`);
    expect(rivalFile(root, [12345], path)).toMatchObject({ ok: false, why: "owner" });
  });
});
