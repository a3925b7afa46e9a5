/** Which files the loader reads, and whether it reads them at all. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { BootStack } from "../../src/boot/stack.js";
import { type Tree, treeOnDisk, withSystemd } from "../writers/trees.js";
import {
  announce,
  asWanted,
  beatenBy,
  each,
  early,
  etc,
  foretold,
  late,
  of,
  onImage,
  ours,
  swappiness,
  systemd,
} from "./scene.js";

const pipe = `${etc}/55-pipe.conf`;

describe("the loader is kept from its work", () => {
  const both = { ...swappiness, "net.core.somaxconn": "8192" };
  const withFifo = (root: string): string => {
    execFileSync("mkfifo", [root + pipe]);
    return root;
  };
  const unit = "/etc/systemd/system/systemd-sysctl.service";

  it("by a FIFO among its files", async () => {
    // 4
    expect(await foretold(both, withFifo(treeOnDisk({ [etc]: undefined })))).toMatchObject({
      told: [`boot-blocked ${pipe}`],
      boot: { "net.core.somaxconn": "4096", "vm.swappiness": "60" },
      verify: [
        "net.core.somaxconn: applied 8192, the next boot gives 4096 (the kernel's default: no file sets it)",
        "vm.swappiness: applied 10, the next boot gives 60 (the kernel's default: no file sets it)",
        `boot-blocked ${pipe}`,
      ],
    });
  });

  it("by a FIFO in an image too", async () => {
    // 4
    const root = treeOnDisk({ [etc]: undefined });
    expect((await onImage(root, both, "apply ./p.yaml")).code).toBe(0);
    withFifo(root);
    for (const [line, expected] of [
      ["diff ./p.yaml", 1],
      ["apply ./p.yaml", 1],
      ["verify", 2],
    ] as const) {
      const { code, err } = await onImage(root, both, line);
      expect([code, err]).toEqual([
        expected,
        expect.stringContaining(`error: ${pipe} is not a regular file`),
      ]);
    }
  });

  it("by a masked unit, and udev's run still sets what belongs to interfaces that come later", async () => {
    // 7
    const wants = { "net.core.somaxconn": "8192", [announce]: "2" };
    const found = await foretold(wants, { ...withSystemd(), [unit]: "-> /dev/null" });
    expect(found.told).toEqual([`boot-unit-off ${unit}`]);
    expect(found.verify).toEqual([
      ...[
        "net.core.somaxconn: applied 8192, the next boot gives 4096 (the kernel's default: no file sets it)",
      ],
      ...["all", "default", "lo"].map(
        (name) => `${of(name)}: applied 2, the next boot gives 0 (the kernel's default: no file sets it)`,
      ),
      `boot-unit-off ${unit}`,
    ]);
    expect(found.boot).toEqual({
      "net.core.somaxconn": "4096",
      ...each("0", "all", "default", "lo"),
      ...each(`2 ${ours}:8`, "eth0", "eth0/100"),
    });
  });

  it("but by udev, which knows exclusions and lines that name a key, and both beat patterns", async () => {
    // 28
    const wants = { "net.ipv4.conf.e*.forwarding": "1", "net.ipv4.conf.[ew]*.arp_announce": "2" };
    const lines = [`-${of("eth0")}`, `${of("eth0/100")} = 1`, `-${of("wg3")}`, `${of("wg4")} = 1`];
    const found = await foretold(wants, {
      ...withSystemd(),
      [unit]: "-> /dev/null",
      [early]: `${lines.join("\n")}\n`,
    });
    expect(found.boot).toEqual({
      ...each("0", "eth0"),
      ...each(`1 ${early}:2`, "eth0/100"),
      "net.ipv4.conf.eth0.forwarding": `1 ${ours}:8`,
      "net.ipv4.conf.eth0/100.forwarding": `1 ${ours}:8`,
    });
    for (const place of [`wg3 ${early}:3`, `wg4 ${early}:4`])
      expect(found.verify).toContain(`late-interface-differs ${place}`);
  });

  it("by a line that is none, since 259 where it only starts with a semicolon", async () => {
    // 25
    const image = (version: string): string =>
      treeOnDisk({
        "/usr/lib/systemd/systemd-sysctl": "x",
        [`/usr/lib/systemd/libsystemd-shared-${version}.so`]: "x",
        [late]: "; by hand\n; vm.swappiness = 40\n",
      });
    const told = async (version: string) =>
      JSON.parse((await onImage(image(version), {}, "boot --format json")).out);
    expect((await told("257")).problems).toEqual([]);
    expect((await told("260")).problems).toMatchObject([
      { severity: "error", code: "not-an-assignment", file: late, line: 1, text: "; by hand" },
    ]);
  });
});

describe("a file of another name, form or place beats ours all the same:", () => {
  it("a name that is no UTF-8", async () => {
    // 8
    const root = treeOnDisk({ [etc]: undefined });
    const path = Buffer.concat([Buffer.from(`${root}${etc}/q`), Buffer.from([0xfe]), Buffer.from(".conf")]);
    writeFileSync(path, "vm.swappiness = 40\n");
    expect(await foretold(swappiness, root)).toMatchObject({
      told: [`overridden-at-boot read-later ${etc}/q\udcfe.conf:1`],
      verify: [`vm.swappiness: applied 10, the next boot gives 40 from ${etc}/q\\udcfe.conf:1`],
    });
  });

  it.each<[string, Tree, string]>([
    // 9
    [
      "a relative link behind a linked folder",
      {
        "/etc/gnu": "-> /opt/g/etc",
        "/opt/g/etc/sysctl.d/7.conf": "-> ../../all/7.conf",
        "/opt/g/all/7.conf": "vm.swappiness = 40\n",
        "/etc/all/7.conf": "vm.swappiness = 10\n",
        [`${etc}/97-g.conf`]: "-> /etc/gnu/sysctl.d/7.conf",
      },
      `${etc}/97-g.conf:1`,
    ],
    // 10
    [
      "a name like that of our leftovers",
      { [`${etc}/95-b.tunectl-7.conf`]: "vm.swappiness = 40\n" },
      `${etc}/95-b.tunectl-7.conf:1`,
    ],
    // 29
    [
      "a folder that is a link",
      { [etc]: "-> ../srv/tuning", "/srv/tuning/96-x.conf": "\nvm.swappiness = 40\n" },
      `${late}:2`,
    ],
  ])("%s", async (_, files, place) => {
    expect(await foretold(swappiness, files)).toMatchObject(beatenBy(place));
  });

  it("one that is hidden by a link to itself, for systemd since 259", async () => {
    // 25
    const lower = "/usr/lib/sysctl.d/95-l.conf";
    const files = { [`${etc}/95-l.conf`]: "-> 95-l.conf", [lower]: "vm.swappiness = 40\n" };
    expect(await foretold(swappiness, files, { loader: systemd("257") })).toMatchObject(asWanted);
    expect(await foretold(swappiness, files, { loader: systemd("261") })).toMatchObject(
      beatenBy(`${lower}:1`),
    );
  });
});

describe("nothing is promised of a boot with a file", () => {
  const inDoubt = (path: string): object => {
    const findings = [`boot-file-unreadable ${path}`, `boot-value-unknown ${ours}:5`];
    return { told: findings, verify: findings, boot: { "vm.swappiness": `? ${ours}:5` } };
  };

  it("of 20 MB", async () => {
    // 11
    const root = treeOnDisk({ [late]: `${"#".repeat(20_000_000)}\nvm.swappiness = 40\n` });
    expect(await foretold(swappiness, root)).toMatchObject(inDoubt(late));
    const applied = await onImage(root, swappiness, "apply ./p.yaml");
    const verified = await onImage(root, swappiness, "verify");
    expect(applied.out).toContain("What its next boot leaves is not known");
    expect(verified.out).toContain("what its next boot leaves is not known");
    for (const { out } of [applied, verified]) expect(out).not.toContain("in effect");
  });

  it("that this user may not read, nor with such a folder", async () => {
    // 12
    const hidden = (stack: BootStack): BootStack => ({
      ...stack,
      entries: [
        ...stack.entries,
        { folder: etc, name: "96-x.conf", content: { kind: "unreadable", reason: "EACCES" } },
      ],
    });
    const closed = (): BootStack => ({ entries: [], unreadableFolders: [{ folder: etc, reason: "EACCES" }] });
    expect(await foretold(swappiness, {}, { stack: hidden })).toMatchObject(inDoubt(late));
    expect(await foretold(swappiness, {}, { stack: closed })).toMatchObject(inDoubt(etc));
  });
});
