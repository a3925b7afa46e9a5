/**
 * Measures what the running kernel does with its keys, and prints it as JSON. It knows nothing of the
 * catalogue. Without arguments it enters a fresh network namespace and writes only there; `--machine` writes
 * the keys of the whole machine, and is for a virtual one that is thrown away.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeSync } from "node:fs";
import { cpus, arch as nodeArch, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { isDaring, isLeftOut, whyNotWritten } from "./left-out.js";
import { Field, numbersOf, told } from "./limits.js";
import { type MeasuredField, type MeasuredKey, type Measurement, type Move, print } from "./measurement.js";
import { type KeyFile, openAll } from "./proc-sys.js";

const inside = "--inside-a-namespace";
const machine = "--machine";
const list = "--list";

function enterNamespace(): never {
  const flags = process.getuid?.() === 0 ? ["-n"] : ["-r", "-n"];
  const again = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url), inside];
  const ran = spawnSync("unshare", [...flags, ...again], { stdio: "inherit" });
  if (ran.error) process.stderr.write(`unshare: ${ran.error.message}\n`);
  process.exit(ran.status ?? 1);
}

/** The lines of the kernel's configuration, where it can be had. */
function configuration(): string {
  const beside = `/boot/config-${release()}`;
  if (existsSync(beside)) return readFileSync(beside, "utf8");
  if (existsSync("/proc/config.gz")) return gunzipSync(readFileSync("/proc/config.gz")).toString();
  return "";
}

/** Makes an interface with an address, of a kind whose code is there already: no module is loaded for it. */
function makeInterface(config: string): string {
  const kinds = [
    ["veth", "CONFIG_VETH", "type veth peer name p1"],
    ["dummy", "CONFIG_DUMMY", "type dummy"],
    ["ifb", "CONFIG_IFB", "type ifb"],
  ] as const;
  const ip = (args: string): boolean => spawnSync("ip", args.split(" ")).status === 0;
  for (const [name, option, rest] of kinds)
    if (existsSync(`/sys/module/${name}`) || config.includes(`\n${option}=y\n`))
      if (ip(`link add p0 ${rest}`)) {
        ip("address add 192.0.2.1/24 dev p0");
        ip("link set p0 up");
        return "p0";
      }
  return "lo";
}

type Snapshot = ReadonlyMap<KeyFile, string>;

class Measuring {
  readonly #files: readonly KeyFile[];
  readonly #interface: string;
  readonly #wholeMachine: boolean;
  /** Those that change by themselves, or that nobody can set. */
  readonly #quiet: { readonly network: readonly KeyFile[]; readonly other: readonly KeyFile[] };
  readonly #first: Map<KeyFile, string>;
  readonly keys: Record<string, MeasuredKey> = {};

  constructor(files: readonly KeyFile[], anInterface: string, wholeMachine: boolean) {
    this.#files = files;
    this.#interface = anInterface;
    this.#wholeMachine = wholeMachine;
    const writable = files.filter(
      ({ access, key }) => access === "read-write" && (wholeMachine || key.startsWith("net.")),
    );
    const before = this.#snapshot(writable);
    for (const file of files) this.keys[file.key] = this.#reading(file);
    const after = this.#snapshot(writable);
    const quiet = writable.filter((file) => before.get(file) === after.get(file));
    this.#quiet = { network: quiet.filter(isOfNetwork), other: quiet.filter((file) => !isOfNetwork(file)) };
    this.#first = new Map(quiet.map((file) => [file, before.get(file) ?? ""]));
  }

  #reading(file: KeyFile): MeasuredKey {
    if (file.access === "write-only") return { access: file.access };
    const reading = file.read();
    return "text" in reading
      ? { access: file.access, reads: reading.text }
      : { access: file.access, unread: reading.error };
  }

  #snapshot(files: readonly KeyFile[]): Map<KeyFile, string> {
    return new Map(
      files.map((file) => {
        const reading = file.read();
        return [file, "text" in reading ? reading.text : reading.error];
      }),
    );
  }

  addNamespace(seen: Readonly<Record<string, MeasuredKey["access"]>>): void {
    for (const [key, what] of Object.entries(this.keys))
      if (key.startsWith("net.") && [undefined, "all", "default"].includes(interfaceOf(key)))
        this.keys[key] = { ...what, in_namespace: seen[key] ?? "absent" };
  }

  #isWanted({ key, access }: KeyFile): boolean {
    if (access !== "read-write" || !(this.#wholeMachine || key.startsWith("net."))) return false;
    return ["all", "default", this.#interface, undefined].includes(interfaceOf(key));
  }

  /** Measures the keys that are wanted now. */
  run(isNow: (key: string) => boolean): void {
    for (const file of this.#files)
      if (isNow(file.key) && this.#isWanted(file)) {
        // Should the machine stop, its console shows at which key.
        if (this.#wholeMachine) process.stderr.write(`${file.key}\n`);
        const found = this.#measure(file);
        if (found !== undefined)
          this.keys[file.key] = { ...this.keys[file.key], ...this.#reading(file), ...found };
      }
  }

  #measure(file: KeyFile): Partial<MeasuredKey> | undefined {
    const reading = file.read();
    const original = "text" in reading ? numbersOf(reading.text) : undefined;
    if (original === undefined) return undefined;
    const reads = this.keys[file.key]?.reads;
    const why = this.#first.has(file) ? whyNotWritten(file.key) : "it changes by itself";
    if (why !== undefined) return { unwritten: why };
    // 0 is not taken back by vm.dirty_bytes: only a write of its twin restores it.
    const restore = (): void => {
      if (file.write(this.#first.get(file) ?? "") !== undefined) this.#restore(file);
    };
    const fields = original.map((_, at) => new Field(file, original, at, restore));
    const measured = fields.map((field) => field.measure());
    this.#restore(file);
    const refused = measured.find((one) => typeof one === "string");
    if (refused !== undefined)
      return { unwritten: `every number that was tried is refused, its own too: ${refused}` };
    const wrote = fields.flatMap((field) => field.changes());
    const moved = this.#moved(file, wrote);
    const now = file.read();
    const stays = "text" in now && now.text !== reads ? now.text : undefined;
    return {
      ...(reads === undefined ? {} : { reads }),
      fields: measured as MeasuredField[],
      wrote,
      ...(Object.keys(moved).length === 0 ? {} : { moved }),
      ...(stays === undefined ? {} : { stays }),
    };
  }

  /** Writes each of the texts, then its own again, and sees which other keys read otherwise. */
  #moved(file: KeyFile, texts: readonly string[]): Record<string, Move[]> {
    const moved: Record<string, Move[]> = {};
    const own = this.#first.get(file) ?? "";
    for (const text of texts) {
      let before: Snapshot = this.#first;
      for (const wrote of [text, own]) {
        file.write(wrote);
        const after = this.#near(file);
        const others = [...after].filter(([other, to]) => other !== file && to !== before.get(other));
        for (const [other, to] of others) {
          // That its own value puts all back is nothing to tell.
          if (wrote === own && to === this.#first.get(other)) continue;
          moved[other.key] ??= [];
          moved[other.key]?.push({ wrote, from: before.get(other) ?? "", to });
        }
        // What moved nothing when it was written moves nothing when it is taken back.
        if (others.length === 0 && wrote === text) {
          file.write(own);
          break;
        }
        before = after;
      }
      if (before !== this.#first) this.#restore(file);
    }
    return moved;
  }

  /**
   * Back to the first values: the key itself, then what it has moved, which may in turn have moved it. What
   * cannot be restored is how things are from then on.
   */
  #restore(file: KeyFile): void {
    file.write(this.#first.get(file) ?? "");
    const wrong = (): readonly (readonly [KeyFile, string])[] =>
      [...this.#near(file)].filter(([one, text]) => text !== this.#first.get(one));
    let left = wrong();
    for (let round = 0; round < 3 && left.length > 0; round++) {
      for (const [one] of left) one.write(this.#first.get(one) ?? "");
      left = wrong();
    }
    for (const [one, text] of left) this.#first.set(one, text);
  }

  /** No key of the network moves one outside it, nor the other way round: half of the readings need not be taken. */
  #near(file: KeyFile): Snapshot {
    return this.#snapshot(this.#quiet[isOfNetwork(file) ? "network" : "other"]);
  }
}

const isOfNetwork = ({ key }: KeyFile): boolean => key.startsWith("net.");

const interfaceOf = (key: string): string | undefined =>
  /^net\.(?:ipv[46]|mpls)\.(?:conf|neigh)\.(.+)\.[^.]+$/.exec(key)?.[1];

/** An error_cost that nobody has changed is one second in ticks. */
function ticks(config: string, keys: Readonly<Record<string, MeasuredKey>>): number | undefined {
  const written = /^CONFIG_HZ=(\d+)$/m.exec(config)?.[1];
  const cost = Number(keys["net.ipv4.route.error_cost"]?.reads);
  if (written !== undefined) return Number(written);
  return [100, 250, 300, 1000].includes(cost) ? cost : undefined;
}

function main(): void {
  // Half of the writes fail, and nobody reads where.
  Error.stackTraceLimit = 0;
  const wholeMachine = process.argv.includes(machine);
  if (process.argv.includes(list)) {
    const found = openAll((key) => !key.startsWith("net.") || isLeftOut(key));
    say(JSON.stringify(Object.fromEntries(found.map(({ key, access }) => [key, access]))));
    return;
  }
  if (!wholeMachine && !process.argv.includes(inside)) enterNamespace();
  const config = configuration();
  const anInterface = makeInterface(config);
  const started = Date.now();
  // One interface stands for all, and beside it there is one without an address.
  const interfaces = ["all", "default", "lo", anInterface];
  const isOther = (key: string): boolean => !interfaces.includes(interfaceOf(key) ?? "all");
  const files = openAll((key) => isLeftOut(key) || isOther(key));
  const measuring = new Measuring(files, anInterface, wholeMachine);
  if (wholeMachine) measuring.addNamespace(accessInNamespace());
  const hz = ticks(config, measuring.keys);
  const answer = (): string => {
    const measurement: Measurement = {
      kernel: release(),
      date: new Date().toISOString().slice(0, 10),
      arch: { x64: "x86_64", arm64: "aarch64" }[nodeArch() as string] ?? nodeArch(),
      ...(hz === undefined ? {} : { hz }),
      page_size: Number(spawnSync("getconf", ["PAGE_SIZE"], { encoding: "utf8" }).stdout || 4096),
      memory_bytes: totalmem(),
      cpus: cpus().length,
      wrote: wholeMachine ? "machine" : "network-namespace",
      interface: anInterface,
      told: told.map(String),
      keys: measuring.keys,
    };
    return print(measurement);
  };
  measuring.run((key) => !isDaring(key));
  // Should the machine stop among the daring ones, this is what was found so far.
  if (wholeMachine) say(answer());
  measuring.run(isDaring);
  say(answer());
  process.stderr.write(`measured in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** Which keys of the network there are in a fresh namespace. */
function accessInNamespace(): Readonly<Record<string, MeasuredKey["access"]>> {
  const again = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url), list];
  const ran = spawnSync("unshare", ["-n", ...again], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return JSON.parse(ran.stdout) as Readonly<Record<string, MeasuredKey["access"]>>;
}

function say(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

main();
