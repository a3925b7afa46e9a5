/** Who else sets a key at boot, before the files and after them. */
import { describe, expect, it } from "vitest";
import { atLeast } from "../fakes/settings.js";
import { type Tree, withSystemd } from "../writers/trees.js";
import { asWanted, foretold, ours, swappiness, systemd } from "./scene.js";

const rewrittenBy = (program: string, place: string, key: string, values: readonly string[]): object => ({
  told: [`rewritten-after-boot ${program} ${place}`],
  verify: [`${key}: applied ${values[0]}, the next boot gives ${values[1]} by ${program} (${place})`],
  boot: { [key]: `${values[1]} ${place}` },
});

describe("another writer", () => {
  const networkd = { ...withSystemd("systemd-networkd.service"), "/usr/lib/systemd/systemd-networkd": "x" };
  const forwarding = "net.ipv6.conf.all.forwarding";

  it("comes after the files: a credential", async () => {
    // 13
    const file = "/run/credentials/systemd-sysctl.service/sysctl.extra";
    expect(await foretold(swappiness, { [file]: "# theirs\nvm.swappiness = 40\n" })).toMatchObject(
      rewrittenBy("the credential sysctl.extra", `${file}:2`, "vm.swappiness", ["10", "40"]),
    );
  });

  it("comes after the files: ufw", async () => {
    // 15
    const file = "/etc/ufw/my.conf";
    const ufw = {
      ...withSystemd("ufw.service"),
      "/etc/default/ufw": `IPT_SYSCTL=${file}\n`,
      "/etc/ufw/ufw.conf": "ENABLED=yes\n",
      [file]: "# theirs\nnet/ipv4/tcp_timestamps=1\n",
    };
    const key = "net.ipv4.tcp_timestamps";
    expect(await foretold({ [key]: "0" }, ufw)).toMatchObject(
      rewrittenBy("ufw", `${file}:2`, key, ["0", "1"]),
    );
  });

  it("comes after the files: networkd, for all links until 255, and since then from networkd.conf alone", async () => {
    // 16
    const link = "/etc/systemd/network/20-w.network";
    const main = "/etc/systemd/networkd.conf";
    const ofLink = { ...networkd, [link]: "[Match]\nName=eth0\n[Network]\nIPForward=yes\n" };
    const ofAll = { ...networkd, [main]: "[Network]\nIPv6Forwarding=yes\n" };
    const found = (files: Tree, version: string) =>
      foretold({ [forwarding]: "0" }, files, { loader: systemd(version) });
    const rewritten = (place: string) => rewrittenBy("systemd-networkd", place, forwarding, ["0", "1"]);
    expect(await found(ofLink, "254")).toMatchObject(rewritten(`${link}:4`));
    expect(await found(ofAll, "257")).toMatchObject(rewritten(`${main}:2`));
    for (const [files, version] of [
      [ofLink, "257"],
      [ofAll, "254"],
    ] as const)
      expect(await found(files, version)).toMatchObject({ told: [], boot: { [forwarding]: `0 ${ours}:5` } });
  });

  it("comes after the files: TuneD, which reads /etc/sysctl.conf though systemd does not", async () => {
    // 17
    const conf = { "/etc/sysctl.conf": "vm.swappiness = 40\n" };
    const other = "other-loader-differs /etc/sysctl.conf:1";
    const tuned = {
      ...withSystemd("tuned.service"),
      "/usr/sbin/tuned": "x",
      "/etc/tuned/active_profile": "mine",
      "/etc/tuned/mine/tuned.conf": "[sysctl]\nkernel.panic=9\n",
    };
    expect(await foretold(swappiness, conf)).toMatchObject({ ...asWanted, told: [other] });
    expect(await foretold(swappiness, { ...conf, ...tuned })).toMatchObject({
      ...rewrittenBy("TuneD", "/etc/sysctl.conf:1", "vm.swappiness", ["10", "40"]),
      told: ["rewritten-after-boot TuneD /etc/sysctl.conf:1", other],
    });
  });

  it("comes before them: the kernel command line, which reaches no key of a module", async () => {
    // 18
    const [key, loose] = ["net.ipv4.tcp_retries2", "net.netfilter.nf_conntrack_tcp_loose"];
    const files = { "/proc/cmdline": `ro sysctl.${key}=9 sysctl.${loose}=0\n` };
    expect(await foretold({ [key]: atLeast("8") }, files)).toMatchObject({
      ours: [],
      boot: { [key]: "9 /proc/cmdline" },
    });
    expect(await foretold({ [key]: "11" }, files)).toMatchObject({
      told: [],
      boot: { [key]: `11 ${ours}:5` },
    });
    expect(await foretold({ [loose]: atLeast("0") }, files)).toMatchObject({ boot: { [loose]: "1" } });
  });

  it("keeps a module away that our list asks for", async () => {
    // 14
    const file = "/usr/lib/modprobe.d/no.conf";
    const key = "net.netfilter.nf_conntrack_tcp_loose";
    const finding = `module-denied-at-boot ${file}:2`;
    const files = { [file]: "# theirs\nblacklist nf-conntrack\n" };
    expect(await foretold({ [key]: "0" }, files)).toMatchObject({
      told: [finding],
      verify: [finding],
      boot: { [key]: `? ${ours}:5` },
    });
  });
});
