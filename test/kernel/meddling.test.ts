/** What others do to the host while a change is being made. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, firstSnapshot, live, set, web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  ...web,
  "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20", "net.core.somaxconn": "9000" }),
  "wan.yaml": profileText("wan", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.conf.wan0.rp_filter": "2",
    "net.ipv4.conf.wan0.log_martians": "1",
  }),
};

/** At one call after the other of a command somebody else does something; prints what THEN prints, a line each. */
const meddle = (before: string, command: string, by: string, then: string, step = 3): string =>
  `${before}
with-fault KILL count ${command} > /dev/null; calls=$(cat /tmp/calls); at=2
while [ $at -le $calls ]; do
  { tunectl recover; tunectl rollback 1 --force; rm -rf /var/lib/tunectl; find /etc/sysctl.d -mindepth 1 -delete; } > /dev/null 2>&1
  ${before}
  FAULT_RIVAL='${by}' with-fault RIVAL $at ${command} > /tmp/out 2> /tmp/err; code=$?
  ${then}
  at=$((at + ${step}))
done`;

const lines = (text: string): readonly string[] => text.trim().split("\n");

realKernel("an interface that goes away in the middle leaves the rest of a change whole", async () => {
  const values = `$(cat /proc/sys/net/ipv4/tcp_fin_timeout) $(ls /etc/sysctl.d)`;
  const made = "ip link del wan0 2> /dev/null; add-interface wan0";
  const said = await onHost(
    {
      apply: meddle(made, "apply ./wan.yaml", "ip link del wan0", `echo $code ${values}`),
      rollback: meddle(
        `${made}; tunectl apply ./wan.yaml > /dev/null`,
        "rollback",
        "ip link del wan0",
        `echo $code ${values}; cat /tmp/err >&2`,
      ),
    },
    files,
  );
  for (const line of lines(said.apply.out)) expect(["0 30 90-tunectl.conf", "1 60"]).toContain(line);
  for (const line of lines(said.rollback.out))
    expect(["0 60", "3 60", "1 30 90-tunectl.conf"]).toContain(line);
  expect(said.rollback.err).not.toContain("internal error");
}, ["ip"]);

realKernel("a value that somebody else sets in the middle is put right, or told as drift", async () => {
  const key = "net.ipv4.tcp_retries2";
  const said = await onHost(
    {
      sweep: meddle(
        "true",
        "apply ./web.yaml",
        set(key, 11),
        `tunectl verify > /dev/null; echo $code $? $(${live(key)})`,
      ),
    },
    files,
  );
  for (const line of lines(said.sweep.out)) expect(["0 0 9", "0 2 11"]).toContain(line);
});

realKernel("where sysctl --system runs in the middle, the change still ends as it says", async () => {
  const said = await onHost(
    {
      sweep: meddle(
        "tunectl apply ./web.yaml > /dev/null",
        "apply ./other.yaml",
        "sysctl -q --system",
        "tunectl verify > /dev/null; echo $code $?",
      ),
    },
    files,
  );
  for (const line of lines(said.sweep.out)) expect(line).toBe("0 0");
}, ["sysctl"]);

realKernel(
  "a disk that turns read-only in the middle: what was told is so, and a recovery ends it",
  async () => {
    const said = await onHost(
      {
        mount: "mount --bind /etc/sysctl.d /etc/sysctl.d",
        sweep: meddle(
          "mount -o remount,bind,rw /etc/sysctl.d; tunectl apply ./web.yaml > /dev/null",
          "apply ./other.yaml",
          "mount -o remount,bind,ro /etc/sysctl.d",
          `${live("net.ipv4.tcp_fin_timeout")} > /tmp/live; grep -c somaxconn ${dropIn} >> /tmp/live
mount -o remount,bind,rw /etc/sysctl.d; tunectl recover > /dev/null; recovered=$?; tunectl verify > /dev/null
echo $code $(cat /tmp/live) $recovered $?`,
          2,
        ),
      },
      files,
    );
    const whole = ["0 20 1 0 0", "1 30 0 0 0"];
    for (const line of lines(said.sweep.out))
      expect(line).toMatch(new RegExp(`^(${whole.join("|")}|3 .* 0 0)$`));
  },
);

realKernel("of twenty commands at once each does all of its work or none, and the end is whole", async () => {
  const commands = [
    "apply ./web.yaml",
    "apply ./other.yaml",
    "rollback",
    "recover",
    "snapshots --keep 3",
    "verify",
    "status",
  ];
  const said = await onHost(
    {
      before: "world > /tmp/before; tunectl apply ./web.yaml > /dev/null",
      race: `at=0; while [ $at -lt 20 ]; do
  set -- ${commands.map((command) => `"${command}"`).join(" ")}; shift $((at % ${commands.length}))
  (tunectl $1 > /tmp/out.$at 2>&1; echo $? >> /tmp/codes) & at=$((at + 1)); done; wait; sort -u /tmp/codes; cat /tmp/out.* >&2`,
      recover: "tunectl recover",
      status: "tunectl status --format json",
    },
    files,
  );
  expect(lines(said.race.out).filter((code) => !["0", "1", "2", "4", "75"].includes(code))).toEqual([]);
  expect(said.race.err).not.toContain("internal error");
  expect(said.recover.code).toBe(0);
  expect(JSON.parse(said.status.out)).toMatchObject({ drifts: [], problems: [] });
});

realKernel("a run that is stopped holds the lock; once it is killed the lock is free", async () => {
  const said = await onHost(
    {
      apply: "tunectl apply ./web.yaml",
      stopped: `FAULT_RIVAL='kill -STOP $PPID' with-fault RIVAL 20 apply ./other.yaml > /dev/null 2>&1 & echo $! > /tmp/pid
while ! grep -q '^State:.T' /proc/$(cat /tmp/pid)/status; do sleep 0.1; done
tunectl rollback`,
      free: "kill -KILL $(cat /tmp/pid); tunectl recover; tunectl verify",
    },
    files,
  );
  expect(said.stopped.code).toBe(75);
  expect(said.stopped.err).toMatch(/another tunectl process \(PID \d+/);
  expect(said.free.code).toBe(0);
});

realKernel("where our drop-in is a mount of its own, it is not replaced, and the apply says so", async () => {
  const said = await onHost(
    {
      mount: `tunectl apply ./web.yaml > /dev/null; cp ${dropIn} /root/own; mount --bind /root/own ${dropIn}; cat ${firstSnapshot} | sha256sum`,
      before: "world",
      apply: "tunectl apply ./other.yaml",
      after: "world",
    },
    files,
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toMatch(/90-tunectl\.conf: .*\((EBUSY|EXDEV)/);
  expect(said.after.out === said.before.out).toBe(true);
});
