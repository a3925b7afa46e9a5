/** What becomes of a change on trial: when the power is cut, at a reboot, and when its session is killed. */
import { setTimeout as pause } from "node:timers/promises";
import { Machine } from "../guest/machine.js";
import { bootAfter, keepAsCut, wake } from "./cut.js";
import { copyState, type States } from "./states.js";
import { readWorld, strayFrom, type World } from "./world.js";

export type TrialResult = {
  readonly what: string;
  readonly seen: string;
  readonly faults: readonly string[];
};

/** A module cannot be on trial, and this set needs none. */
const put = "tunectl apply ./store.yaml --trial";

/** Who logs in is killed whole when the session ends, root as well. */
const killSessions = [
  "mkdir -p /etc/systemd/logind.conf.d",
  "printf '[Login]\\nKillUserProcesses=yes\\nKillExcludeUsers=\\n' > /etc/systemd/logind.conf.d/kill.conf",
  "systemctl restart systemd-logind",
].join(" && ");

export async function tryTrials(folder: string, states: States): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  for (const end of ["a cut", "a reboot"] as const)
    for (const withUnit of [false, true]) results.push(await tryEnd(folder, states, end, withUnit));
  results.push(await tryKilledSession(folder, states));
  return results;
}

const faultsOf = (world: World, { worlds, ignored }: States): readonly string[] => [
  ...strayFrom(world, worlds.none, ignored),
  ...world.leftovers,
];

async function tryEnd(
  folder: string,
  states: States,
  end: "a cut" | "a reboot",
  withUnit: boolean,
): Promise<TrialResult> {
  const machine = await wake(folder, "none");
  const trial = await machine.run(`${put} 10m`);
  if (end === "a reboot") await machine.reboot();
  await machine.cut();
  keepAsCut(folder);
  const after = await bootAfter(folder, withUnit);
  const codes = [trial, after.status, after.recover, after.statusThen].map(({ code }) => code);
  return {
    what: `${end} during a trial, ${withUnit ? "with" : "without"} the unit`,
    seen: `apply ${codes[0]}, status ${codes[1]}, recover ${codes[2]}, status ${codes[3]}`,
    faults: [
      ...(trial.code === 5 ? [] : [`apply said ${trial.out}`]),
      ...(after.status.code === 0 || !withUnit ? [] : [`status said ${after.status.out}`]),
      ...(after.recover.code === 0 ? [] : [`recover said ${after.recover.out}`]),
      ...(after.statusThen.code === 0 ? [] : [`status then said ${after.statusThen.out}`]),
      ...faultsOf(after.recovered, states),
    ],
  };
}

async function tryKilledSession(folder: string, states: States): Promise<TrialResult> {
  const machine = await Machine.start({ folder, disk: copyState(folder, "none") });
  await machine.run(killSessions);
  const trial = await machine.run(`su --login root -c 'cat /proc/self/cgroup; cd; ${put} 60s; echo code $?'`);
  const groups = await machine.run("cat /proc/[0-9]*/cgroup | sort -u | grep -E 'tunectl|session-'");
  const during = await machine.run("tunectl status; echo code $?; sysctl -n net.core.somaxconn");
  await pause(90_000);
  const after = await machine.run("tunectl status");
  const world = readWorld((await machine.run("sh /tools/world.sh")).out);
  await machine.cut();
  return {
    what: "the session killed during a trial of 60 s",
    seen: `still there: ${groups.out.trim()}; status ${/code (\d+)/.exec(during.out)?.[1]}, then ${after.code}`,
    faults: [
      ...(/session-.*code 5\n/s.test(trial.out) ? [] : ["there was no trial in a session"]),
      ...(/code 5\n8192\n$/.test(during.out) ? [] : ["the trial ended with the session"]),
      ...(after.code === 0 ? [] : [`status said ${after.out}`]),
      ...faultsOf(world, states),
    ],
  };
}
