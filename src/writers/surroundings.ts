/** Who else sets keys at boot, from what the files of a machine say. */
import { expand, interfaceOf, type Key } from "../catalogue/key.js";
import type { Tunable } from "../catalogue/tunable.js";
import type { About } from "./about.js";
import { deniedModules, listedModules } from "./boot-modules.js";
import type { OtherWrite, PresentProgram, ProgramState, Surroundings } from "./other-write.js";
import { mayWrite, stateOf } from "./presence.js";
import type { Program } from "./program.js";
import { programs } from "./programs.js";
import {
  type BootSources,
  type Files,
  keptFiles,
  type Look,
  recordingFiles,
  type Unread,
} from "./sources.js";
import { hasSystemd, startedIn } from "./unit-files.js";
import { lateInterfaces, modulesUnit, sysctlUnit } from "./units.js";

/** Whether systemd is PID 1, its files tell, where nobody else does. */
type Asked = Omit<About, "systemd"> & Partial<Pick<About, "systemd">>;

export const surroundingsOf = (sources: BootSources, asked: Asked): Surroundings =>
  surroundingsOver((fault) => keptFiles(sources, fault), asked);

/** The same of a machine, which is asked for each path once, however often this is asked. */
export function surroundingsFrom(look: Look): (asked: Asked) => Surroundings {
  const { filesWith } = recordingFiles(look);
  return (asked) => surroundingsOver(filesWith, asked);
}

type FilesWith = (fault: (unread: Unread) => void) => Files;

function surroundingsOver(filesWith: FilesWith, asked: Asked): Surroundings {
  const systemd = asked.systemd ?? hasSystemd(filesWith(() => undefined));
  const unread = new Map<string, Surroundings["unread"][number]>();
  const found = surroundings(
    (program) =>
      filesWith((fault) => {
        if (!unread.has(fault.file)) unread.set(fault.file, { ...fault, ...(program && { program }) });
      }),
    { ...asked, systemd },
  );
  return { ...found, unread: [...unread.values()] };
}

/**
 * What `surroundingsOf` asks of a machine's files. Which it asks does not depend on the kernel nor the
 * catalogue.
 */
export function bootSources(look: Look): BootSources {
  const { files, sources } = recordingFiles(look);
  const catalogue = { all: [], get: () => undefined, causes: () => [] };
  const inits = hasSystemd(files) ? [true] : [true, false];
  for (const init of inits) surroundings(() => files, { catalogue, systemd: init });
  return sources;
}

type FilesFor = (program?: string) => Files;

function surroundings(filesFor: FilesFor, about: About): Omit<Surroundings, "unread"> {
  const files = filesFor();
  const started = startedIn(files);
  const present = programs.flatMap((program) => {
    const state = stateOf(program, files, started);
    return state === undefined ? [] : [{ program, state }];
  });
  return {
    writes: present.flatMap(({ program, state }) =>
      mayWrite(state, about) ? writesOf(program, state, filesFor(program.name), about) : [],
    ),
    programs: present.flatMap(({ program, state }) =>
      program.installed ? [presentProgram(program, state, files, about)] : [],
    ),
    unit: sysctlUnit(files, started, about),
    modulesUnit: modulesUnit(files, started, about),
    lateInterfaces: lateInterfaces(files),
    listedModules: listedModules(files),
    deniedModules: deniedModules(files),
  };
}

const writesOf = (
  { name, when, read }: Program,
  state: ProgramState,
  files: Files,
  about: About,
): readonly OtherWrite[] =>
  (read?.(files, about) ?? []).map((found) => ({ program: name, when, state, ...found }));

function presentProgram(
  { name, when, keys, writers, isUnknown }: Program,
  state: ProgramState,
  files: Files,
  about: About,
): PresentProgram {
  const mayDo = mayWrite(state, about) && isUnknown?.(files) !== false;
  return { name, state, when, ...(keys && { keys }), ...(writers && mayDo && { writers }) };
}

/** What programs that are here may do to a key besides what their files say: the catalogue names them. */
export const unknownWrites = (
  { programs: present, writes }: Surroundings,
  key: Key,
  { writers = [] }: Tunable,
): readonly OtherWrite[] =>
  present
    .filter((program) => program.writers?.some((name) => writers.includes(name)))
    .filter(({ name }) => !writes.some((write) => write.program === name && write.key === key))
    .map(({ name, when, state }) => ({ program: name, key, when, state }));

/** Who may set a key after sysctl.d is applied, to what nobody knows: by their files, and by the catalogue. */
export function mayWriteToo(
  around: Surroundings,
  key: Key,
  tunable: Tunable | undefined,
): readonly OtherWrite[] {
  const name = interfaceOf(key);
  const named = around.writes.filter(
    (write) =>
      write.when === "after" &&
      write.value === undefined &&
      expand(write.key, name === undefined ? [] : [name]).includes(key),
  );
  return tunable ? [...named, ...unknownWrites(around, key, tunable)] : named;
}
