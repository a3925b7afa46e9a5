import { expect } from "vitest";
import { onHost, type Said } from "../support/host.js";
import { live } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const early = { "net.ipv4.conf.all.log_martians": "1", "net.ipv4.conf.all.secure_redirects": "0" };

/** What the program knows to be refused is excused, so that the kernel is asked. */
const excused = "--allow bounded-value --allow congestion-control-offered";

/**
 * An apply of settings of which the kernel takes the first and not the last; what it said, and the host
 * before and after.
 */
async function refusedApply(
  settings: Readonly<Record<string, string>>,
  start = "true",
): Promise<Record<string, Said>> {
  const profile = profileText("refused", { ...early, ...settings, "net.ipv4.tcp_fin_timeout": "30" });
  const state = "world; find /var -type f -not -path '/var/lib/tunectl/000001.*'; ls -A /etc/sysctl.d";
  return onHost(
    {
      start,
      before: state,
      apply: `tunectl apply ${excused} ./refused.yaml`,
      after: state,
      status: "tunectl status",
    },
    { "refused.yaml": profile },
  );
}

realKernel("a value that the kernel refuses takes back all that was written before it", async () => {
  const said = await refusedApply({ "net.ipv4.ip_unprivileged_port_start": "33000" });
  expect(said["apply"]?.code).toBe(1);
  expect(said["apply"]?.err).toContain(
    "`net.ipv4.ip_unprivileged_port_start`: the kernel refused 33000 (EINVAL",
  );
  expect(said["apply"]?.err).toContain("The host is as it was");
  expect(said["after"]?.out).toBe(said["before"]?.out);
  expect(said["status"]?.out).toBe("No profile is applied.\n");
});

realKernel("an unknown congestion control takes back all that was written before it", async () => {
  const said = await refusedApply({ "net.ipv4.tcp_congestion_control": "nosuch" });
  expect(said["apply"]?.code).toBe(1);
  expect(said["apply"]?.err).toContain(
    "`net.ipv4.tcp_congestion_control`: the kernel refused nosuch (ENOENT",
  );
  expect(said["after"]?.out).toBe(said["before"]?.out);
});

realKernel("a key that is accepted under a name that no key has is told, with the nearest", async () => {
  const said = await onHost(
    { apply: "tunectl apply --accept kernel.modules_disable ./one.yaml" },
    { "one.yaml": profileText("one", { "net.ipv4.tcp_fin_timeout": "30" }) },
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain("did you mean `kernel.modules_disabled`?");
});

/** Hides what tells the tick of the kernel, so that what it rounds is not known before it is written. */
const withoutTick =
  "mount -t tmpfs none /boot; for hidden in /proc/config.gz /lib/modules/$(uname -r)/config; do [ ! -e $hidden ] || mount --bind /dev/null $hidden; done";

realKernel("a value that the kernel rounds is refused with what it made of it, and taken back", async () => {
  const said = await refusedApply({ "net.ipv4.neigh.lo.base_reachable_time_ms": "12345" }, withoutTick);
  expect(said["apply"]?.code).toBe(1);
  expect(said["apply"]?.err).toMatch(
    /`net\.ipv4\.neigh\.lo\.base_reachable_time_ms`: 12345 was written, and the kernel reads 123\d\d/,
  );
  expect(said["after"]?.out).toBe(said["before"]?.out);
});

realKernel("a list of ports that was there is emptied and comes back", async () => {
  const ports = "/proc/sys/net/ipv4/ip_local_reserved_ports";
  const said = await onHost(
    {
      before: `echo 8080,30000-32767 > ${ports}; world`,
      apply: "tunectl apply ./none.yaml",
      live: `cat ${ports}`,
      again: "tunectl apply ./none.yaml",
      boot: `unshare -n sh -c 'echo 9090 > ${ports}; sysctl -q --system; cat ${ports}'`,
      rollback: "tunectl rollback",
      after: "world",
    },
    { "none.yaml": profileText("none", { "net.ipv4.ip_local_reserved_ports": "" }) },
  );
  expect(said.apply).toMatchObject({ code: 0, err: "" });
  expect(said.live.out).toBe("\n");
  expect(said.again.out).toContain("Nothing to do");
  expect(said.rollback.code).toBe(0);
  expect(said.after.out).toBe(said.before.out);
});

realKernel(
  "a key that this kernel lacks stops an apply before anything is written; --skip-missing leaves it out",
  async () => {
    const said = await onHost(
      {
        before: "world",
        lacking: "test -e /proc/sys/net/ipv4/tcp_max_orphans",
        apply: "tunectl apply ./lacking.yaml",
        after: "world",
        skipping: "tunectl apply --skip-missing ./lacking.yaml",
        live: live("net.ipv4.tcp_fin_timeout"),
        verify: "tunectl verify",
      },
      {
        "lacking.yaml": profileText("lacking", {
          "net.ipv4.tcp_fin_timeout": "30",
          "net.ipv4.tcp_max_orphans": "65536",
        }),
      },
    );
    expect(said.lacking.code).toBe(1);
    expect(said.apply.code).toBe(1);
    expect(said.apply.err).toContain("./lacking.yaml:5");
    expect(said.apply.err).toContain("`net.ipv4.tcp_max_orphans` is one value for the whole host");
    expect(said.after.out).toBe(said.before.out);
    expect(said.skipping.code).toBe(0);
    expect(said.live.out).toBe("30\n");
  },
);
