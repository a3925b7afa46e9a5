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
