/** The ways back that need less than a whole rollback with its record. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { atRename, die, dropIn, live, set, tunectlAfter } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const files = {
  "first.yaml": profileText("first", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_rmem": "8192 131072 67108864",
    "net.ipv4.ip_local_reserved_ports": "8080,9000-9010",
  }),
  "second.yaml": profileText("second", {
    "net.ipv4.tcp_fin_timeout": "20",
    "net.ipv4.tcp_retries2": "9",
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.*.rp_filter": "2",
  }),
};

const applyBoth =
  "tunectl apply ./first.yaml > /dev/null; world > /tmp/first; tunectl apply ./second.yaml > /dev/null";
const isAsFirst = "world | diff /tmp/first - && echo as first";

realKernel("the script beside a snapshot undoes the change without tunectl, with files, modes and side effects", async () => {
  const script = "/var/lib/tunectl/00000$n.undo.sh";
  const said = await onHost(
    {
      start: `world > /tmp/start; tunectl apply ./first.yaml > /dev/null; chmod 600 ${dropIn}; world > /tmp/first; tunectl apply ./second.yaml > /dev/null`,
      tools: `cat /var/lib/tunectl/000002.undo.sh; sh -n /var/lib/tunectl/000002.undo.sh`,
      second: `n=2; env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin ${script}; echo $?; ${isAsFirst}`,
      first: `n=1; cd /var/lib/tunectl; sh 000001.undo.sh; echo $?; world | diff /tmp/start - && echo as at the start`,
      told: "sysctl -q -w net.ipv4.tcp_retries2=9; sed -i s/tcp_retries2/tcp_retries_2/g /var/lib/tunectl/000002.undo.sh; sh /var/lib/tunectl/000002.undo.sh; echo $?",
    },
    files,
  );
  expect(said.tools.code).toBe(0);
  expect(said.second.out).toBe("0\nas first\n");
  expect(said.first.out).toBe("0\nas at the start\n");
}, ["sysctl"]);

realKernel("what the script cannot restore is named, and its exit code tells", async () => {
  const said = await onHost(
    {
      start: applyBoth,
      script: `mount --bind /proc/sys/net/ipv4/tcp_fin_timeout /proc/sys/net/ipv4/tcp_fin_timeout; mount -o remount,bind,ro /proc/sys/net/ipv4/tcp_fin_timeout; sh /var/lib/tunectl/000002.undo.sh; echo $?`,
    },
    files,
  );
  expect(said.script.out).toBe("1\n");
  expect(said.script.err).toContain("NOT RESTORED net/ipv4/tcp_fin_timeout: is 20, was 30");
}, ["sysctl"]);

realKernel(
  "a rollback of some settings alone leaves the others applied, and a whole one goes on from there",
  async () => {
    const said = await onHost(
      {
        start: `world > /tmp/start; ${applyBoth}`,
        dry: "tunectl rollback --only 'net.ipv4.conf.*' --dry-run --format markdown",
        none: "tunectl rollback --only net.ipv4.tcp_fin_timeot",
        only: "tunectl rollback --only 'net.ipv4.tcp_*'",
        live: live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2", "net.ipv4.ip_forward"),
        lines: `grep = ${dropIn}`,
        status: "tunectl status; tunectl verify",
        whole: `tunectl rollback > /dev/null; ${isAsFirst}`,
        start2: "tunectl rollback > /dev/null; world | diff /tmp/start - && echo as at the start",
      },
      files,
    );
    expect(said.dry.out).toContain("rollback of net.ipv4.conf.\\* to before change 2");
    expect(said.none.err).toContain("[not-in-set]");
    expect(said.only.out).toContain("Rolled back of net.ipv4.tcp_* to before change 2");
    expect(said.live.out).toBe("30\n15\n1\n");
    expect(said.lines.out).not.toContain("tcp_retries2");
    expect(said.lines.out).toContain("tcp_fin_timeout = 30");
    expect(said.status.out).toContain("in effect now and after the next boot.");
    expect(said.status.code).toBe(0);
    expect(said.whole.out).toBe("as first\n");
    expect(said.start2.out).toBe("as at the start\n");
  },
);

realKernel("--to goes back to how a change left the host, over any number of steps", async () => {
  const said = await onHost(
    {
      start: `${applyBoth}; tunectl apply ./first.yaml > /dev/null; tunectl apply ./second.yaml > /dev/null`,
      to: "tunectl rollback --to 1",
      first: isAsFirst,
      again: "tunectl rollback --to 5; tunectl rollback --to 9",
    },
    files,
  );
  expect(said.to.out).toContain("Rolled back to before change 2");
  expect(said.first.out).toBe("as first\n");
  expect(said.again.out).toContain("Nothing to roll back");
  expect(said.again.err).toContain("[unknown-snapshot]");
});

realKernel(
  "with the state folder lost, the keys go to what the next boot gives without tunectl",
  async () => {
    const said = await onHost(
      {
        lost: "echo 'net.ipv4.tcp_retries2 = 12' > /etc/sysctl.d/50-site.conf; tunectl apply ./second.yaml > /dev/null; rm -rf /var/lib/tunectl; tunectl rollback",
        dry: "tunectl rollback --to-defaults --dry-run",
        back: "tunectl rollback --to-defaults",
        live: live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2", "net.ipv4.ip_forward"),
        files: "ls /etc/sysctl.d",
        status: "tunectl status; tunectl snapshots",
        undo: `tunectl rollback 1 > /dev/null; ${live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2")}`,
      },
      files,
    );
    expect(said.lost.err).toContain("`tunectl rollback --to-defaults`");
    expect(said.dry.out).toContain("rollback to what the next boot gives without tunectl");
    expect(said.back.code).toBe(0);
    expect(said.back.out).toContain("Rolled back to what the next boot gives without tunectl");
    expect(said.live.out).toBe("60\n12\n0\n");
    expect(said.files.out).toBe("50-site.conf\n");
    expect(said.status.out).toContain("No profile is applied.");
    expect(said.status.out).toContain("rollback to defaults");
    expect(said.undo.out).toBe("20\n9\n");
  },
);

realKernel(
  "one key that cannot be written stops only itself: the rest of a rollback is done, it is named, exit 3",
  async () => {
    const said = await onHost(
      {
        start: `${applyBoth}; for f in tcp_retries2; do mount --bind /proc/sys/net/ipv4/$f /proc/sys/net/ipv4/$f; mount -o remount,bind,ro /proc/sys/net/ipv4/$f; done`,
        back: "tunectl rollback",
        now: "world | diff /tmp/first - | grep '^[<>]'",
        later: `umount /proc/sys/net/ipv4/tcp_retries2; tunectl rollback 2; ${isAsFirst}`,
      },
      files,
    );
    expect(said.back.code).toBe(3);
    expect(said.back.out).toMatch(/left as it is: net\.ipv4\.tcp_retries2 is 9, was 15/);
    expect(said.back.out).toContain("Applied now: first.");
    expect(said.now.out).toBe("< /proc/sys/net/ipv4/tcp_retries2:15\n> /proc/sys/net/ipv4/tcp_retries2:9\n");
    expect(said.later.out).toContain("as first\n");
  },
);

realKernel("with /etc read-only, and with every disk full, a rollback does all that it can", async () => {
  const fill = (folder: string): string =>
    `cp -a ${folder} /tmp/copy; mount -t tmpfs -o size=256k none ${folder}; cp -a /tmp/copy/. ${folder}/; rm -r /tmp/copy; dd if=/dev/zero of=${folder}/fill bs=1k 2> /dev/null`;
  const said = await onHost(
    {
      readOnly: `${applyBoth}; mount --bind /etc /etc; mount -o remount,bind,ro /etc; tunectl rollback`,
      values: live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2"),
      later: `umount /etc; tunectl rollback; ${isAsFirst}`,
      full: `tunectl apply ./second.yaml > /dev/null; ${fill("/etc/sysctl.d")}; ${fill("/var/lib/tunectl")}; tunectl rollback`,
      free: `rm /etc/sysctl.d/fill /var/lib/tunectl/fill; tunectl rollback --force; ${isAsFirst}`,
      status: "tunectl status",
    },
    files,
  );
  expect(said.readOnly.code).toBe(3);
  expect(said.readOnly.out).toContain(`left as it is: ${dropIn} cannot be replaced (EROFS)`);
  expect(said.values.out).toBe("30\n15\n");
  expect(said.later.out).toContain("as first\n");
  expect([0, 3]).toContain(said.full.code);
  expect(said.free.out).toContain("as first\n");
  expect(said.status.out).toContain("first: 3 settings");
});

realKernel("an interface that came after the change goes back to what a new interface starts with", async () => {
  const said = await onHost(
    {
      start:
        "tunectl apply ./second.yaml > /dev/null; add-interface later; echo 2 > /proc/sys/net/ipv4/conf/later/rp_filter",
      back: "tunectl rollback",
      live: live("net.ipv4.conf.later.rp_filter"),
    },
    files,
  );
  expect(said.back.code).toBe(0);
  expect(said.back.out).not.toContain("left as it is");
  expect(said.live.out).toBe("0\n");
}, ["ip"]);

realKernel(
  "a recovery leaves what it is told to abandon, puts that on record, and the host can be changed again",
  async () => {
    const said = await onHost(
      {
        cut: `tunectl apply ./first.yaml > /dev/null; world > /tmp/first; ${tunectlAfter("dies.cjs", "apply ./second.yaml")}; ${live("net.ipv4.tcp_fin_timeout")}; mount --bind /proc/sys/net/ipv4/tcp_fin_timeout /proc/sys/net/ipv4/tcp_fin_timeout; mount -o remount,bind,ro /proc/sys/net/ipv4/tcp_fin_timeout`,
        stuck: "tunectl recover",
        blocked: "tunectl apply ./first.yaml",
        wrong: "tunectl recover --abandon net.ipv4.tcp_sack",
        abandon: "tunectl recover --abandon net.ipv4.tcp_fin_timeout",
        list: "tunectl snapshots; tunectl snapshots 2",
        on: `umount /proc/sys/net/ipv4/tcp_fin_timeout; tunectl apply ./first.yaml > /dev/null; ${isAsFirst}`,
      },
      { ...files, "dies.cjs": atRename("before", dropIn, die) },
    );
    expect(said.cut.out).toBe("20\n");
    expect(said.stuck.code).toBe(3);
    expect(said.stuck.err).toContain("`tunectl recover --abandon net.ipv4.tcp_fin_timeout`");
    expect(said.blocked.code).toBe(3);
    expect(said.wrong.err).toContain("[unknown-abandoned]");
    expect(said.abandon.code).toBe(0);
    expect(said.abandon.err).toContain("left as it is: net.ipv4.tcp_fin_timeout is 20; it was 30 before");
    expect(said.list.out).toContain("abandoned");
    expect(said.list.out).toContain("left as they are: net.ipv4.tcp_fin_timeout");
    expect(said.on.out).toBe("as first\n");
  },
);

realKernel("a rollback of one setting leaves what something else has set of the others", async () => {
  const said = await onHost(
    {
      start: `tunectl apply ./second.yaml > /dev/null; ${set("net.ipv4.tcp_retries2", 7)}`,
      only: "tunectl rollback --only net.ipv4.tcp_fin_timeout",
      live: live("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_retries2"),
      all: "tunectl rollback --only 'net.*' --force",
    },
    files,
  );
  expect(said.only.code).toBe(0);
  expect(said.live.out).toBe("60\n7\n");
  expect(said.all.out).toContain("No profile is applied now.");
});

realKernel(
  "with /proc/sys read-only a rollback takes the profile out of the next boot, and names every value",
  async () => {
    const said = await onHost(
      {
        back: "tunectl apply ./first.yaml > /dev/null; mount --bind /proc/sys/net /proc/sys/net; mount -o remount,bind,ro /proc/sys/net; tunectl rollback",
        files: "ls /etc/sysctl.d",
      },
      files,
    );
    expect(said.back.code).toBe(3);
    expect(said.back.out).toContain("left as it is: net.ipv4.tcp_fin_timeout is 30, was 60");
    expect(said.files.out).toBe("");
  },
);

realKernel("a run waits for another one as long as it is told to", async () => {
  const said = await onHost(
    {
      start: "tunectl apply ./first.yaml > /dev/null",
      waits: "flock /var/lib/tunectl sleep 1 & sleep 0.2; tunectl apply ./second.yaml --wait 30s; wait",
      gives: "flock /var/lib/tunectl sleep 5 & sleep 0.2; tunectl rollback --wait 1s",
    },
    files,
  );
  expect(said.waits.code).toBe(0);
  expect(said.gives.code).toBe(75);
  expect(said.gives.err).toContain("did not end within 1 seconds");
});

realKernel("a line that another writer adds to our file in the middle of an apply is not lost", async () => {
  const appends = `fs.appendFileSync("${dropIn}", "net.ipv4.tcp_sack = 0\\n");`;
  const said = await onHost(
    {
      start: "tunectl apply ./first.yaml > /dev/null; world > /tmp/first",
      apply: "/tools/node --require ./appends.cjs /tools/tunectl.cjs apply ./second.yaml",
      kept: `tail -n 1 ${dropIn}; ${live("net.ipv4.tcp_fin_timeout")}`,
    },
    { ...files, "appends.cjs": atRename("before", "000002.json", appends) },
  );
  expect(said.apply.code).toBe(1);
  expect(said.apply.err).toContain("something else changed it at the same time");
  expect(said.kept.out).toBe("net.ipv4.tcp_sack = 0\n30\n");
});

realKernel("a state folder that others may write is refused, with the way out", async () => {
  const said = await onHost(
    {
      open: "tunectl apply ./first.yaml > /dev/null; chmod 777 /var/lib/tunectl; tunectl rollback",
      closed: "chmod 700 /var/lib/tunectl; tunectl rollback",
      none: `${set("net.ipv4.tcp_fin_timeout", 60)}; chmod 750 /var/lib/tunectl; tunectl rollback; stat -c %a /var/lib/tunectl`,
    },
    files,
  );
  expect(said.open.code).toBe(1);
  expect(said.open.err).toContain("`chmod 700 /var/lib/tunectl`");
  expect(said.closed.code).toBe(0);
  // A rollback with nothing to do touches nothing, not even a mode.
  expect(said.none.out).toContain("Nothing to roll back");
  expect(said.none.out.endsWith("750\n")).toBe(true);
});
