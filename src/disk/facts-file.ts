/** Facts of a host in one file: what `capture` writes and `--against` reads. */
import type { BootStack, Loader } from "../boot/stack.js";
import { recordedKey } from "../catalogue/key.js";
import { validateFacts } from "../generated/validate-facts.js";
import type { HostFacts, RawReading } from "../host.js";
import type { Applied } from "../plan/plan.js";
import { bad, type Checked, good } from "../problem.js";
import { readTextFile } from "./text-file.js";

/** A reading: the text alone where it is present and writable. */
type KeptReading =
  | string
  | { readonly value: string; readonly writable: false }
  | { readonly status: "write-only" }
  | { readonly status: "denied"; readonly errno: string };

export type FactsFile = {
  readonly version: 1;
  readonly kind: "facts";
  /** ISO 8601, UTC. */
  readonly taken: string;
  readonly host: {
    readonly name: string;
    readonly kernel: string;
    readonly arch: string;
    readonly memory_bytes: string;
    readonly cpus: string;
    readonly page_size: string;
    readonly modules: readonly string[];
    readonly loadable_modules: readonly string[];
    readonly interfaces: readonly string[];
    readonly boot_loader: Loader;
  };
  readonly readings: Readonly<Record<string, KeptReading>>;
  readonly boot: BootStack;
  readonly drop_in: string | null;
  readonly modules_file: string | null;
  readonly applied: Applied | null;
};

const largestFacts = 64 * 1_048_576;

export function keptHost(host: HostFacts): FactsFile["host"] {
  return {
    name: host.name,
    kernel: host.kernel,
    arch: host.arch,
    memory_bytes: String(host.memoryBytes),
    cpus: String(host.cpus),
    page_size: String(host.pageSize),
    modules: host.modules,
    loadable_modules: host.loadableModules,
    interfaces: host.interfaces,
    boot_loader: host.loader,
  };
}

export function hostFromFile({ host }: FactsFile): HostFacts {
  return {
    name: host.name,
    kernel: host.kernel,
    arch: host.arch,
    memoryBytes: BigInt(host.memory_bytes),
    cpus: BigInt(host.cpus),
    pageSize: BigInt(host.page_size),
    modules: host.modules,
    loadableModules: host.loadable_modules,
    interfaces: host.interfaces,
    loader: host.boot_loader,
    bootId: "",
  };
}

export function keptReading(reading: RawReading): KeptReading | undefined {
  if (reading.status === "missing") return undefined;
  if (reading.status !== "present") return reading;
  const value = reading.text.replace(/\n$/, "");
  return reading.writable ? value : { value, writable: false };
}

/** A key that the capture does not hold was not there: the whole of `/proc/sys` was read. */
export function rawReading(kept: KeptReading | undefined): RawReading {
  if (kept === undefined) return { status: "missing" };
  if (typeof kept === "string") return { status: "present", text: kept, writable: true };
  return "value" in kept ? { status: "present", text: kept.value, writable: false } : kept;
}

/** Reads and checks a captured file; every name in it goes through the grammar of keys, as any input does. */
export function readFacts(path: string, shown: string): Checked<FactsFile> {
  const text = readTextFile(path, largestFacts);
  if (!text.ok) return text;
  const invalid = (message: string): Checked<never> => bad([{ code: "facts-invalid", file: shown, message }]);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.value);
  } catch (error) {
    return invalid(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!validateFacts(parsed)) {
    const error = validateFacts.errors?.[0];
    return invalid(
      `${error?.instancePath || "it"} ${error?.message?.replace(/^must have required property/, "lacks") ?? "has another form"}`,
    );
  }
  const facts = parsed as FactsFile;
  const wrong = Object.keys(facts.readings).find((key) => recordedKey(key) === undefined);
  return wrong === undefined ? good(facts) : invalid(`\`${wrong}\` is no key`);
}
