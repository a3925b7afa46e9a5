/** The profile that TuneD applies: what several files of it make together. */
import { type IniLine, iniLines, sectionNames } from "./ini.js";
import { type Files, linesLike } from "./sources.js";

/** One section of the merged profile that sets keys. */
export type TunedUnit = {
  readonly type: string;
  /** For some machines only. */
  readonly isConditional: boolean;
  readonly options: ReadonlyMap<string, IniLine>;
};

export type TunedProfile = {
  /** In the order in which they are applied. */
  readonly units: readonly TunedUnit[];
  readonly variables: ReadonlyMap<string, string>;
};

/** The later wins; in older versions profiles lay a folder higher. */
const folders = ["/usr/lib/tuned", "/etc/tuned", "/usr/lib/tuned/profiles", "/etc/tuned/profiles"];

const matters = linesLike(/^\s*(\[|[\w.:@/-]+\s*=)/);

type Unit = { type: string; enabled: boolean; conditional: boolean; options: Map<string, IniLine> };

/** @param names separated by blanks, as in /etc/tuned/active_profile */
export function tunedProfile(files: Files, names: string): TunedProfile {
  const units = new Map<string, Unit>();
  const variables = new Map<string, string>();
  const loaded = new Set<string>();
  const load = (profile: string): void => {
    const isOptional = profile.startsWith("-");
    const name = isOptional ? profile.slice(1) : profile;
    if (!/^[\w.-]+$/.test(name) || name === "." || name === "..") return;
    const file = folders
      .map((folder) => `${folder}/${name}/tuned.conf`)
      .filter((path) => !loaded.has(path) && files.has(path))
      .at(-1);
    if (file === undefined) {
      const known = folders.some((folder) => loaded.has(`${folder}/${name}/tuned.conf`));
      if (!isOptional && !known) files.fault({ file: name, reason: "no-such-profile" });
      return;
    }
    loaded.add(file);
    const sections = sectionsOf(files.text(file, matters) ?? "", file);
    for (const include of namesIn(sections.get("main")?.get("include")))
      load(expand(include, variables) ?? "");
    merge(sections, units, variables);
  };
  for (const name of names.split(/\s+/).filter(Boolean)) load(name);
  return { units: [...units.values()].filter(({ enabled }) => enabled).map(finished), variables };
}

const finished = ({ type, conditional, options }: Unit): TunedUnit => ({
  type,
  isConditional: conditional,
  options,
});

type Sections = ReadonlyMap<string, Map<string, IniLine>>;

/** An empty section counts: it has its place in the order in which they are applied. */
function sectionsOf(text: string, file: string): Sections {
  const sections = new Map(sectionNames(text).map((name) => [name, new Map<string, IniLine>()]));
  for (const line of iniLines(text, file, "#")) sections.get(line.section)?.set(line.name, line);
  return sections;
}

const own = new Set([
  ...["type", "enabled", "replace", "prepend", "drop", "priority", "devices", "devices_udev_regex"],
  ...["cpuinfo_regex", "uname_regex", "script_pre", "script_post"],
]);

const isTrue = (line: IniLine | undefined): boolean => /^(true|1)$/i.test(line?.value ?? "");

/** A section of a later profile adds to that of its name, and replaces it where it says so. */
function merge(sections: Sections, units: Map<string, Unit>, variables: Map<string, string>): void {
  for (const [name, section] of sections) {
    if (name === "main") continue;
    const options = new Map([...section].filter(([option]) => !own.has(option)));
    const type = section.get("type")?.value ?? name;
    if (type === "variables") {
      for (const [variable, { value }] of options) {
        const expanded = expand(value, variables);
        if (expanded === undefined) variables.delete(variable);
        else variables.set(variable, expanded);
      }
      continue;
    }
    const enabled = section.has("enabled") ? isTrue(section.get("enabled")) : true;
    const conditional = section.has("cpuinfo_regex") || section.has("uname_regex");
    const before = units.get(name);
    if (!before || isTrue(section.get("replace"))) units.set(name, { type, enabled, conditional, options });
    else {
      for (const dropped of namesIn(section.get("drop"))) before.options.delete(dropped);
      for (const [option, line] of options) before.options.set(option, line);
      Object.assign(before, { type, enabled, conditional: before.conditional || conditional });
    }
  }
}

const namesIn = (line: IniLine | undefined): readonly string[] =>
  (line?.value ?? "")
    .split(/[,;]/)
    .map((name) => name.trim())
    .filter(Boolean);

/** With variables put in; undefined where one is not known, or a function is called. */
export function expand(value: string, variables: ReadonlyMap<string, string>): string | undefined {
  const expanded = value.replace(/\$\{([^{}$]*)\}/g, (whole, name: string) => variables.get(name) ?? whole);
  return expanded.includes("${") ? undefined : expanded;
}
