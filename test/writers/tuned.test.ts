/** TuneD: its own settings, and sysctl.d once more in an order of its own. */
import { describe, expect, it } from "vitest";
import type { BootStack } from "../../src/boot/stack.js";
import { surroundingsIn, type Tree, withSystemd, writesIn } from "./trees.js";

const file = "/etc/tuned/mine/tuned.conf";
const tuned = (active: string, profile: string, more: Tree = {}): Tree => ({
  ...withSystemd("tuned.service"),
  "/usr/sbin/tuned": "x",
  "/etc/tuned/active_profile": active,
  [file]: profile,
  ...more,
});
const off: Tree = { "/etc/tuned/tuned-main.conf": "daemon = 1\nreapply_sysctl = 0\n" };

const text = (path: string, content: string): BootStack["entries"][number] => {
  const at = path.lastIndexOf("/");
  return { folder: path.slice(0, at), name: path.slice(at + 1), content: { kind: "text", text: content } };
};

describe("TuneD sets", () => {
  it("what its profile says, with comments, quotes and variables", () => {
    const profile =
      '[variables]\nmuch = 50\n[sysctl]\nvm.swappiness=${much}\nnet.ipv4.tcp_rmem="4096 5000 6000" # three\nkernel.panic = >10\nvm.stat_interval=${f:exec:date}\nnet/ipv4/tcp_sack=0\n';
    expect(writesIn(tuned("mine\n", profile, off))).toEqual([
      `vm.swappiness = 50 (${file}:4)`,
      `net.ipv4.tcp_rmem = 4096 5000 6000 (${file}:5)`,
      `kernel.panic = ? (${file}:6)`,
      `vm.stat_interval = ? (${file}:7)`,
      `net.ipv4.tcp_sack = ? (${file}:8)`,
    ]);
  });

  it("what a profile that it includes says, unless it says otherwise itself", () => {
    const base = "/usr/lib/tuned/base/tuned.conf";
    const included: Tree = {
      ...off,
      [base]: "[sysctl]\nvm.swappiness=1\nkernel.panic=2\nvm.stat_interval=3\n[vm]\ndirty_bytes=40%\n",
    };
    const profile = "[main]\ninclude=base\n[sysctl]\ndrop=vm.stat_interval\nkernel.panic=9\n";
    expect(writesIn(tuned("mine", profile, included))).toEqual([
      `vm.swappiness = 1 (${base}:2)`,
      `kernel.panic = 9 (${file}:5)`,
      `vm.dirty_ratio = 40 (${base}:6)`,
    ]);
    expect(writesIn(tuned("mine", `${profile}replace=true\n`, included))).toEqual([
      `kernel.panic = 9 (${file}:5)`,
      `vm.dirty_ratio = 40 (${base}:6)`,
    ]);
  });

  it("nothing of a section that is off, and nothing that is known where it is for some machines only", () => {
    expect(writesIn(tuned("mine", "[sysctl]\nenabled=0\nvm.swappiness=1\n", off))).toEqual([]);
    const some = "[sysctl.arm]\ntype=sysctl\nuname_regex=aarch64\nvm.swappiness=1\n";
    expect(writesIn(tuned("mine", some, off))).toEqual([`vm.swappiness = ? (${file}:4)`]);
  });

  it("the profiles that are active, one after another", () => {
    const second: Tree = { ...off, "/usr/lib/tuned/profiles/two/tuned.conf": "[sysctl]\nvm.swappiness=2\n" };
    expect(writesIn(tuned("mine two", "[sysctl]\nvm.swappiness=1\n", second))).toEqual([
      "vm.swappiness = 2 (/usr/lib/tuned/profiles/two/tuned.conf:2)",
    ]);
  });

  it("sections in the order in which the first profile names them, be they empty there", () => {
    const base: Tree = {
      ...off,
      "/usr/lib/tuned/base/tuned.conf": "[sysctl]\n[b]\ntype=sysctl\nvm.swappiness=2\n",
    };
    expect(writesIn(tuned("mine", "[main]\ninclude=base\n[sysctl]\nvm.swappiness=1\n", base))).toEqual([
      `vm.swappiness = 1 (${file}:4)`,
      "vm.swappiness = 2 (/usr/lib/tuned/base/tuned.conf:4)",
    ]);
  });

  it("in a folder of /etc what /usr/lib has too", () => {
    const below: Tree = { ...off, "/usr/lib/tuned/mine/tuned.conf": "[sysctl]\nvm.swappiness=2\n" };
    expect(writesIn(tuned("mine", "[sysctl]\nvm.swappiness=1\n", below))).toEqual([
      `vm.swappiness = 1 (${file}:2)`,
    ]);
  });
});

describe("TuneD then reads sysctl.d again", () => {
  const stack: BootStack = {
    entries: [
      text("/etc/sysctl.d/90-tunectl.conf", "vm.swappiness = 10\nnet.ipv4.conf.*.rp_filter = 1\n"),
      text("/usr/lib/sysctl.d/99-z.conf", "vm.swappiness = 20\n"),
      text("/etc/sysctl.d/50-a.conf", "kernel.panic = 1\n"),
      text(
        "/run/sysctl.d/50-a.conf",
        "kernel.panic = 2\n-kernel.sysrq = 3\n# vm.stat_interval = 4\nnet/ipv4/tcp_sack = 0\n",
      ),
    ],
    sysctlConf: { kind: "text", text: "net.core.somaxconn = 5\nvm.swappiness = 30\n" },
  };
  const profile = "[sysctl]\nvm.swappiness=40\n";

  it("by name, /run before /etc, no patterns, nothing of /usr/lib, and /etc/sysctl.conf last", () => {
    expect(writesIn(tuned("mine", profile), { stack })).toEqual([
      `vm.swappiness = 40 (${file}:2)`,
      "kernel.panic = 2 (/run/sysctl.d/50-a.conf:1)",
      "net.ipv4.tcp_sack = ? (/run/sysctl.d/50-a.conf:4)",
      "vm.swappiness = 30 (/etc/sysctl.conf:2)",
      "net.core.somaxconn = 5 (/etc/sysctl.conf:1)",
    ]);
  });

  it("unless it is told not to, or not for some keys", () => {
    expect(writesIn(tuned("mine", profile, off), { stack })).toEqual([`vm.swappiness = 40 (${file}:2)`]);
    const some = { "/etc/tuned/tuned-main.conf": "reapply_sysctl_exclude = vm.*; net.core.somaxconn\n" };
    expect(writesIn(tuned("mine", profile, some), { stack })).toEqual([
      `vm.swappiness = 40 (${file}:2)`,
      "kernel.panic = 2 (/run/sysctl.d/50-a.conf:1)",
      "net.ipv4.tcp_sack = ? (/run/sysctl.d/50-a.conf:4)",
    ]);
  });

  it("only where its profile sets a key at all, or where it picks its profile itself", () => {
    expect(writesIn(tuned("mine", "[main]\nsummary=x\n"), { stack })).toEqual([]);
    expect(writesIn(tuned("", ""), { stack })).toHaveLength(4);
  });
});

describe("a profile of TuneD that is wrong", () => {
  it("may include itself", () => {
    expect(writesIn(tuned("mine", "[main]\ninclude=mine\n[sysctl]\nvm.swappiness=1\n", off))).toHaveLength(1);
  });

  it("is named where it is not there", () => {
    expect(surroundingsIn(tuned("other", "", off)).unread).toEqual([
      { file: "other", reason: "no-such-profile", program: "TuneD" },
    ]);
  });
});
