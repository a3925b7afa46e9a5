/** What the kernel moves besides the key that is written: in the plan, in the record, and in verify. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const router = { "router.yaml": profileText("router", { "net.ipv4.ip_forward": "1" }) };
const wire = "ip link add d0 type veth peer name d1";

realKernel("a plan shows what a write will move, and the kernel moves just that", async () => {
  const said = await onHost(
    {
      wire,
      diff: "tunectl diff ./router.yaml --format json",
      text: "tunectl diff ./router.yaml",
      apply: "tunectl apply ./router.yaml --format json",
    },
    router,
  );
  type Moves = { key: string; after: string }[];
  const { moves } = JSON.parse(said.diff.out) as { moves: Moves };
  const { side_effects: seen } = JSON.parse(said.apply.out) as { side_effects: Moves };
  const shown = (all: Moves): readonly string[] => all.map(({ key, after }) => `${key} ${after}`).sort();
  expect(shown(moves)).toEqual(shown(seen));
  expect(shown(moves)).toContain("net.ipv4.conf.all.accept_redirects 0");
  expect(said.text.out).toContain(
    "Also moves net.ipv4.conf.*.forwarding of all, d0, d1, default, lo: 0 → 1.",
  );
});

realKernel(
  "an interface that another writer turns back is drift, and the next apply puts it right",
  async () => {
    const said = await onHost(
      {
        wire,
        apply: "tunectl apply ./router.yaml",
        settled: "tunectl verify",
        other: "echo 0 > /proc/sys/net/ipv4/conf/d0/forwarding",
        drift: "tunectl verify --format json",
        again: "tunectl apply ./router.yaml",
        mended: "cat /proc/sys/net/ipv4/conf/d0/forwarding",
        verify: "tunectl verify",
      },
      router,
    );
    expect(said.settled.code).toBe(0);
    expect(said.drift.code).toBe(2);
    expect(JSON.parse(said.drift.out)).toMatchObject({
      drifts: [
        {
          kind: "moved",
          key: "net.ipv4.conf.d0.forwarding",
          cause: "net.ipv4.ip_forward",
          wanted: "1",
          found: { value: "0" },
        },
      ],
    });
    expect(said.again.code).toBe(0);
    expect(said.mended.out).toBe("1\n");
    expect(said.verify.code).toBe(0);
  },
);

realKernel("an interface that was off before, and that no write moved, is no drift", async () => {
  const said = await onHost(
    {
      wire,
      on: "echo 1 > /proc/sys/net/ipv4/ip_forward",
      off: "echo 0 > /proc/sys/net/ipv4/conf/d0/forwarding",
      apply: "tunectl apply ./router.yaml",
      verify: "tunectl verify",
    },
    router,
  );
  expect(said.apply.code).toBe(0);
  expect(said.verify.code).toBe(0);
});

realKernel("a value that the kernel rounds is planned, written and verified as it reads", async () => {
  const key = "net.ipv4.neigh.lo.base_reachable_time_ms";
  const said = await onHost(
    {
      hz: "cat /proc/sys/net/ipv4/route/error_cost 2>/dev/null || sed -n 's/^CONFIG_HZ=//p' /boot/config-$(uname -r)",
      apply: "tunectl apply ./slow.yaml",
      live: `sysctl -n ${key}`,
      verify: "tunectl verify",
      again: "tunectl apply ./slow.yaml",
    },
    { "slow.yaml": profileText("slow", { [key]: "54320" }) },
  );
  // 54320 is whole in ticks of 1, 4 and 10 ms; what is not is tested where the tick is known.
  expect([said.apply.code, said.verify.code]).toEqual([0, 0]);
  expect(said.live.out).toBe("54320\n");
  expect(said.again.out).toContain("Nothing to do");
});
