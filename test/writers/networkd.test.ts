/** systemd-networkd: what it writes for all links, and for each. */
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { lookBelow } from "../../src/disk/boot-sources.js";
import { bootSources, surroundingsOf } from "../../src/writers/surroundings.js";
import { type Tree, treeOnDisk, withSystemd, writesIn } from "./trees.js";

const networkd = { ...withSystemd("systemd-networkd.service"), "/usr/lib/systemd/systemd-networkd": "x" };
const folder = "/etc/systemd/network";
const file = `${folder}/10-a.network`;

/** Without what it writes for every link. */
const always = /\.(accept_ra|promote_secondaries|proxy_ndp|use_tempaddr|disable_ipv6) /;
const asked = (tree: Tree, systemdVersion = 257) =>
  writesIn({ ...networkd, ...tree }, { systemdVersion }).filter((one) => !always.test(one));

describe("systemd-networkd up to 255", () => {
  it("forwards for all links as soon as one asks for it", () => {
    const tree = { [file]: "[Match]\nMACAddress=00:00:5e:00:53:01\n[Network]\nIPForward=ipv4\n" };
    expect(asked(tree, 252)).toEqual([`net.ipv4.ip_forward = 1 (${file}:4)`]);
    const masked = { [file]: "[Match]\nName=eth0\n[Network]\nIPMasquerade=both\n" };
    expect(asked(masked, 252)).toEqual([
      `net.ipv4.ip_forward = 1 (${file}:4)`,
      `net.ipv6.conf.all.forwarding = 1 (${file}:4)`,
    ]);
  });

  it("knows no setting for all", () => {
    expect(asked({ "/etc/systemd/networkd.conf": "[Network]\nIPv4Forwarding=yes\n" }, 255)).toEqual([]);
  });
});

describe("systemd-networkd from 256 on", () => {
  it("forwards for all links where networkd.conf says so", () => {
    const main = "/etc/systemd/networkd.conf";
    const dropIn = "/usr/lib/systemd/networkd.conf.d/a.conf";
    expect(
      asked({ [main]: "[Network]\nIPv4Forwarding=no\n", [dropIn]: "[Network]\nIPv4Forwarding=yes\n" }),
    ).toEqual([
      `net.ipv4.conf.default.forwarding = 1 (${dropIn}:2)`,
      `net.ipv4.conf.all.forwarding = 1 (${dropIn}:2)`,
    ]);
  });

  it("is not told from an older one where its version is not known", () => {
    const root = treeOnDisk({ ...networkd, [file]: "[Match]\nName=eth0\n[Network]\nIPForward=ipv4\n" });
    const about = { catalogue: shippedCatalogue(), systemd: true };
    const { writes } = surroundingsOf(bootSources(lookBelow(root)), about);
    expect(writes.find(({ key }) => key === "net.ipv4.ip_forward")).toMatchObject({ file, line: 4 });
    expect(writes.find(({ key }) => key === "net.ipv4.ip_forward")?.value).toBeUndefined();
  });

  it("forwards for the link that asks for it", () => {
    const lines = "[Match]\nName=eth0 eth1.5\n[Network]\nIPForward=yes\nIPv6Forwarding=no\n";
    expect(asked({ [file]: lines })).toEqual(
      ["eth0", "eth1/5"].flatMap((link) => [
        `net.ipv4.conf.${link}.forwarding = 1 (${file}:4)`,
        `net.ipv6.conf.${link}.forwarding = 1 (${file}:4)`,
        `net.ipv6.conf.${link}.forwarding = 0 (${file}:5)`,
      ]),
    );
  });
});

describe("systemd-networkd writes for a link", () => {
  it("what its options ask for", () => {
    const lines =
      "[Match]\nName=en*\n[Network]\nIPv4ReversePathFilter=loose\nIPv4ProxyARP=yes\nIPv6HopLimit=9\nIPv6DuplicateAddressDetection=0\n";
    expect(asked({ [file]: lines })).toEqual([
      `net.ipv4.conf.en*.proxy_arp = 1 (${file}:5)`,
      `net.ipv4.conf.en*.rp_filter = 2 (${file}:4)`,
      `net.ipv6.conf.en*.dad_transmits = 0 (${file}:7)`,
      `net.ipv6.conf.en*.hop_limit = 9 (${file}:6)`,
    ]);
    expect(asked({ [file]: lines }, 254)).toHaveLength(3);
  });

  it("some keys in any case, as it does their work itself", () => {
    expect(writesIn({ ...networkd, [file]: "[Match]\nName=eth0\n" })).toEqual([
      `net.ipv6.conf.eth0.accept_ra = 0 (${file})`,
      `net.ipv4.conf.eth0.promote_secondaries = 1 (${file})`,
      `net.ipv6.conf.eth0.proxy_ndp = 0 (${file})`,
      `net.ipv6.conf.eth0.use_tempaddr = 0 (${file})`,
      `net.ipv6.conf.eth0.disable_ipv6 = ? (${file})`,
    ]);
    const kernel = "[Match]\nName=eth0\n[Network]\nIPv6PrivacyExtensions=kernel\n";
    expect(writesIn({ ...networkd, [file]: kernel }).join()).not.toContain("use_tempaddr");
  });

  it("what is in a drop-in of the file, and nothing where the file is masked", () => {
    const dropIn = "/usr/lib/systemd/network/10-a.network.d/x.conf";
    const tree = { [file]: "[Match]\nName=eth0\n", [dropIn]: "[Network]\nIPv4ProxyARP=1\n" };
    expect(asked(tree)).toEqual([`net.ipv4.conf.eth0.proxy_arp = 1 (${dropIn}:2)`]);
    expect(asked({ ...tree, [file]: "-> /dev/null" })).toEqual([]);
  });

  it("a value that nobody knows, where it is for some links of that name only", () => {
    const lines = "[Match]\nName=eth*\nDriver=virtio_net\n[Network]\nIPv4ProxyARP=1\n";
    expect(asked({ [file]: lines })).toEqual([`net.ipv4.conf.eth*.proxy_arp = ? (${file}:5)`]);
    const other = "[Match]\nName=!eth0\n[Network]\nIPv4ProxyARP=1\n";
    expect(asked({ [file]: other })).toEqual([`net.ipv4.conf.*.proxy_arp = ? (${file}:4)`]);
  });

  it("what the first file says that matches it: a later one is not read for it", () => {
    const later = `${folder}/20-b.network`;
    const tree = {
      [file]: "[Match]\nName=eth0\n[Network]\nIPv4ProxyARP=1\n",
      [later]: "[Match]\nName=eth0 eth1\n[Network]\nIPv4AcceptLocal=1\n",
    };
    expect(asked(tree)).toEqual([
      `net.ipv4.conf.eth1.accept_local = 1 (${later}:4)`,
      `net.ipv4.conf.eth0.proxy_arp = 1 (${file}:4)`,
    ]);
    const wide = { ...tree, [later]: "[Match]\nName=eth*\n[Network]\nIPv4AcceptLocal=1\n" };
    expect(asked(wide)[0]).toBe(`net.ipv4.conf.eth*.accept_local = ? (${later}:4)`);
  });

  it("nothing that systemd brings for links of containers, until there is one", () => {
    const vendor = "/usr/lib/systemd/network/80-container-ve.network";
    const tree = { ...networkd, [vendor]: "[Match]\nName=ve-*\n[Network]\nIPMasquerade=both\n" };
    const forwards = (interfaces: readonly string[]) =>
      writesIn(tree, { systemdVersion: 252, interfaces }).filter((one) => one.includes("forward"));
    expect(forwards(["lo", "eth0"])).toEqual([]);
    expect(forwards(["lo", "ve-a"])).toEqual([
      `net.ipv4.ip_forward = 1 (${vendor}:4)`,
      `net.ipv6.conf.all.forwarding = 1 (${vendor}:4)`,
    ]);
  });

  it("nothing for a link that it does not manage, and nothing where it does not start", () => {
    expect(
      asked({ [file]: "[Match]\nName=eth0\n[Link]\nUnmanaged=yes\n[Network]\nIPv4ProxyARP=1\n" }),
    ).toEqual([]);
    const installed = { ...withSystemd(), "/usr/lib/systemd/systemd-networkd": "x" };
    expect(writesIn({ ...installed, [file]: "[Match]\nName=eth0\n" })).toEqual([]);
  });
});
