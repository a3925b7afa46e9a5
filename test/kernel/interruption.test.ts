import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

// A run of tunectl makes a few dozen calls that change a file or a value. A sweep does something bad at one
// of them after the other; FAULT_STRIDE=1 takes every one, else every thirteenth.
const stride = Number(process.env["FAULT_STRIDE"] ?? 13);

const profiles = {
  "web.yaml": profileText("web", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_rmem": "8192 131072 67108864",
    "net.ipv4.ip_local_reserved_ports": "8080",
  }),
};

/** Sets the host to where it starts from without tunectl's help. */
const reset = `#!/bin/sh
rm -rf /var/lib/tunectl
find /etc/sysctl.d /etc/modules-load.d -mindepth 1 -delete
cd /proc/sys/net/ipv4
echo 60 > tcp_fin_timeout; echo 4096 131072 6291456 > tcp_rmem; echo > ip_local_reserved_ports
`;

/** Old, new or neither, by values and by what a boot reads; a temporary file that was left is told too. */
const state = `#!/bin/sh
world | grep -v '^/etc/.*[.]tunectl-' > /tmp/now
if cmp -s /tmp/now /tmp/old; then state=old; elif cmp -s /tmp/now /tmp/new; then state=new; else state=mixed; fi
if find /etc /var -name '*.tunectl-*' | grep -q .; then state=$state+litter; fi
echo $state
`;

/**
 * FROM ACTION COMMAND… THEN…: one line for each call that was hit, with what COMMAND answered and what was
 * left, then the same for THEN.
 */
const sweep = `#!/bin/sh
from=$1 action=$2 command=$3 next=$4 stride=$5
start() { reset; if [ $from = new ]; then tunectl apply ./web.yaml > /dev/null; fi; }
reset; world > /tmp/old; tunectl apply ./web.yaml > /dev/null; world > /tmp/new
start; with-fault $action count $command > /dev/null
calls=$(cat /tmp/calls)
at=1
while [ $at -le $calls ]; do
  start
  with-fault $action $at $command > /tmp/out 2> /tmp/err; code=$?
  state=$(state); named=-
  case $state in
    mixed*) tunectl status 2>&1 | grep -q 'was interrupted' && named=named || named=unnamed ;;
    new*) if tunectl status 2>&1 | grep -q 'was interrupted'; then named=named; fi ;;
  esac
  after=-; nextcode=-
  if [ -n "$next" ]; then tunectl $next > /tmp/nextout 2>&1; nextcode=$?; after=$(state); fi
  echo "$at $code $state $named $nextcode $after"
  at=$((at + stride))
done
`;

type Row = {
  readonly call: string;
  readonly code: string;
  readonly state: string;
  readonly named: string;
  readonly nextCode: string;
  readonly after: string;
};

const scripts = { ...profiles, "/tools/reset": reset, "/tools/state": state, "/tools/sweep": sweep };

async function swept(
  from: "old" | "new",
  action: string,
  command: string,
  next = "",
  step = stride,
): Promise<readonly Row[]> {
  const said = await onHost(
    {
      sweep: `cd /tools; chmod +x reset state sweep; cd; sweep ${from} ${action} "${command}" "${next}" ${step}`,
    },
    scripts,
  );
  expect(said.sweep.err.replace(/^.*Killed.*$/gm, "").trim()).toBe("");
  const rows = said.sweep.out.trim().split("\n");
  return rows.map((row) => {
    const [call = "", code = "", state = "", named = "", nextCode = "", after = ""] = row.split(" ");
    return { call, code, state, named, nextCode, after };
  });
}

const apply = "apply ./web.yaml";

realKernel(
  "killed at any call of an apply, the host is as before, or as wanted, or the change is named; a rollback mends it",
  async () => {
    const rows = await swept("old", "KILL", apply, "rollback", Math.ceil(stride / 3));
    expect(
      rows.filter(({ named }) => named === "named").length,
      "the sweep hit no change half way",
    ).toBeGreaterThan(0);
    expect(rows.filter(({ named }) => named === "unnamed")).toEqual([]);
    expect(rows.filter(({ nextCode, after }) => nextCode !== "0" || after !== "old")).toEqual([]);
  },
);

realKernel(
  "killed at any call of an apply, a recovery takes back what was begun, and never a change that was made",
  async () => {
    const rows = await swept("old", "KILL", apply, "recover", Math.ceil(stride / 2));
    expect(rows.filter(({ nextCode }) => nextCode !== "0")).toEqual([]);
    // Before the record says that it was made, all may be there, and it is interrupted all the same.
    const isAsItWas = ({ state, named, after }: Row): boolean =>
      after === (state.startsWith("new") && named !== "named" ? "new" : "old");
    expect(rows.filter((row) => !isAsItWas(row))).toEqual([]);
  },
);

realKernel("killed at any call of an apply, the next apply ends what was begun", async () => {
  const rows = await swept("old", "KILL-AFTER", apply, apply, stride * 2);
  expect(rows.filter(({ named }) => named === "unnamed")).toEqual([]);
  // Where all was done, the next apply has nothing to do, and so sweeps nothing either.
  const isEnded = ({ state, after }: Row): boolean =>
    after === "new" || (state === "new+litter" && after === state);
  expect(rows.filter((row) => row.nextCode !== "0" || !isEnded(row))).toEqual([]);
});

realKernel("killed at any call of a rollback, the next one does what that one was to do", async () => {
  const rows = await swept("new", "KILL", "rollback", "rollback", stride + 2);
  expect(rows.filter(({ named }) => named === "unnamed")).toEqual([]);
  expect(rows.filter(({ nextCode }) => nextCode !== "0")).toEqual([]);
  expect(rows.filter(({ after }) => after !== "old")).toEqual([]);
});

for (const [signal, code, step] of [
  ["INT", "130", stride],
  ["TERM", "143", stride * 2 - 1],
] as const)
  realKernel(
    `stopped by SIG${signal} at any call, an apply is done whole with 0 or taken back with ${code}`,
    async () => {
      const rows = await swept("old", signal, apply, "", step);
      expect(rows.filter(({ code: found }) => found === code).length).toBeGreaterThan(0);
      expect(
        rows.filter(
          ({ code: found, state }) =>
            !(found === "0" && state === "new") && !(found === code && state === "old"),
        ),
      ).toEqual([]);
    },
  );

for (const [errno, step] of [
  ["ENOSPC", stride],
  ["EIO", stride * 2 - 1],
] as const)
  realKernel(
    `an apply that meets ${errno} at any call is done whole with 0 or taken back with 1`,
    async () => {
      const rows = await swept("old", errno, apply, "", step);
      expect(rows.filter(({ code }) => code === "1").length).toBeGreaterThan(0);
      expect(
        rows.filter(
          ({ code, state }) => !(code === "0" && state === "new") && !(code === "1" && state === "old"),
        ),
      ).toEqual([]);
    },
  );
