/** What the guest holds, and whether that is wholly one of two states. */

export type World = {
  readonly values: ReadonlyMap<string, string>;
  /** The values when systemd-sysctl had just ended. */
  readonly atBoot: ReadonlyMap<string, string>;
  /** The bytes, mode and owner of each file of the boot. */
  readonly files: string;
  /** What a change must not leave behind. */
  readonly leftovers: readonly string[];
};

export function readWorld(text: string): World {
  const part = (name: string): string => text.split(`== ${name}\n`)[1]?.split(/^== /m)[0] ?? "";
  const lines = part("files").split("\n");
  const paths = lines.filter((line) => line.startsWith("/")).map((line) => line.split(" ")[0] ?? "");
  return {
    values: valuesOf(part("values")),
    atBoot: valuesOf(part("at boot")),
    files: filesOf(lines),
    leftovers: leftoversIn(paths),
  };
}

/** Each of `/etc` has two lines: what it is called, and its bytes. */
const filesOf = (lines: readonly string[]): string =>
  lines
    .flatMap((line, at) => (line.startsWith("/etc/") && !isHidden(line) ? [line, lines[at + 1]] : []))
    .join("\n");

const isHidden = (path: string): boolean => path.includes("/.");

/** Records stay, and each with what undoes it by hand; of all else nothing does. */
function leftoversIn(paths: readonly string[]): readonly string[] {
  const records = paths.flatMap((path) => /^(.*\/\d{6,})(\.taken-back)?\.json$/.exec(path)?.[1] ?? []);
  const isOfRecord = (path: string): boolean => records.some((record) => path.startsWith(`${record}.`));
  return paths.filter((path) => isHidden(path) || (path.startsWith("/var/") && !isOfRecord(path)));
}

/** From lines `/proc/sys/PATH:VALUE`; a value of several lines has one for each. */
export function valuesOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, path, value] = /^\/proc\/sys\/([^:]+(?::[^:/]+\/[^:]+)?):(.*)$/.exec(line) ?? [];
    if (path === undefined || value === undefined) continue;
    const former = values.get(path);
    values.set(path, former === undefined ? value : `${former}\n${value}`);
  }
  return values;
}

/** Keys that the kernel itself changes while it runs, or chooses at each boot. */
export function restless(worlds: readonly (readonly World[])[]): ReadonlySet<string> {
  const keys = worlds.flatMap((same) =>
    same.flatMap(({ values }) => same.flatMap((other) => differences(values, other.values, new Set()))),
  );
  return new Set(keys);
}

/** What counts, and what the kernel works out from the memory that is free when it starts. */
const ofItself = [
  /^(fs\/(dentry-state|inode-nr|inode-state|file-nr|aio-nr|quota\/)|kernel\/(random\/|ns_last_pid|pty\/nr|perf_))|_count$/,
  /^(vm\/user_reserve_kbytes|net\/ipv4\/(inet_peer_threshold|tcp_[rw]?mem|udp_mem))$/,
];

export const differences = (
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
  ignored: ReadonlySet<string>,
): readonly string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter(
    (key) => one.get(key) !== other.get(key) && !ignored.has(key) && !ofItself.some((one) => one.test(key)),
  );

/**
 * In what a world differs from a state; nothing where it is wholly that state.
 * @param states the state, and the same with a module that nothing unloads
 */
export function strayFrom(
  world: World,
  states: readonly World[],
  ignored: ReadonlySet<string>,
): readonly string[] {
  const values = states.map((state) => differences(world.values, state.values, ignored));
  return [
    ...(shortest(values) ?? []),
    ...(states.some(({ files }) => files === world.files) ? [] : ["the files"]),
  ];
}

export const shortest = (lists: readonly (readonly string[])[]): readonly string[] | undefined =>
  [...lists].sort((one, other) => one.length - other.length)[0];
