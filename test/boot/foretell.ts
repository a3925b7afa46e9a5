/** What we say of a boot, in the form in which a judge tells what a real loader did. */
import { type Loader, traitsOf } from "../../src/boot/loader.js";
import { type BootWrite, simulate } from "../../src/boot/simulate.js";
import type { BootStack } from "../../src/boot/stack.js";
import { baseline, type Judge, type Judgement, type Verdict } from "./judge.js";

/** @param judgement of the same loader: which keys there are, and which are watched */
export function foretell(stack: BootStack, { loader }: Judge, { paths, verdicts }: Judgement): Foretold {
  const { writes, faults } = simulate(stack, loader, paths);
  const known = new Set(paths);
  const tried = writes.filter(({ path }) => known.has(path));
  const done = takenOf(tried, traitsOf(loader).refusalEndsFile);
  const readings = new Map([...(verdicts[0]?.readings.keys() ?? [])].map((path) => [path, baseline]));
  for (const { path, line } of done)
    if (readings.has(path)) readings.set(path, String(Number.parseInt(line.value, 10)));
  const isBlocked = faults.some((fault) => fault.code === "blocked");
  return {
    status: isBlocked ? 124 : Number(faults.some((fault) => fault.fails)),
    writes: toldBy(loader, tried, done).map(({ path, line }) => [path, line.value]),
    readings,
    isWholeStatus: done.length === tried.length && loader.script === undefined,
  };
}

/** systemd tells what it tries, procps what went well, and BusyBox prints keys that can be read in two ways. */
function toldBy(
  { name }: Loader,
  tried: readonly BootWrite[],
  done: readonly BootWrite[],
): readonly BootWrite[] {
  if (name === "busybox") return [];
  return name === "systemd" ? tried : done;
}

/** `isWholeStatus`: whether the status is ours to foretell, and not that of a refused value. */
export type Foretold = Verdict & { readonly isWholeStatus: boolean };

/** As the kernel has it for the keys of these stacks. */
const isTaken = (value: string): boolean => /^\s*[0-9]{1,3}(?:[ \t\n]|$)/.test(value);

function takenOf(tried: readonly BootWrite[], refusalEndsFile: boolean): readonly BootWrite[] {
  const ended = new Set<string>();
  return tried.filter(({ line: { file, value } }) => {
    if (ended.has(file) || value === "") return false;
    if (refusalEndsFile && !isTaken(value)) ended.add(file);
    return isTaken(value);
  });
}

/** In a form that can be compared and printed. */
export const shown = ({ status, writes, readings }: Verdict, { isWholeStatus }: Foretold): object => ({
  status: isWholeStatus ? Math.min(status, status === 124 ? 124 : 1) : "any",
  writes: status === 124 ? [] : writes.map(([path, value]) => `${path}=${value}`),
  readings: [...readings].map(([path, value]) => `${path}=${value}`),
});
