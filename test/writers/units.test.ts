/** Whether sysctl.d is applied at all, by which unit, and which modules are not loaded. */
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { lookBelow } from "../../src/disk/boot-sources.js";
import { bootSources, surroundingsOf } from "../../src/writers/surroundings.js";
import { surroundingsIn, type Tree, treeOnDisk, withSystemd } from "./trees.js";

const unitIn = (tree: Tree, about = {}) => surroundingsIn({ ...withSystemd(), ...tree }, about).unit;
const unit = "systemd-sysctl.service";
const dropIn = "/etc/systemd/system/systemd-sysctl.service.d/x.conf";

describe("the unit that applies sysctl.d", () => {
  it("runs where it is as its maker made it, and a target wants it", () => {
    expect(unitIn({})).toEqual({ unit, state: "runs" });
  });

  it("is masked by a link to /dev/null, by an empty file, or by the kernel command line", () => {
    const file = `/etc/systemd/system/${unit}`;
    expect(unitIn({ [file]: "-> /dev/null" })).toEqual({ unit, state: "masked", file });
    expect(unitIn({ [file]: "" })).toEqual({ unit, state: "masked", file });
    expect(unitIn({ "/proc/cmdline": `quiet systemd.mask=${unit}` })).toEqual({
      unit,
      state: "masked",
      file: "/proc/cmdline",
    });
  });

  it("is not masked by what is below /run: that is gone at the next boot", () => {
    expect(unitIn({ [`/run/systemd/system/${unit}`]: "-> /dev/null" }).state).toBe("runs");
  });

  it("is missing where systemd is there without it, and unknown where nothing of systemd is", () => {
    expect(surroundingsIn({ "/usr/lib/systemd/systemd": "x" }).unit).toEqual({ unit, state: "missing" });
    expect(surroundingsIn({}).unit).toEqual({ unit, state: "unknown" });
  });

  it("is not started where no target wants it", () => {
    const { unit: found } = surroundingsIn({
      "/usr/lib/systemd/systemd": "x",
      [`/usr/lib/systemd/system/${unit}`]: "[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n",
    });
    expect(found.state).toBe("not-started");
  });

  it("has a condition where a drop-in gives it one, until a later one takes it back", () => {
    expect(unitIn({ [dropIn]: "[Unit]\nConditionPathExists=/nowhere\n" })).toEqual({
      unit,
      state: "conditional",
      file: dropIn,
      line: 2,
    });
    expect(
      unitIn({
        [dropIn]: "[Unit]\nConditionPathExists=/nowhere\n",
        [dropIn.replace("x.conf", "y.conf")]: "[Unit]\nConditionPathExists=\n",
      }).state,
    ).toBe("runs");
  });

  it.each([
    ["nothing", "ExecStart=", 2],
    ["something else", "ExecStart=\nExecStart=/bin/true", 3],
    ["a part of the keys", "ExecStart=\nExecStart=/usr/lib/systemd/systemd-sysctl --prefix=/net", 3],
    ["one file", "ExecStart=\nExecStart=/usr/lib/systemd/systemd-sysctl /etc/my.conf", 3],
  ])("is changed where a drop-in has it run %s", (_, lines, line) => {
    expect(unitIn({ [dropIn]: `[Service]\n${lines}\n` })).toEqual({
      unit,
      state: "changed",
      file: dropIn,
      line,
    });
  });

  it("still does its work where a drop-in only makes it strict", () => {
    const lines = "[Service]\nExecStart=\nExecStart=-/lib/systemd/systemd-sysctl --strict\n";
    expect(unitIn({ [dropIn]: lines }).state).toBe("runs");
  });

  it("is that of systemd where its files are there and nobody says which process is the first", () => {
    const about = { catalogue: shippedCatalogue() };
    const sources = bootSources(lookBelow(treeOnDisk(withSystemd())));
    expect(surroundingsOf(sources, about).unit).toEqual({ unit, state: "runs" });
    expect(surroundingsOf({}, about).unit.state).toBe("unknown");
  });

  it("is a script where systemd is not PID 1", () => {
    const script = { "/etc/init.d/procps": "x" };
    expect(surroundingsIn({ ...script, "/etc/rcS.d/S12procps": "x" }, { systemd: false }).unit).toEqual({
      unit: "/etc/init.d/procps",
      state: "runs",
    });
    expect(surroundingsIn(script, { systemd: false }).unit.state).toBe("not-started");
    expect(
      surroundingsIn({ "/etc/init.d/sysctl": "x", "/etc/runlevels/boot/sysctl": "x" }, { systemd: false })
        .unit,
    ).toEqual({ unit: "/etc/init.d/sysctl", state: "runs" });
  });
});

describe("interfaces that come later", () => {
  const rule =
    'ACTION=="add", SUBSYSTEM=="net", RUN+="/usr/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/$name"\n';
  const path = "/usr/lib/udev/rules.d/99-systemd.rules";

  it.each([
    ["get their settings from the rule of systemd", { [path]: rule }, "applied"],
    [
      "get none where it is masked",
      { [path]: rule, "/etc/udev/rules.d/99-systemd.rules": "-> /dev/null" },
      "not-applied",
    ],
    ["get none where it is a comment", { [path]: `# ${rule}` }, "not-applied"],
    ["get none where there is no such rule", { "/usr/lib/udev/rules.d/80-net.rules": "x" }, "not-applied"],
    ["are not known where there is no udev", {}, "unknown"],
  ] as const)("%s", (_, tree, expected) => {
    expect(surroundingsIn(tree).lateInterfaces).toBe(expected);
  });
});

describe("a module that modules-load.d asks for", () => {
  it("is not loaded where a blacklist line, an install line or the command line says so", () => {
    const { deniedModules } = surroundingsIn({
      "/etc/modprobe.d/x.conf": "# blacklist no\nblacklist nf-conntrack\ninstall sctp /bin/false\n",
      "/usr/lib/modprobe.d/y.conf":
        "install br_netfilter /sbin/modprobe --ignore-install br_netfilter && true\n",
      "/proc/cmdline": "module_blacklist=ip_vs,dccp",
    });
    expect(deniedModules).toEqual([
      { module: "nf_conntrack", how: "blacklist", file: "/etc/modprobe.d/x.conf", line: 2 },
      { module: "sctp", how: "install", file: "/etc/modprobe.d/x.conf", line: 3 },
      { module: "ip_vs", how: "blacklist", file: "/proc/cmdline" },
      { module: "dccp", how: "blacklist", file: "/proc/cmdline" },
    ]);
  });

  it("is loaded where the file that forbids it is hidden by one of its name", () => {
    const { deniedModules } = surroundingsIn({
      "/usr/lib/modprobe.d/x.conf": "blacklist sctp\n",
      "/etc/modprobe.d/x.conf": "-> /dev/null",
    });
    expect(deniedModules).toEqual([]);
  });

  it("stands in a file of modules-load.d that no other hides, in Debian's list or on the command line", () => {
    const { listedModules } = surroundingsIn({
      "/etc/modules-load.d/x.conf": "# sctp\n; dccp\nbr-netfilter\n\nip_vs\n",
      "/usr/lib/modules-load.d/x.conf": "tipc\n",
      "/usr/lib/modules-load.d/y.conf": "nf_conntrack\n",
      "/etc/modules-load.d/z.txt": "tun\n",
      "/etc/modules": "bonding\n",
      "/proc/cmdline": "quiet modules_load=sunrpc,fuse",
    });
    expect(listedModules).toEqual(["br_netfilter", "ip_vs", "nf_conntrack", "bonding", "sunrpc", "fuse"]);
  });

  it("is not loaded where the unit that loads modules is masked", () => {
    const { modulesUnit } = surroundingsIn({
      ...withSystemd(),
      "/etc/systemd/system/systemd-modules-load.service": "-> /dev/null",
    });
    expect(modulesUnit.state).toBe("masked");
  });
});
