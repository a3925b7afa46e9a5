/** Who else sets keys at boot, from what the files of a machine say. */
import type { About } from "./about.js";
import { deniedModules } from "./denied-modules.js";
import type { OtherWrite, Surroundings } from "./other-write.js";
import { programs, stateOf } from "./programs.js";
import {
  type BootSources,
  type Files,
  keptFiles,
  type Look,
  recordingFiles,
  type Unread,
} from "./sources.js";
import { lateInterfaces, modulesUnit, sysctlUnit } from "./units.js";

export function surroundingsOf(sources: BootSources, about: About): Surroundings {
  const unread: Unread[] = [];
  const found = surroundings(
    keptFiles(sources, (fault) => unread.push(fault)),
    about,
  );
  return { ...found, unread };
}

/**
 * What `surroundingsOf` asks of a machine's files. Which it asks does not depend on the kernel nor the
 * catalogue.
 */
export function bootSources(look: Look): BootSources {
  const { files, sources } = recordingFiles(look);
  surroundings(files, { catalogue: { all: [], get: () => undefined }, systemd: true });
  return sources;
}

const surroundings = (files: Files, about: About): Omit<Surroundings, "unread"> => ({
  writes: writes(files, about),
  unit: sysctlUnit(files, about),
  modulesUnit: modulesUnit(files, about),
  lateInterfaces: lateInterfaces(files),
  deniedModules: deniedModules(files),
});

const writes = (files: Files, about: About): readonly OtherWrite[] =>
  programs.flatMap((program): readonly OtherWrite[] => {
    const state = stateOf(program, files);
    if (state === undefined) return [];
    const { name, when } = program;
    return (program.read?.(files, about) ?? []).map((found) => ({ program: name, when, state, ...found }));
  });
