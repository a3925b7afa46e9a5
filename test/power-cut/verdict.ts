/** Judges what a boot made of a cut: pure, over what was read. */
import type { Aftermath, Cut } from "./cut.js";
import type { StateName, States } from "./states.js";
import { differences, shortest, strayFrom, type World } from "./world.js";

export type Verdict = {
  readonly cut: Cut;
  readonly withUnit: boolean;
  /** The values when systemd-sysctl had ended. */
  readonly atBoot: string;
  readonly status: number;
  readonly after: string;
  /** Names beside a file that should be gone; no boot reads them. */
  readonly leftovers: readonly string[];
  /** What a law forbids. */
  readonly faults: readonly string[];
};

/** How `status` names a state. */
const named: Readonly<Record<StateName, RegExp>> = {
  none: /^No profile is applied\.\n$/,
  front: /^front: 5 settings.*\n5 settings in effect now and after the next boot\.\n$/,
  store: /^store: 4 settings.*\n4 settings in effect now and after the next boot\.\n$/,
};

export function judge(cut: Cut, withUnit: boolean, seen: Aftermath, { worlds, ignored }: States): Verdict {
  const either = [cut.from, cut.to] as const;
  const whole = (world: World): StateName | undefined =>
    either.find((state) => strayFrom(world, worlds[state], ignored).length === 0);
  const valuesOf = (values: World["values"]): StateName | undefined =>
    either.find((state) =>
      worlds[state]
        .flatMap((world) => [world.atBoot, world.values])
        .some((wanted) => differences(values, wanted, ignored).length === 0),
    );
  const word = (state: StateName | undefined): string =>
    state === undefined ? "neither" : state === cut.from ? "old" : "new";
  const end = whole(seen.recovered);
  const atBoot = valuesOf(seen.atBoot);
  const faults: string[] = [];
  const must = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  const strays = either.map((state) => strayFrom(seen.recovered, worlds[state], ignored));
  must(end !== undefined, `half: ${shortest(strays)?.join(", ")}`);
  must(seen.recover.code === 0, `recover ended with ${seen.recover.code}: ${seen.recover.out}`);
  must(seen.statusThen.code === 0, `status then ended with ${seen.statusThen.code}: ${seen.statusThen.out}`);
  must(end === undefined || named[end].test(seen.statusThen.out), `status said ${seen.statusThen.out}`);
  must(cut.moment.kind !== "end" || end === cut.to, "a change that was said to be made is lost");
  must(
    atBoot === end || seen.status.code === 4,
    "half live, and status did not say that a change was interrupted",
  );
  if (withUnit) {
    must(seen.unit === "success", `the unit ended with ${seen.unit}`);
    must(atBoot !== undefined && atBoot === end, "the boot set values of a change that was taken back");
    must(seen.status.code === 0, `status ended with ${seen.status.code}: ${seen.status.out}`);
    must(/^Nothing to recover/.test(seen.recover.out), "the unit left something to recover");
  }
  const { leftovers } = seen.recovered;
  return {
    cut,
    withUnit,
    atBoot: word(atBoot),
    status: seen.status.code,
    after: word(end),
    leftovers,
    faults,
  };
}
