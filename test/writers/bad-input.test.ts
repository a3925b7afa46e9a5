/** Files that are not what they should be: nothing hangs, nothing falls, and each is named. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { lookBelow } from "../../src/disk/boot-sources.js";
import { bootSources, surroundingsOf } from "../../src/writers/surroundings.js";
import { surroundingsBelow, treeOnDisk, withSystemd } from "./trees.js";

const ufw = {
  ...withSystemd("ufw.service", "tuned.service", "systemd-networkd.service"),
  "/usr/lib/systemd/systemd-networkd": "x",
  "/etc/default/ufw": "IPT_SYSCTL=/etc/ufw/sysctl.conf\n",
  "/etc/ufw/ufw.conf": "ENABLED=yes\n",
};
const file = "/etc/ufw/sysctl.conf";

describe("in place of a file that is read", () => {
  it("a FIFO is not waited for", () => {
    const root = treeOnDisk(ufw);
    execFileSync("mkfifo", [root + file]);
    expect(surroundingsBelow(root).unread).toEqual([{ file, reason: "not-regular", program: "ufw" }]);
  });

  it("100 MB are not read", () => {
    const root = treeOnDisk({ ...ufw, [file]: "net/ipv4/tcp_sack=0\n" });
    truncateSync(root + file, 100 * 1_048_576);
    expect(surroundingsBelow(root).unread).toEqual([{ file, reason: "too-large", program: "ufw" }]);
  });

  it("a link that leads to itself, and a folder, are named", () => {
    const root = treeOnDisk(ufw);
    symlinkSync("sysctl.conf", root + file);
    expect(surroundingsBelow(root).unread).toEqual([{ file, reason: "ELOOP", program: "ufw" }]);
    const other = treeOnDisk({ ...ufw, [file]: undefined });
    expect(surroundingsBelow(other).unread).toEqual([{ file, reason: "folder", program: "ufw" }]);
  });

  it("a link out of an image means the image", () => {
    const root = treeOnDisk({
      ...ufw,
      [file]: "-> /other/sysctl.conf",
      "/other/sysctl.conf": "net/ipv4/tcp_sack=0\n",
    });
    expect(surroundingsBelow(root).writes.at(-1)).toMatchObject({ key: "net.ipv4.tcp_sack", file });
    const out = treeOnDisk({ ...ufw, [file]: "-> ../../../../../../../../etc/passwd" });
    expect(surroundingsBelow(out).unread).toEqual([]);
  });

  it("a `..` behind a linked folder is the folder above the one it leads to", () => {
    const root = treeOnDisk({
      ...ufw,
      "/opt/deep/ufw/x": "x",
      "/opt/deep/mine.conf": "net/ipv4/tcp_sack=0\n",
      "/etc/static": "-> /opt/deep/ufw",
      [file]: "-> /etc/static/../mine.conf",
    });
    expect(surroundingsBelow(root).writes.at(-1)).toMatchObject({ key: "net.ipv4.tcp_sack" });
  });
});

describe("files with a fault", () => {
  it("of ufw and networkd say what can be read of them", () => {
    const network = "/etc/systemd/network/1.network";
    const root = treeOnDisk({
      ...ufw,
      [file]: "\u0000=\u0000\n====\nnet/ipv4/tcp_sack\n/=1\n../x=1\nnet/ipv4/tcp_sack=0=1\n-\n",
      [network]:
        "Name=eth0\n[Match\nName=eth1\n[Match]\nName=eth[0\n=x\n[Network]\nIPv6HopLimit=many\nIPv4ProxyARP\n",
    });
    const { writes, unread } = surroundingsBelow(root);
    expect(writes.filter(({ program }) => program === "ufw")).toMatchObject([
      { key: "net.ipv4.tcp_sack", value: "0=1", line: 6 },
    ]);
    expect(unread).toEqual([]);
  });

  it("may have names that are no words, as keys and as paths", () => {
    const root = treeOnDisk({
      ...ufw,
      "/etc/modprobe.d/__proto__.conf": "blacklist __proto__\ninstall constructor x\n",
    });
    expect(surroundingsBelow(root).deniedModules.map(({ module }) => module)).toEqual([
      "__proto__",
      "constructor",
    ]);
  });
});

describe("a folder with more than anybody would write", () => {
  it("is asked for no more than so many files", () => {
    const root = treeOnDisk(ufw);
    mkdirSync(`${root}/etc/modprobe.d`);
    for (let at = 0; at < 2500; at++) writeFileSync(`${root}/etc/modprobe.d/${at}.conf`, "blacklist x\n");
    expect(Object.keys(bootSources(lookBelow(root))).length).toBeLessThan(2200);
  });
});

describe("an ordinary user", () => {
  const unreadable = (file: string) => {
    const sources = bootSources((path) =>
      path === file
        ? { kind: "unreadable", reason: "EACCES" }
        : path === "/etc/cloud/cloud.cfg"
          ? { kind: "text", text: "x:\n" }
          : undefined,
    );
    return surroundingsOf(sources, { catalogue: shippedCatalogue(), systemd: false }).unread;
  };

  it("is told what cannot be read, and of which program", () => {
    const file = "/var/lib/cloud/instance/user-data.txt";
    expect(unreadable(file)).toEqual([{ file, reason: "EACCES", program: "cloud-init" }]);
  });

  it("is told nothing of credentials, which no ordinary user may read on any host", () => {
    expect(unreadable("/run/credentials/systemd-sysctl.service/sysctl.extra")).toEqual([]);
  });
});
