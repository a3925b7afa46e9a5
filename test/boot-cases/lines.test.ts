/** What the kernel and the loader make of a line. */
import { describe, expect, it } from "vitest";
import { type Loader, usualLoader } from "../../src/boot/loader.js";
import { simulate } from "../../src/boot/simulate.js";
import { treeOnDisk } from "../writers/trees.js";
import {
  against,
  announce,
  asWanted,
  each,
  early,
  foretold,
  late,
  of,
  onImage,
  ours,
  procps,
  swappiness,
} from "./scene.js";

describe("the kernel moves a key with a line for another one:", () => {
  it.each([
    // 1
    ["IPv4 forwarding has two names", "net.ipv4.conf.all.forwarding", "1", "net.ipv4.ip_forward = 0"],
    // 2
    ["bytes set a ratio to 0", "vm.dirty_background_ratio", "12", "vm.dirty_background_bytes = 67108864"],
    // 3
    [
      "`all` of IPv6 reaches every interface",
      "net.ipv6.conf.lo.forwarding",
      "0",
      "net.ipv6.conf.all.forwarding = 1",
    ],
  ])("%s", async (_, key, wanted, line) => {
    const given = wanted === "0" ? "1" : "0";
    expect(await against(line, { [key]: wanted })).toMatchObject({
      told: [`overridden-at-boot moves-it ${late}:2 via ${line.split(" = ")[0]}`],
      verify: [`${key}: applied ${wanted}, the next boot gives ${given} from ${late}:2`],
      boot: { [key]: `${given} ${late}:2` },
    });
  });
});

describe("a value", () => {
  it("that the kernel refuses leaves its default with systemd, and ours with procps", async () => {
    // 19
    const key = "net.ipv4.tcp_keepalive_probes";
    const line = `${key} = many`;
    expect(await against(line, { [key]: "5" })).toMatchObject({
      told: ["overridden-at-boot later-refused /etc/sysctl.d/96-x.conf:2"],
      verify: [`${key}: applied 5, the next boot gives 9 (the kernel's default: no file sets it)`],
      boot: { [key]: "9" },
    });
    expect(await against(line, { [key]: "5" }, usualLoader.procps)).toMatchObject({
      told: [],
      boot: { [key]: `5 ${ours}:5` },
    });
  });

  it("may have a comment behind it, and the kernel takes it", async () => {
    // 19
    const key = "net.ipv4.tcp_keepalive_intvl";
    expect(await against(`${key} = 45 # why`, { [key]: "45" })).toMatchObject({
      told: [],
      verify: [],
      boot: { [key]: `45 ${late}:2` },
    });
  });

  it("that is too short leaves the other fields as they are then", async () => {
    // 19
    const found = (loader: Loader) =>
      against("kernel.sem = 64000", { "kernel.sem": "32000 1024000000 600 32000" }, loader);
    for (const [loader, third] of [
      [usualLoader.systemd, "500"],
      [usualLoader.procps, "600"],
    ] as const)
      expect(await found(loader)).toMatchObject({
        told: [`overridden-at-boot read-later ${late}:2`],
        boot: { "kernel.sem": `64000 1024000000 ${third} 32000 ${late}:2` },
      });
  });
});

describe("a pattern of ours", () => {
  const wants = { [announce]: "2" };
  const rest = each(`2 ${ours}:5`, "all", "default", "eth0/100");

  it("leaves out what an earlier line excludes, which stays as it is unless it follows `default`", async () => {
    // 5
    const { told, verify, boot } = await against(`-${of("lo")}`, wants, undefined, early);
    expect(told).toEqual([`overridden-at-boot exclusion ${early}:2`]);
    expect(verify).toEqual([
      `${of("lo")}: applied 2, the next boot gives 0 (the kernel's default: no file sets it)`,
    ]);
    expect(boot).toEqual({ ...rest, ...each(`2 ${ours}:5`, "eth0"), ...each("0", "lo") });
    expect(await against(`-${of("eth0")}`, wants)).toMatchObject({ told: [], verify: [] });
  });

  it("is beaten by a line that names a key, be it read before ours", async () => {
    // 20
    expect(await against(`${of("eth0")} = 1`, wants, undefined, early)).toEqual({
      told: [`overridden-at-boot names-it ${early}:2`],
      verify: [`${of("eth0")}: applied 2, the next boot gives 1 from ${early}:2`],
      boot: { ...rest, ...each(`2 ${ours}:5`, "lo"), ...each(`1 ${early}:2`, "eth0") },
      ours: [`${announce} = 2`],
    });
  });

  it.each([
    ["a line that names a key", early, `${of("all")} = 1`, "names-it", ["all"]],
    ["a wider pattern", late, "net.ipv4.conf.*.arp_ann* = 1", "read-later", ["all", "default", "lo"]],
  ])("is beaten in an image, where there is no interface, by %s", async (_, file, line, rule, lost) => {
    // 6
    const root = treeOnDisk({ [file]: `# theirs\n${line}\n` });
    const { code, out } = await onImage(root, { [announce]: "2" }, "diff ./p.yaml --format json");
    const { problems, keys } = JSON.parse(out);
    expect(code).toBe(1);
    expect(problems).toMatchObject(
      lost.map((name) => ({ code: "overridden-at-boot", key: of(name), rule, file, line: 2, boot: "1" })),
    );
    expect(keys.map(({ boot }: { boot: { after: { value: string } } }) => boot.after.value)).toEqual(
      ["all", "default", "lo"].map((name) => (lost.includes(name) ? "1" : "2")),
    );
    expect((await onImage(root, { [announce]: "2" }, "apply ./p.yaml")).code).toBe(1);
  });

  it("is told of a rival for interfaces that are not here yet", async () => {
    // 21
    const finding = `late-interface-differs ppp* ${late}:2`;
    expect(await against("net.ipv4.conf.ppp*.arp_announce = 0", wants)).toMatchObject({
      told: [finding],
      verify: [finding],
      boot: { ...rest, ...each(`2 ${ours}:5`, "lo", "eth0") },
    });
  });

  it("is told of none where that interface starts with what `default` has, and it is as wanted", async () => {
    // 28
    expect(await against(`-${of("wg3")}`, wants)).toMatchObject({ told: [], verify: [] });
    const narrow = await against(`-${of("wg3")}`, { "net.ipv4.conf.[ew]*.arp_announce": "2" });
    expect(narrow.told).toEqual([`late-interface-differs wg3 ${late}:2`]);
  });

  it("is no pattern for the loader of Alpine, which reads /etc/sysctl.conf and /run after ours", async () => {
    // 27
    const image = {
      "/bin/busybox": "x",
      "/sbin/sysctl": "-> /bin/busybox",
      "/sbin/openrc": "x",
      "/etc/sysctl.conf": "vm.swappiness = 40\n",
      "/run/sysctl.d/00-r.conf": "net.core.somaxconn = 300\n",
    };
    const asked = { ...swappiness, "net.core.somaxconn": "8192", [announce]: "2" };
    const { code, out } = await onImage(treeOnDisk(image), asked, "diff ./p.yaml --format json");
    const { problems, files } = JSON.parse(out);
    expect(code).toBe(1);
    expect(problems).toMatchObject([
      { key: "net.core.somaxconn", boot: "300", file: "/run/sysctl.d/00-r.conf", line: 1 },
      { key: "vm.swappiness", boot: "40", file: "/etc/sysctl.conf", line: 1 },
    ]);
    expect(files[0].after).not.toContain("*");
    for (const name of ["all", "default", "lo"]) expect(files[0].after).toContain(`\n${of(name)} = 2\n`);
  });
});

describe("procps", () => {
  it.each(["net/ipv4/conf/eth0/arp_announce/../arp_announce", "net/ipv4/conf/gone0/../eth0/arp_announce"])(
    "sets nothing by a way through what is no folder: %s",
    async (path) => {
      // 22
      expect(await against(`${path} = 1`, { [of("eth0")]: "2" }, procps("4.0.4"))).toMatchObject({
        told: [],
        boot: each(`2 ${ours}:5`, "eth0"),
      });
    },
  );

  it("leaves an interface out of a pattern that is its very name", () => {
    // 23
    const paths = ["b?1", "br1"].map((name) => `net/ipv4/conf/${name}/arp_announce`);
    const content = { kind: "text" as const, text: "net.ipv4.conf.b?1.arp_announce = 2\n" };
    const entries = [{ folder: "/etc/sysctl.d", name: "96-x.conf", content }];
    expect([...simulate({ entries }, procps("4.0.4"), paths).winners.keys()]).toEqual([paths[1]]);
  });

  it.each(["\uFEFF", "\u00A0"])("takes %j before a key for a letter of it", async (letter) => {
    // 24
    const files = { [late]: `${letter}vm.swappiness = 40\n` };
    expect(await foretold(swappiness, files, { loader: procps("4.0.4") })).toMatchObject(asWanted);
  });

  it("keeps keys out of patterns by a pattern since 4.0.5, and knew none before 4.0", async () => {
    // 26
    const found = (version: string) =>
      against("-net.ipv4.conf.*.arp_announce", { "net.ipv4.conf.e*.arp_announce": "2" }, procps(version));
    expect(await found("4.0.4")).toMatchObject({ told: [], boot: each(`2 ${ours}:5`, "eth0", "eth0/100") });
    expect(await found("4.0.6")).toMatchObject({
      told: Array(2).fill(`overridden-at-boot exclusion ${late}:2`),
      verify: ["eth0", "eth0/100"].map(
        (name) => `${of(name)}: applied 2, the next boot gives 0 (the kernel's default: no file sets it)`,
      ),
      boot: each("0", "eth0", "eth0/100"),
    });
    expect(await found("3.3.17")).toMatchObject({
      told: ["pattern-spelled-out"],
      ours: [`${of("eth0")} = 2`, `${of("eth0/100")} = 2`],
    });
    const theirs = await against("net.ipv4.conf.*.arp_announce = 1", { [of("eth0")]: "2" }, procps("3.3.17"));
    expect(theirs).toMatchObject({ told: [], boot: each(`2 ${ours}:5`, "eth0") });
  });
});
