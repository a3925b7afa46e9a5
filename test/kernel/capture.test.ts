import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { set } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const profiles = {
  "a.yaml": profileText("a", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.core.somaxconn": { at_least: "16384" },
  }),
  "b.yaml": profileText("b", {
    "net.ipv4.tcp_retries2": "7",
    "net.core.somaxconn": { at_least: "8192" },
    "net.ipv4.conf.*.rp_filter": "2",
  }),
  "/etc/sysctl.d/99-theirs.conf": "net.ipv4.tcp_retries2 = 8\n",
};

/** All of a plan but where the facts came from. */
function planOf(json: string): object {
  const { host, ...rest } = JSON.parse(json) as { host: { facts_taken: unknown } };
  return { ...rest, host: { ...host, facts_taken: null } };
}

realKernel(
  "a captured host gives the same plan elsewhere as it gives itself, before an apply and after it",
  async () => {
    const said = await onHost(
      {
        live: "tunectl diff --format json ./a.yaml",
        capture: "tunectl capture > facts.json",
        against: "tunectl diff --format json --against facts.json ./a.yaml",
        change: `tunectl apply ./a.yaml; ${set("net.ipv4.tcp_fin_timeout", 50)}`,
        liveAfter: "tunectl diff --format json ./b.yaml",
        captureAfter: "tunectl capture after.json",
        againstAfter: "unshare -n tunectl diff --format json --against after.json ./b.yaml",
      },
      profiles,
    );
    expect(planOf(said.against.out)).toEqual(planOf(said.live.out));
    expect(said.change.code).toBe(0);
    expect(said.liveAfter.code, "b.yaml loses against 99-theirs.conf").toBe(1);
    expect(said.againstAfter.code).toBe(1);
    expect(planOf(said.againstAfter.out)).toEqual(planOf(said.liveAfter.out));
  },
);

realKernel(
  "no secret leaves the host with a capture, neither a live one nor one in a boot file",
  async () => {
    const [live, boot] = ["0badcafe-0badcafe-0badcafe-0badcafe", "5ec2e7aa-5ec2e7aa-5ec2e7aa-5ec2e7aa"];
    const said = await onHost(
      {
        set: `echo ${live} > /proc/sys/net/ipv4/tcp_fastopen_key; cat /proc/sys/net/ipv4/tcp_fastopen_key`,
        capture: "tunectl capture; tunectl capture facts.json; cat facts.json",
        snapshot: "tunectl apply ./a.yaml > /dev/null; cat /var/lib/tunectl/*",
      },
      {
        ...profiles,
        "/etc/sysctl.d/10-key.conf": `net.ipv4.tcp_fastopen_key = ${boot}\n-net/ipv4/tcp_fastopen_key=${boot}\n# net.ipv4.tcp_fastopen_key = ${boot}\n`,
      },
    );
    expect(said.set.out).toContain(live);
    expect(said.capture.out).toContain("net.ipv4.tcp_fastopen_key");
    for (const text of [said.capture.out, said.snapshot.out]) {
      expect(text).not.toContain("badcafe");
      expect(text).not.toContain("5ec2e7aa");
    }
  },
);

realKernel("an ordinary user can capture, too", async () => {
  const said = await onHost(
    {
      capture: "lacking-root tunectl capture > facts.json",
      against: "tunectl diff --against facts.json ./a.yaml",
    },
    profiles,
  );
  expect(said.capture).toMatchObject({ code: 0, err: "" });
  expect(said.against.code).toBe(0);
}, ["setpriv"]);
