/** What went wrong on people's hosts, and needs a kernel or files to be seen. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const redirects = (name: string): string => `net.ipv4.conf.${name}.send_redirects`;

realKernel(
  "a switch for all interfaces that one of them outweighs is told, and the kernel has both values",
  async () => {
    const said = await onHost(
      {
        wire: "ip link add w7 type veth peer name w8",
        apply: "tunectl apply ./quiet.yaml",
        live: `sysctl -n ${redirects("all")} ${redirects("w7")}`,
        all: "tunectl apply ./quieter.yaml",
        after: `sysctl -n ${redirects("all")} ${redirects("w7")}`,
      },
      {
        "quiet.yaml": profileText("quiet", { [redirects("all")]: "0" }),
        "quieter.yaml": profileText("quieter", { [redirects("*")]: "0" }),
      },
    );
    expect(said.apply.code).toBe(0);
    expect(said.apply.err).toMatch(/is 0, and what counts on .*w7.* is 1: .*\[other-effective-value\]/);
    expect(said.live.out).toBe("0\n1\n");
    expect([said.all.code, said.all.err]).toEqual([0, ""]);
    expect(said.after.out).toBe("0\n0\n");
  },
);

realKernel(
  "a key of the whole host is said to be hidden in a network namespace, not to be missing from the kernel",
  async () => {
    const said = await onHost(
      { diff: "tunectl diff ./backlog.yaml", skip: "tunectl diff ./backlog.yaml --skip-missing" },
      { "backlog.yaml": profileText("backlog", { "net.core.netdev_max_backlog": "7000" }) },
    );
    expect(said.diff.code).toBe(1);
    expect(said.diff.err).toContain(
      "is one value for the whole host, and this network namespace does not show it",
    );
    expect(said.diff.err).not.toContain("was added in Linux");
    expect(said.skip.code).toBe(0);
  },
);

realKernel(
  "the key of an image that loses at boot is shown with what it will be and what was wanted",
  async () => {
    const said = await onHost(
      {
        diff: "tunectl diff ./patient.yaml --root /image",
        json: "tunectl diff ./patient.yaml --root /image --format json",
      },
      {
        "/image/etc/sysctl.d/98-vendor.conf": "net.ipv4.tcp_retries2 = 7\n",
        "patient.yaml": profileText("patient", { "net.ipv4.tcp_retries2": "12" }),
      },
    );
    expect(said.diff.code).toBe(1);
    expect(said.diff.out).toMatch(/net\.ipv4\.tcp_retries2 .* 7 \(wanted 12\)/);
    expect(said.diff.out).toContain("1 not as wanted after the next boot");
    expect(JSON.parse(said.json.out)).toMatchObject({ keys: [{ boot: { after: { value: "7" } } }] });
  },
);

realKernel("an image is judged by the newest kernel that is installed in it", async () => {
  const said = await onHost(
    {
      old: "tunectl diff ./swap.yaml --root /image/old",
      later: "tunectl diff ./swap.yaml --root /image/later",
    },
    {
      "/image/old/lib/modules/5.4.0-26-generic/modules.dep": "",
      "/image/old/lib/modules/4.19.0-9-generic/modules.dep": "",
      "/image/later/lib/modules/5.4.0-26-generic/modules.dep": "",
      "/image/later/lib/modules/6.8.0-31-generic/modules.dep": "",
      "swap.yaml": profileText("swap", { "vm.swappiness": "170" }),
    },
  );
  expect(said.old.err).toContain("This is for Linux 5.4.0-26-generic.");
  expect([said.old.code, said.later.code]).toEqual([1, 0]);
});

const conf = (family: "ipv4" | "ipv6", name: string, what: string): string =>
  `/proc/sys/net/${family}/conf/${name}/${what}`;

realKernel("of three interfaces that one write moved, the two that others turned back are drift", async () => {
  const said = await onHost(
    {
      wire: "add-interface lan1; add-interface lan2; add-interface lan3",
      apply: "tunectl apply ./router.yaml",
      other: `echo 0 > ${conf("ipv6", "lan1", "forwarding")}; echo 0 > ${conf("ipv6", "lan3", "forwarding")}`,
      reads: `cat ${conf("ipv6", "all", "forwarding")}`,
      verify: "tunectl verify",
      drift: "tunectl verify --format json",
      again: "tunectl apply ./router.yaml",
      mended: `cat ${[1, 2, 3].map((at) => conf("ipv6", `lan${at}`, "forwarding")).join(" ")}`,
      settled: "tunectl verify",
    },
    { "router.yaml": profileText("router", { "net.ipv6.conf.all.forwarding": "1" }) },
  );
  expect(said.reads.out).toBe("1\n");
  expect(said.verify.code).toBe(2);
  expect(said.verify.out).toContain("drift: net.ipv6.conf.lan1.forwarding: ");
  const { drifts } = JSON.parse(said.drift.out) as { drifts: object[] };
  expect(drifts).toMatchObject(
    ["lan1", "lan3"].map((name) => ({
      kind: "moved",
      key: `net.ipv6.conf.${name}.forwarding`,
      cause: "net.ipv6.conf.all.forwarding",
      wanted: "1",
      found: { value: "0" },
    })),
  );
  expect([said.again.code, said.mended.out, said.settled.code]).toEqual([0, "1\n1\n1\n", 0]);
}, ["ip"]);

realKernel("a switch that was turned back under its other name is drift", async () => {
  const said = await onHost(
    {
      apply: "tunectl apply ./router.yaml",
      other: "echo 0 > /proc/sys/net/ipv4/ip_forward",
      drift: "tunectl verify --format json",
      again: "tunectl apply ./router.yaml",
      settled: "tunectl verify",
    },
    { "router.yaml": profileText("router", { "net.ipv4.conf.all.forwarding": "1" }) },
  );
  expect(said.drift.code).toBe(2);
  const { drifts } = JSON.parse(said.drift.out) as { drifts: object[] };
  expect(drifts).toContainEqual(
    expect.objectContaining({ kind: "live", key: "net.ipv4.conf.all.forwarding", wanted: "1" }),
  );
  expect([said.again.code, said.settled.code]).toEqual([0, 0]);
});

realKernel("an interface that conf.default reached and another writer turned back is drift", async () => {
  const said = await onHost(
    {
      wire: "add-interface lan4",
      apply: "tunectl apply ./quiet.yaml --format json",
      other: `echo 1 > ${conf("ipv4", "lan4", "send_redirects")}`,
      verify: "tunectl verify",
      again: "tunectl apply ./quiet.yaml",
      settled: "tunectl verify",
      live: `cat ${conf("ipv4", "lan4", "send_redirects")}`,
    },
    { "quiet.yaml": profileText("quiet", { [redirects("default")]: "0" }) },
  );
  expect(said.apply.code).toBe(0);
  expect(said.apply.out).toContain(redirects("lan4"));
  expect([said.verify.code, said.again.code, said.settled.code]).toEqual([2, 0, 0]);
  expect(said.live.out).toBe("0\n");
}, ["ip"]);

realKernel("a plan that moves an interface back says of the next boot what the boot gives", async () => {
  const said = await onHost(
    {
      wire: "add-interface lan5",
      apply: "tunectl apply ./router.yaml",
      other: `echo 0 > ${conf("ipv4", "lan5", "forwarding")}`,
      diff: "tunectl diff ./router.yaml --format json",
      boot: `unshare -n sh -c 'add-interface lan5; /usr/lib/systemd/systemd-sysctl; cat ${conf("ipv4", "lan5", "forwarding")}'`,
    },
    { "router.yaml": profileText("router", { "net.ipv4.ip_forward": "1" }) },
  );
  const { keys } = JSON.parse(said.diff.out) as {
    keys: { key: string; boot: { after: { value?: string } } }[];
  };
  const row = keys.find(({ key }) => key === "net.ipv4.conf.lan5.forwarding");
  expect(`${row?.boot.after.value ?? "1"}\n`).toBe(said.boot.out);
}, ["ip", "systemd-sysctl"]);

const retransmission = "net.ipv4.neigh.lo.retrans_time_ms";
const retransmissionFile = `/proc/sys/${retransmission.replaceAll(".", "/")}`;

realKernel(
  "milliseconds between two ticks are planned as the kernel keeps them, in a namespace too",
  async () => {
    const said = await onHost(
      {
        kernel: `echo 1321 > ${retransmissionFile}; cat ${retransmissionFile}; echo 1000 > ${retransmissionFile}`,
        apply: "tunectl apply ./slow.yaml",
        live: `cat ${retransmissionFile}`,
        verify: "tunectl verify",
      },
      { "slow.yaml": profileText("slow", { [retransmission]: "1321" }) },
    );
    expect(said.kernel.out, "a tick is a millisecond here").not.toBe("1321\n");
    expect(said.apply.err).not.toContain("[unexpected-value]");
    expect(said.live.out).toBe(said.kernel.out);
    expect([said.apply.code, said.verify.code]).toEqual([0, 0]);
  },
);

/** Values on either side of what the kernel takes; each network namespace has the keys for itself. */
const tried: readonly (readonly [string, string])[] = [
  ["net.ipv4.tcp_early_retrans", "1"],
  ["net.ipv4.tcp_early_retrans", "5"],
  ["net.ipv4.igmp_qrv", "0"],
  ["net.ipv4.igmp_qrv", "2147483648"],
  ["net.ipv4.tcp_ecn", "2"],
  ["net.ipv4.tcp_ecn", "9"],
  ["net.ipv4.tcp_fastopen", "0x403"],
  ["net.ipv4.ip_default_ttl", "0"],
  ["net.ipv4.ip_default_ttl", "255"],
  ["net.ipv4.ip_default_ttl", "256"],
  ["net.ipv6.conf.lo.temp_valid_lft", "4294967295"],
  ["net.ipv6.conf.lo.temp_valid_lft", "-1"],
  ["net.ipv4.neigh.lo.unres_qlen", "2147483648"],
  ["net.ipv4.tcp_fin_timeout", "999999999"],
  ["net.ipv4.conf.lo.rp_filter", "7"],
  ["net.ipv4.tcp_syncookies", "3"],
  ["net.ipv4.tcp_keepalive_time", "32768"],
  ["net.ipv4.ip_local_port_range", "40000 30000"],
  ["net.ipv4.tcp_rmem", "0 1 2"],
  ["net.core.somaxconn", "2147483647"],
  ["net.core.somaxconn", "-1"],
];

realKernel(
  "of values on the edge, a plan refuses those that this kernel refuses, and no others",
  async () => {
    const commands = Object.fromEntries(
      tried.flatMap(([key, value], at) => [
        [`diff ${at}`, `tunectl diff ./${at}.yaml --accept ${key}`],
        [`kernel ${at}`, `echo '${value}' > /proc/sys/${key.replaceAll(".", "/")}`],
      ]),
    );
    const profiles = tried.map(([key, value], at) => [`${at}.yaml`, profileText("edge", { [key]: value })]);
    const said = await onHost(commands, Object.fromEntries(profiles));
    const taken = (what: "diff" | "kernel"): readonly string[] =>
      tried.flatMap(([key, value], at) => (said[`${what} ${at}`]?.code === 0 ? [`${key} = ${value}`] : []));
    expect(taken("diff")).toEqual(taken("kernel"));
    expect(taken("kernel").length).toBeGreaterThan(5);
  },
);
