/** A kernel in memory that refuses, rounds, moves other keys and fails on command, as real ones do. */
import type { Key } from "../../src/catalogue/key.js";
import type { Kernel, WriteResult } from "../../src/host.js";
import { type Faults, type Mode, makeFaults } from "./faults.js";
import { kernelRules, type State } from "./kernel-rules.js";

export type FakeKernel = Kernel & {
  /** Every key with the text the kernel prints. */
  readonly texts: () => ReadonlyMap<string, string>;
  /** Behind everybody's back, without rules and faults: another writer, a module that leaves. */
  readonly put: (key: string, text: string | undefined) => void;
  /** The keys that were written, in order; failed writes too. */
  readonly written: readonly string[];
};

export type KernelStart = {
  readonly values: Readonly<Record<string, string>>;
  readonly readOnly?: readonly string[];
  readonly faults?: Faults;
};

/** `values` in people's form: blanks between the fields of a vector. */
export function fakeKernel({ values, readOnly = [], faults = makeFaults() }: KernelStart): FakeKernel {
  const state: State = new Map(Object.entries(values).map(([key, text]) => [key, printed(text)]));
  const rules = kernelRules(state);
  const written: string[] = [];
  const take = (key: Key, text: string): WriteResult => {
    const before = state.get(key);
    const errno = before === undefined ? "ENOENT" : readOnly.includes(key) ? "EACCES" : undefined;
    if (errno !== undefined || before === undefined) return { ok: false, errno: errno ?? "ENOENT" };
    if (rules.some((rule) => rule.refuses?.(state, key, text))) return { ok: false, errno: "EINVAL" };
    if (!store(state, key, before, text)) return { ok: false, errno: "EINVAL" };
    for (const rule of rules) rule.moves?.(state, key, before);
    return { ok: true };
  };
  const write = (key: Key, text: string): WriteResult => {
    written.push(key);
    return faulty(faults.next(), text, (some) => take(key, some));
  };
  return {
    read: (key) => {
      const text = state.get(key);
      return text === undefined
        ? { status: "missing" }
        : { status: "present", text: `${text}\n`, writable: !readOnly.includes(key) };
    },
    readAll: () => new Map(),
    list: () => [...state.keys()] as Key[],
    write,
    probe: (key) => {
      if (!state.has(key)) return { ok: false, errno: "ENOENT" };
      return readOnly.includes(key) ? { ok: false, errno: "EACCES" } : { ok: true };
    },
    texts: () => new Map(state),
    put: (key, text) => void (text === undefined ? state.delete(key) : state.set(key, printed(text))),
    written,
  };
}

function faulty(mode: Mode | undefined, text: string, take: (text: string) => WriteResult): WriteResult {
  if (mode === undefined) return take(text);
  if (mode === "before") return { ok: false, errno: "EPERM" };
  // The first field of a vector, the first range of a list: what a short write leaves. Of a single number
  // nothing is left.
  const part = mode === "after" ? text : /^[^\s,]+(?=[\s,])/.exec(text)?.[0];
  if (part !== undefined) take(part);
  return mode === "quiet" ? { ok: true } : { ok: false, errno: mode === "half" ? "EINVAL" : "EINTR" };
}

/** The kernel parts the fields of a vector with tabs; words stay as they are. */
const printed = (text: string): string => (/^-?\d+( -?\d+)+$/.test(text) ? text.replace(/ /g, "\t") : text);

/** False where a part is refused; what stood before that part is stored then. */
function store(state: State, key: string, before: string, text: string): boolean {
  if (key.endsWith("_ports")) return storePorts(state, key, text);
  if (!/^-?\d+(\t-?\d+)*$/.test(before)) {
    state.set(key, text);
    return true;
  }
  const fields = before.split("\t");
  for (const [at, word] of text.split(/\s+/).entries()) {
    if (!/^-?\d+$/.test(word)) return false;
    if (at < fields.length) fields[at] = String(BigInt(word));
    state.set(key, fields.join("\t"));
  }
  return true;
}

/** A bitmap of ports: whatever is written, it is read sorted and merged. */
function storePorts(state: State, key: string, text: string): boolean {
  const set = new Set<number>();
  for (const part of text.split(",").filter((piece) => piece !== "")) {
    const [low = Number.NaN, high = low] = part.split("-").map(Number);
    if (!(low <= high && high <= 65_535)) return false;
    for (let port = low; port <= high; port++) set.add(port);
  }
  const starts = [...set].filter((port) => !set.has(port - 1)).sort((a, b) => a - b);
  state.set(key, starts.map((low) => portRange(set, low)).join(","));
  return true;
}

function portRange(set: ReadonlySet<number>, low: number): string {
  let high = low;
  while (set.has(high + 1)) high++;
  return high === low ? `${low}` : `${low}-${high}`;
}
