import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const net = "/proc/sys/net/ipv4";

/** Pairs of which the kernel takes one only after the other, in one direction there and in the other back. */
const pairs: readonly {
  readonly title: string;
  readonly settings: Record<string, string>;
  readonly trap: string;
}[] = [
  {
    title: "a local port range that begins below the old first unprivileged port",
    settings: { "net.ipv4.ip_local_port_range": "1000 60999", "net.ipv4.ip_unprivileged_port_start": "900" },
    trap: `echo '1000 60999' > ${net}/ip_local_port_range`,
  },
  {
    title: "fragment memory whose new low mark is above the old high one",
    settings: { "net.ipv4.ipfrag_low_thresh": "8388608", "net.ipv4.ipfrag_high_thresh": "16777216" },
    trap: `echo 8388608 > ${net}/ipfrag_low_thresh`,
  },
  {
    title: "fragment memory whose new high mark is below the old low one",
    settings: { "net.ipv4.ipfrag_low_thresh": "1048576", "net.ipv4.ipfrag_high_thresh": "2097152" },
    trap: `echo 2097152 > ${net}/ipfrag_high_thresh`,
  },
];

for (const { title, settings, trap } of pairs)
  realKernel(`there and back through values that bound each other: ${title}`, async () => {
    const backwards = Object.fromEntries(Object.entries(settings).reverse());
    const live = Object.keys(settings).map((key) => `/proc/sys/${key.replaceAll(".", "/")}`);
    const read = `cat ${live.join(" ")}`;
    const said = await onHost(
      {
        before: "world",
        trap,
        apply: "tunectl apply ./one.yaml",
        live: read,
        boot: `unshare -n sh -c '/usr/lib/systemd/systemd-sysctl; ${read}'`,
        rollback: "tunectl rollback",
        after: "world",
        otherWayRound: "tunectl apply ./two.yaml && tunectl rollback && world",
      },
      { "one.yaml": profileText("one", settings), "two.yaml": profileText("two", backwards) },
    );
    expect(said.trap.code, "the kernel no longer minds the order").not.toBe(0);
    expect(said.apply).toMatchObject({ code: 0 });
    expect(said.live.out).toBe(`${Object.values(settings).join("\n").replace(" ", "\t")}\n`);
    expect(said.boot.out).toBe(said.live.out);
    expect(said.rollback.code).toBe(0);
    expect(said.after.out).toBe(said.before.out);
    expect(said.otherWayRound.out.endsWith(said.before.out)).toBe(true);
  }, ["systemd-sysctl"]);
