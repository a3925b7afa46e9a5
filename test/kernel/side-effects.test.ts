import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const conf = "/proc/sys/net/ipv4/conf";
const router = { "router.yaml": profileText("router", { "net.ipv4.ip_forward": "1" }) };

realKernel("what ip_forward moves besides itself is reported and comes back with a rollback", async () => {
  const said = await onHost(
    {
      before: "world",
      apply: "tunectl apply --format json ./router.yaml",
      moved: `cat ${conf}/all/forwarding ${conf}/lo/forwarding ${conf}/all/accept_redirects`,
      rollback: "tunectl rollback",
      after: "world",
    },
    router,
  );
  expect(said.apply.code).toBe(0);
  expect(said.moved.out).toBe("1\n1\n0\n");
  const effects = JSON.parse(said.apply.out).side_effects as { key: string }[];
  expect(effects).toContainEqual({ key: "net.ipv4.conf.all.accept_redirects", before: "1", after: "0" });
  expect(effects).toContainEqual({ key: "net.ipv4.conf.lo.forwarding", before: "0", after: "1" });
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
});

// Going back to 0, the kernel turns accept_redirects on by itself: a value that was 0 must be put back after
// it.
realKernel("accept_redirects=0 survives forwarding being switched on and rolled back", async () => {
  const said = await onHost(
    {
      before: `echo 0 > ${conf}/all/accept_redirects; echo 0 > ${conf}/lo/accept_redirects; world`,
      apply: "tunectl apply ./router.yaml",
      rollback: "tunectl rollback",
      after: "world",
    },
    router,
  );
  expect(said.apply.code).toBe(0);
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
});

realKernel("conf.default reaches interfaces that were never written, and a rollback takes it back from them", async () => {
  const said = await onHost(
    {
      before: "add-interface d0; add-interface d1; world",
      apply: "tunectl apply --format json ./default.yaml",
      moved: `cat ${conf}/d0/send_redirects`,
      rollback: "tunectl rollback",
      after: "world",
    },
    { "default.yaml": profileText("default", { "net.ipv4.conf.default.send_redirects": "0" }) },
  );
  expect(said.apply.code).toBe(0);
  expect(said.moved.out).toBe("0\n");
  expect(JSON.parse(said.apply.out).side_effects).toContainEqual({
    key: "net.ipv4.conf.d0.send_redirects",
    before: "1",
    after: "0",
  });
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
}, ["ip"]);

const filters = `cd ${conf}; cat all/rp_filter default/rp_filter eth0.100/rp_filter eth1/rp_filter`;
const boot = (loader: string): string =>
  `unshare -n sh -c 'add-interface eth0.100; add-interface eth1; ${loader}; ${filters}'`;

realKernel("a pattern over interfaces reaches one whose name has a dot, and a line without pattern beats it", async () => {
  const said = await onHost(
    {
      before: "add-interface eth0.100; add-interface eth1; world",
      apply: "tunectl apply ./filter.yaml",
      live: filters,
      systemd: boot("/usr/lib/systemd/systemd-sysctl"),
      procps: boot("sysctl -q --system"),
      verify: "tunectl verify",
      again: "tunectl apply ./filter.yaml",
      rollback: "tunectl rollback",
      after: "world",
    },
    {
      "filter.yaml": profileText("filter", {
        "net.ipv4.conf.*.rp_filter": "2",
        "net.ipv4.conf.all.rp_filter": "0",
        "net/ipv4/conf/eth0.100/rp_filter": "1",
      }),
    },
  );
  expect(said.apply).toMatchObject({ code: 0, err: "" });
  expect(said.live.out).toBe("0\n2\n1\n2\n");
  expect(said.systemd.out).toBe(said.live.out);
  expect(said.procps.out).toBe(said.live.out);
  expect(said.verify.code).toBe(0);
  expect(said.again.out).toContain("Nothing to do");
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
}, ["ip", "systemd-sysctl", "sysctl"]);

realKernel(
  "a setting for an interface that is not there yet waits for it, and verify is content",
  async () => {
    const said = await onHost(
      {
        apply: "tunectl apply ./filter.yaml",
        verify: "tunectl verify",
        rollback: "tunectl rollback",
      },
      {
        "filter.yaml": profileText("filter", {
          "net.ipv4.conf.wan0.rp_filter": "2",
          "net.ipv4.conf.all.rp_filter": "2",
        }),
      },
    );
    expect(said.apply.code).toBe(0);
    expect(said.verify.code).toBe(0);
    expect(said.rollback.code).toBe(0);
  },
);
