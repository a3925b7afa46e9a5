/** A trial takes itself back, whatever becomes of whoever began it. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import {
  anotherBoot,
  atRename,
  die,
  dropIn,
  live,
  reboot,
  set,
  signalGuard,
  tunectlAfter,
} from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const key = "net.ipv4.tcp_fin_timeout";
const files = {
  "web.yaml": profileText("web", { [key]: "30", "net.ipv4.tcp_retries2": "9", "net.ipv4.ip_forward": "1" }),
  "other.yaml": profileText("other", { [key]: "20" }),
};

/** Waits until the world is as it was, and says so. */
const isBack =
  "for n in $(seq 200); do world > /tmp/now; if cmp -s /tmp/now /tmp/start; then echo back; break; fi; sleep 0.1; done";
const start = "world > /tmp/start";

realKernel("a trial is live only, until it is confirmed", async () => {
  const said = await onHost(
    {
      trial: `${start}; tunectl apply ./web.yaml --trial 5m`,
      now: `${live(key)}; ls /etc/sysctl.d`,
      status: "tunectl status",
      verify: "tunectl verify",
      json: "tunectl status --format json",
      second: "tunectl apply ./other.yaml",
      recover: "tunectl recover",
      extend: "tunectl confirm --extend 10m",
      list: "tunectl snapshots",
      confirm: "tunectl confirm",
      after: "tunectl status; tunectl verify",
      late: "tunectl confirm",
      guard: "sleep 2; ls /var/lib/tunectl",
      back: `tunectl rollback > /dev/null; ${isBack}`,
    },
    files,
  );
  expect(said.trial.code).toBe(5);
  expect(said.trial.out).toContain("On trial for 5 min 0 s: web is in effect now, and no file is written.");
  expect(said.now.out).toBe("30\n");
  expect(said.status.code).toBe(5);
  expect(said.status.out).toMatch(/web: \d settings, on trial \(snapshot 1\): taken back in [45] min \d+ s/);
  expect(said.verify.code).toBe(5);
  expect(JSON.parse(said.json.out)).toMatchObject({
    profiles: ["web"],
    trial: { snapshot: 1 },
    problems: [],
  });
  expect(said.second.code).toBe(76);
  expect(said.second.err).toContain("[trial-pending]");
  expect(said.recover.out).toContain("Nothing to recover: change 1 is on trial");
  expect(said.extend.code).toBe(5);
  expect(said.extend.out).toContain("another 10 min 0 s");
  expect(said.list.out).toContain("on trial");
  expect(said.confirm.code).toBe(0);
  expect(said.after.out).toContain("3 settings in effect now and after the next boot.");
  expect(said.late.code).toBe(1);
  expect(said.late.err).toContain("[no-trial]");
  expect(said.guard.out).toBe("000001.json\n000001.undo.sh\n");
  expect(said.back.out).toBe("back\n");
});

const ofCommand = "-f 'start.cjs apply ./lost'";
const ofTerminal = "-KILL -f 'script -qec tunectl apply ./lost'";

/** What befalls whoever began a trial and waits for an answer on the terminal. */
const lost: Readonly<Record<string, string>> = {
  "nobody answers": "true",
  "its command is hung up": `pkill -HUP ${ofCommand}`,
  "its command is interrupted": `pkill -INT ${ofCommand}`,
  "its command is ended": `pkill -TERM ${ofCommand}`,
  "its command is killed": `pkill -KILL ${ofCommand}`,
  "its terminal is gone": `pkill ${ofTerminal}`,
  "its command and its terminal are killed": `pkill -KILL ${ofCommand}; pkill ${ofTerminal}`,
  "its whole session is killed": "pkill -KILL -s $session",
};

for (const [at, [title, loss]] of Object.entries(lost).entries())
  realKernel(`a trial takes itself back where ${title}`, async () => {
    const name = `lost${process.pid}-${at}`;
    const said = await onHost(
      {
        trial: `${start}; cp web.yaml ${name}.yaml; sleep 30 | setsid script -qec 'tunectl apply ./${name}.yaml --trial 4s --ask' /dev/null > /tmp/out 2>&1 &
for n in $(seq 100); do grep -q 'Press Enter' /tmp/out && break; sleep 0.05; done
session=$(ps -o sid= -p $(pgrep -f 'start.cjs apply ./${name}' | head -n 1) | tr -d ' ')
${live(key)}; ${loss.replaceAll("./lost", `./${name}`)}; true`,
        back: isBack,
        status: "tunectl status; tunectl snapshots 1",
      },
      files,
    );
    expect(said.trial.out).toBe("30\n");
    expect(said.back.out).toBe("back\n");
    expect(said.status.out).toContain("No profile is applied.");
    expect(said.status.out).toMatch(/taken-back/);
  }, ["script", "ps", "pkill"]);

realKernel("an operator takes a trial back at once", async () => {
  const said = await onHost(
    {
      trial: `${start}; tunectl apply ./web.yaml --trial 5m > /dev/null; tunectl rollback --dry-run`,
      back: "tunectl rollback",
      world: isBack,
      again: "tunectl rollback",
    },
    files,
  );
  expect(said.trial.out).toContain(key);
  expect(said.back.code).toBe(0);
  expect(said.back.err).toContain("Change 1, which was on trial, is taken back.");
  expect(said.world.out).toBe("back\n");
  expect(said.again.out).toContain("Nothing to roll back");
});

realKernel(
  "a trial whose guard is killed is named, and the next command takes it back in its place",
  async () => {
    const said = await onHost(
      {
        trial: `${start}; tunectl apply ./web.yaml --trial 3s > /dev/null; ${signalGuard(1, "KILL")}; tunectl status`,
        recover: `tunectl recover; ${isBack}`,
        second: `tunectl apply ./web.yaml --trial 2s > /dev/null; ${signalGuard(2, "KILL")}; sleep 3; tunectl status`,
        late: "tunectl confirm",
        back: isBack,
      },
      files,
    );
    expect(said.trial.err).toContain("[trial-unguarded]");
    expect(said.recover.out).toBe("back\n");
    expect(said.second.code).toBe(4);
    expect(said.second.err).toContain("[interrupted-transaction]");
    expect(said.late.code).toBe(1);
    expect(said.late.err).toContain("change 2 is on trial no more: it was not confirmed in time");
    expect(said.back.out).toBe("back\n");
  },
);

realKernel("a confirmation that comes while the guard is stopped and the time is up is refused", async () => {
  const said = await onHost(
    {
      trial: `${start}; tunectl apply ./web.yaml --trial 2s > /dev/null; ${signalGuard(1, "STOP")}; sleep 3; tunectl confirm; echo $?`,
      back: isBack,
      woken: `${signalGuard(1, "CONT")}; sleep 2; ls /var/lib/tunectl`,
    },
    files,
  );
  expect(said.trial.out).toBe("1\n");
  expect(said.back.out).toBe("back\n");
  expect(said.woken.out).toBe("000001.json\n000001.undo.sh\n");
});

realKernel("a reboot takes a trial back, and that is written down", async () => {
  const said = await onHost(
    {
      trial: `${start}; tunectl apply ./web.yaml --trial 5m > /dev/null; ${signalGuard(1, "KILL")}; ${set(key, 60)}; ${set("net.ipv4.tcp_retries2", 15)}; ${set("net.ipv4.ip_forward", 0)}; ${reboot}; tunectl status`,
      recover: "tunectl recover; tunectl snapshots 1",
      back: isBack,
    },
    { ...files, ...anotherBoot },
  );
  expect(said.trial.code).toBe(0);
  expect(said.trial.out).toContain("No profile is applied.");
  expect(said.recover.err).toContain("a reboot has taken it back");
  expect(said.recover.out).toContain("on trial, and taken back by a reboot");
  expect(said.back.out).toBe("back\n");
});

realKernel("a counter that gets worse takes a trial back at once, and the history says why", async () => {
  const refused = `/tools/node -e 'for (let n = 0; n < 60; n++) require("node:net").connect(9, "127.0.0.1").on("error", () => {})'`;
  const said = await onHost(
    {
      unknown: "tunectl apply ./web.yaml --trial 5m --watch TcpExtNoSuch",
      alone: "tunectl apply ./web.yaml --watch TcpExtListenDrops",
      trial: `${start}; tunectl apply ./web.yaml --trial 5m --watch TcpAttemptFails:20 > /dev/null; ${refused}`,
      back: isBack,
      status: "tunectl snapshots 1; tunectl confirm",
    },
    files,
  );
  expect(said.unknown.err).toContain("[unknown-counter]");
  expect(said.alone.err).toContain("[needs-option]");
  expect(said.back.out).toBe("back\n");
  expect(said.status.out).toMatch(/a counter that got worse at .*\(TcpAttemptFails rose by \d+ in \d+ s/);
  expect(said.status.err).toContain("a counter got worse, and it is taken back (TcpAttemptFails rose");
});

realKernel("a trial of an image, or for no time, is refused before anything is touched", async () => {
  const said = await onHost(
    {
      image: "mkdir image; tunectl apply ./web.yaml --root image --trial 5m",
      time: "tunectl apply ./web.yaml --trial soon",
      left: "ls -A /var/lib",
    },
    files,
  );
  expect(said.image.err).toContain("[conflicting-options]");
  expect(said.time.err).toContain("write a time from 1s to 366d, such as 30s, 5m, 2h or 7d");
  expect(said.left.out).toBe("");
});

realKernel(
  "a file that something else changes during a trial is not overwritten by its confirmation",
  async () => {
    const said = await onHost(
      {
        trial: `tunectl apply ./other.yaml > /dev/null; ${start}; tunectl apply ./web.yaml --trial 5m > /dev/null; echo '# mine' >> ${dropIn}; tunectl confirm`,
        status: "tunectl status",
        back: `tunectl rollback > /dev/null; ${live(key)}; tail -n 1 ${dropIn}`,
      },
      files,
    );
    expect(said.trial.err).toContain("[file-modified-in-trial]");
    expect(said.status.code).toBe(5);
    expect(said.back.out).toBe("20\n# mine\n");
  },
);

realKernel("killed while it begins, a trial is taken back by its guard alone", async () => {
  const dies = `const fs = require("node:fs");
const open = fs.openSync;
fs.openSync = (path, ...rest) => {
  if (String(path).endsWith("tcp_retries2") && typeof rest[0] === "number" && rest[0] & 1 && fs.existsSync("/var/lib/tunectl/000001.guard")) process.kill(process.pid, "SIGKILL");
  return open(path, ...rest);
};
`;
  const said = await onHost(
    {
      trial: `${start}; ${tunectlAfter("dies.cjs", "apply ./web.yaml --trial 3s")}; echo $?; ${live(key)}`,
      back: isBack,
      status: "tunectl status; tunectl snapshots 1",
    },
    { ...files, "dies.cjs": dies },
  );
  expect(said.trial.out).toBe("137\n30\n");
  expect(said.back.out).toBe("back\n");
  expect(said.status.out).toContain("No profile is applied.");
});

realKernel(
  "a change of the kernel alone, or of the files alone, is made and taken back as it was asked for",
  async () => {
    const said = await onHost(
      {
        live: `${start}; tunectl apply ./other.yaml --live-only`,
        verify: `tunectl verify; tunectl status; ${live(key)}; ls /etc/sysctl.d`,
        back: `tunectl rollback > /dev/null; ${isBack}`,
        offline: `tunectl apply ./other.yaml --offline; ${live(key)}; grep = ${dropIn}`,
        undo: `tunectl rollback; ${isBack}`,
        both: "tunectl apply ./other.yaml --offline --live-only",
      },
      files,
    );
    expect(said.live.code).toBe(0);
    expect(said.live.out).toContain("NOT after the next boot (--live-only)");
    expect(said.verify.out).toContain("other: 1 setting in effect now, and not after the next boot.");
    expect(said.verify.out.endsWith("20\n")).toBe(true);
    expect(said.back.out).toBe("back\n");
    expect(said.offline.code).toBe(0);
    expect(said.offline.out.endsWith(`60\n${key} = 20\n`)).toBe(true);
    expect(said.undo.code).toBe(0);
    expect(said.undo.out.endsWith("back\n")).toBe(true);
    expect(said.both.err).toContain("[conflicting-options]");
  },
);

realKernel("on a terminal a trial asks, and keeps the change for Enter alone", async () => {
  const asks = (typed: string, time = "1m"): string =>
    `(sleep 2; ${typed}) | script -qec 'tunectl apply ./web.yaml --trial ${time} --ask' /dev/null; tunectl status`;
  const said = await onHost(
    {
      enter: asks("echo"),
      reset: `tunectl rollback > /dev/null; ${start}`,
      word: asks("echo no"),
      wordBack: isBack,
      interrupt: asks("printf '\\003'"),
      interruptBack: isBack,
      gone: `script -qec 'tunectl apply ./web.yaml --trial 1m --ask' /dev/null < /dev/null; ${isBack}`,
      over: `(sleep 6) | script -qec 'tunectl apply ./web.yaml --trial 2s --ask' /dev/null; ${isBack}`,
      none: "tunectl apply ./web.yaml --trial 1m --ask < /dev/null",
      log: "tunectl snapshots",
    },
    files,
  );
  expect(said.enter.out).toContain("Press Enter to keep it");
  expect(said.enter.out).toContain("in effect now and after the next boot.");
  expect(said.word.out).toContain("No profile is applied.");
  expect(said.wordBack.out).toBe("back\n");
  expect(said.interrupt.out).toContain("No profile is applied.");
  expect(said.interruptBack.out).toBe("back\n");
  expect(said.gone.out).toContain("back\n");
  expect(said.over.out).toContain("back\n");
  expect(said.none.err).toContain("[needs-option]");
}, ["script"]);

realKernel(
  "taking back a trial that has just ended by itself does not take back the change before it",
  async () => {
    const said = await onHost(
      {
        trial: `tunectl apply ./other.yaml > /dev/null; ${start}; tunectl apply ./web.yaml --trial 2s`,
        back: isBack,
        late: "tunectl rollback 2",
        live: live(key),
      },
      files,
    );
    expect(said.trial.out).toContain("To take it back now: tunectl rollback 2.");
    expect(said.back.out).toBe("back\n");
    expect(said.late.code).toBe(0);
    expect(said.late.out).toContain("change 2 is already undone");
    expect(said.live.out).toBe("20\n");
  },
);

realKernel(
  "what something else sets during a trial is named and stays, and is restored by force alone",
  async () => {
    const foreign = `tunectl apply ./other.yaml --trial 5m > /dev/null; ${set(key, 44)}`;
    const said = await onHost(
      {
        back: `${foreign}; tunectl rollback 1; echo $?; ${live(key)}`,
        force: `${set(key, 60)}; ${foreign}; tunectl rollback --force; ${live(key)}`,
        over: `tunectl apply ./other.yaml --trial 1s > /dev/null; ${set(key, 44)}; sleep 4; tunectl snapshots 3; ${live(key)}`,
        kept: `${set(key, 60)}; ${foreign}; tunectl verify; tunectl confirm`,
        rollback: "tunectl rollback",
      },
      files,
    );
    expect(said.back.err).toContain(`left as it is: ${key} is 44`);
    expect(said.back.out.endsWith("44\n")).toBe(true);
    expect(said.force.out).toBe("60\n");
    expect(said.over.out).toContain(`something else had set ${key}, which stays`);
    expect(said.over.out.endsWith("44\n")).toBe(true);
    expect(said.kept.code).toBe(2);
    expect(said.kept.out).toContain("`tunectl rollback 4` takes the trial back.");
    expect(said.kept.out).toContain("but something else has changed what is named above");
    expect(said.rollback.code).toBe(1);
    expect(said.rollback.err).toContain("[modified-externally]");
  },
);

realKernel(
  "the files alone are not changed while a change of the running kernel is on trial or cut short",
  async () => {
    const said = await onHost(
      {
        trial: "tunectl apply ./web.yaml --trial 5m > /dev/null; tunectl apply ./other.yaml --offline",
        only: "tunectl rollback --only net.ipv4.tcp_retries2",
        cut: `tunectl rollback 1 > /dev/null; ${tunectlAfter("dies.cjs", "apply ./web.yaml")}; tunectl apply ./other.yaml --offline`,
        back: `tunectl recover; ${live(key)}`,
      },
      { ...files, "dies.cjs": atRename("before", dropIn, die) },
    );
    expect(said.trial.code).toBe(76);
    expect(said.only.code).toBe(76);
    expect(said.cut.err).toContain("[open-live]");
    expect(said.back.out).toBe("60\n");
  },
);

realKernel(
  "a confirmation that is cut short is taken back whole, and a failed one leaves the trial on",
  async () => {
    const said = await onHost(
      {
        cut: `${start}; tunectl apply ./web.yaml --trial 5m > /dev/null; ${tunectlAfter("dies.cjs", "confirm")}; tunectl status`,
        confirm: "tunectl confirm",
        recover: `tunectl recover; ${isBack}`,
        failed: `tunectl apply ./web.yaml --trial 5m > /dev/null; ${tunectlAfter("fails.cjs", "confirm")}; echo $?; ls /etc/sysctl.d; tunectl status`,
        again: "tunectl confirm",
      },
      {
        ...files,
        "dies.cjs": atRename("after", dropIn, die),
        "fails.cjs": atRename("after", dropIn, 'throw Object.assign(new Error("EIO"), { code: "EIO" });'),
      },
    );
    expect(said.cut.code).toBe(4);
    expect(said.confirm.code).toBe(1);
    expect(said.recover.out).toContain("back\n");
    expect(said.failed.out).toMatch(/^1\n.*on trial \(snapshot 2\)/);
    expect(said.again.code).toBe(0);
  },
);

realKernel("a trial that is extended after its guard was killed has a guard again", async () => {
  const said = await onHost(
    {
      trial: `${start}; tunectl apply ./web.yaml --trial 1m > /dev/null; ${signalGuard(1, "KILL")}; tunectl status; tunectl confirm --extend 2s`,
      back: isBack,
    },
    files,
  );
  expect(said.trial.out).toContain("are left");
  expect(said.trial.out).toContain("on trial for another 2 s");
  expect(said.back.out).toBe("back\n");
});

realKernel("a trial whose record is damaged or gone is taken back all the same", async () => {
  const said = await onHost(
    {
      damaged: `${start}; tunectl apply ./web.yaml --trial 4s > /dev/null; sleep 1.5; echo x > /var/lib/tunectl/000001.json; ${isBack}`,
      told: "sleep 1; tunectl snapshots 1",
      gone: `rm -rf /var/lib/tunectl/*; tunectl apply ./web.yaml --trial 2s > /dev/null; rm /var/lib/tunectl/000001.json; ${isBack}`,
    },
    files,
  );
  expect(said.damaged.out).toBe("back\n");
  expect(said.told.out).toContain("taken back when its time was up");
  expect(said.gone.out).toBe("back\n");
});

realKernel("a guard that cannot write down that it is there takes the trial back all the same", async () => {
  const said = await onHost(
    {
      trial: `${start}; tunectl apply ./web.yaml --trial 1s > /dev/null; ${signalGuard(1, "KILL")}`,
      again: `with-fault ENOSPC 1 guard 1; ${isBack}`,
      told: "tunectl snapshots 1",
    },
    files,
  );
  expect(said.again.out).toBe("back\n");
  expect(said.told.out).toContain("taken back when its time was up");
});

realKernel("what a guard leaves that dies while it writes down that it is there is removed", async () => {
  const said = await onHost(
    {
      trial: `tunectl apply ./web.yaml --trial 5m > /dev/null; ${signalGuard(1, "KILL")}; with-fault TORN 1 guard 1; ls /var/lib/tunectl`,
      recover: "tunectl recover > /dev/null; ls /var/lib/tunectl",
    },
    files,
  );
  expect(said.trial.out).toContain("000001.guard.new\n");
  expect(said.recover.out).not.toContain("guard");
});

realKernel("a mistake in the way back during a trial changes nothing", async () => {
  const said = await onHost(
    {
      trial: `tunectl apply ./other.yaml > /dev/null; tunectl apply ./web.yaml --trial 5m > /dev/null; world > /tmp/trial`,
      mistakes: `for way in 'rollback 7' 'rollback 1' 'rollback --to 1' 'rollback --to-defaults' 'rollback --only net.ipv4.tcp_retries2' 'rollback 1 --dry-run' 'confirm 9'; do tunectl $way > /dev/null 2>&1; echo $?; done; world | cmp - /tmp/trial && echo same`,
    },
    files,
  );
  expect(said.mistakes.out).toBe("76\n76\n76\n76\n76\n76\n1\nsame\n");
});

realKernel("a change of the kernel alone ends with its boot, and so does what is said of it", async () => {
  const said = await onHost(
    {
      live: "tunectl apply ./other.yaml > /dev/null; tunectl apply ./web.yaml --live-only > /dev/null; tunectl status",
      reboot: `${set(key, 20)}; ${set("net.ipv4.tcp_retries2", 15)}; ${set("net.ipv4.ip_forward", 0)}; ${reboot}; tunectl status; tunectl verify`,
    },
    { ...files, ...anotherBoot },
  );
  expect(said.live.out).toContain("web: ");
  expect(said.reboot.code).toBe(0);
  expect(said.reboot.out).toContain("other: ");
});

realKernel("the counters that a profile names as its evidence can be watched", async () => {
  const said = await onHost(
    {
      named: "tunectl apply ./named.yaml --trial 5m --watch",
      none: "tunectl rollback > /dev/null; tunectl apply ./web.yaml --trial 5m --watch; tunectl rollback",
    },
    {
      ...files,
      "named.yaml": `name: named
summary: s
settings:
  ${key}: { value: 30, why: w, evidence: [TcpExtTCPTimeouts, ss -tan] }
`,
    },
  );
  expect(said.named.out).toContain("taken back at once if TcpExtTCPTimeouts gets worse by more than 10");
  expect(said.none.err).not.toContain("internal error");
});
