/** What we say of a boot, in the form in which a judge tells what a real loader did. */
import { hasParentPart } from "../../src/boot/key-path.js";
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
  for (const { path, line } of done) if (readings.has(path)) readings.set(path, read(line.value));
  const isBlocked = faults.some((fault) => fault.code === "blocked");
  return {
    status: isBlocked ? 124 : Number(faults.some((fault) => fault.fails)),
    writes: toldBy(loader, tried, done).map(({ path, line }) => [path, line.value]),
    readings,
    isWholeStatus: done.length === tried.length && loader.script === undefined && !isAstray(stack, loader),
  };
}

/** systemd tells what it tries, procps what went well, and BusyBox prints keys that can be read in two ways. */
function toldBy(
  { name }: Loader,
  tried: readonly BootWrite[],
  done: readonly BootWrite[],
): readonly BootWrite[] {
  if (name === "busybox") return [];
  // 247 tells of a key with `..` before it knows whether that leads anywhere.
  return name === "systemd" ? tried.filter(({ line }) => !hasParentPart(line.key)) : done;
}

/** For systemd 247 a key with `..` that leads below a key is an error, and one that leads nowhere is none. */
const isAstray = ({ entries }: BootStack, loader: Loader): boolean =>
  loader.name === "systemd" &&
  traitsOf(loader).dotdot === "follow" &&
  entries.some(({ content }) => content.kind === "text" && /\.\.|\.\/\/\./.test(content.text));

/** `isWholeStatus`: whether the status is ours to foretell, and not that of a refused value. */
export type Foretold = Verdict & { readonly isWholeStatus: boolean };

/** As the kernel has it for the keys of these stacks: `010` is eight, and what follows a blank does not count. */
const asTaken = (value: string): string | undefined =>
  /^[ \t\n\r\v\f]*(0x[0-9a-fA-F]{1,2}|[0-9]{1,3})(?:[ \t\n]|$)/.exec(value)?.[1];
const isTaken = (value: string): boolean => asTaken(value) !== undefined;
const read = (value: string): string => {
  const taken = asTaken(value) ?? "";
  return String(/^0[0-7]+$/.test(taken) ? Number.parseInt(taken, 8) : Number(taken));
};

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
