/** What must hold between several keys: `schema/relations.yaml`, compiled when the program is built. */

/** A value by its name in the expressions; throws `Unknown` where it is not known. */
export type ValueOf = (name: string) => never;

/**
 * What expressions ask of a host, by the names they use. Each is read when it is asked for, and throws
 * `Unknown` where it is not known.
 */
export type HostAnswers = {
  readonly memory_bytes: bigint;
  readonly swap_bytes: bigint;
  readonly committed_bytes: bigint;
  readonly page_size: bigint;
  readonly huge_page_bytes: bigint;
  readonly cpus: bigint;
  readonly threads: bigint;
  readonly processes: bigint;
  readonly open_files_limit: bigint;
  readonly listening_ports: readonly bigint[];
  readonly programs: readonly string[];
  readonly interfaces: readonly string[];
  readonly modules: readonly string[];
  readonly arch: string;
  readonly kernel: string;
  readonly kernel_at_least: (version: string) => boolean;
  readonly has_tunable: (key: string) => boolean;
  readonly can_load: (module: string) => boolean;
};

/** What a running host uses: read only where a relation asks for it. */
export type HostUse = {
  readonly swapBytes: bigint;
  /** Committed_AS: what processes have asked for. */
  readonly committedBytes: bigint;
  /** Of the default size of huge pages. */
  readonly hugePageBytes: bigint;
  readonly threads: bigint;
  readonly processes: bigint;
  /** The greatest hard limit on open files: of any process, of PAM's limits, of any unit. */
  readonly openFilesLimit: bigint;
  /** TCP listeners and bound UDP ports. */
  readonly listeningPorts: readonly bigint[];
  /** As `/proc/PID/comm` has them, each once. */
  readonly programs: readonly string[];
};

/** What an expression asks for is not known. */
export class Unknown extends Error {}

export type Condition = (value: ValueOf, host: HostAnswers, offered: typeof offeredFunctions) => boolean;

export type Relation = {
  readonly id: string;
  readonly summary: string;
  /** Name in the expressions → the key, and the field of a vector. */
  readonly keys: Readonly<
    Record<string, { readonly key: string; readonly field?: number; readonly text?: true }>
  >;
  readonly when?: Condition;
  readonly holds: Condition;
  /** As `parseKernels` reads it. */
  readonly kernels?: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly way_out: string;
  readonly source: readonly string[];
};

/** One side may decide though the other is not known: `unknown && false` is false. */
function decided(deciding: boolean, left: () => boolean, right: () => boolean): boolean {
  try {
    return left() === deciding ? deciding : right();
  } catch (error) {
    if (right() === deciding) return deciding;
    throw error;
  }
}

/** What expressions may call besides what a host answers. */
export const offeredFunctions = {
  and: (left: () => boolean, right: () => boolean): boolean => decided(false, left, right),
  or: (left: () => boolean, right: () => boolean): boolean => decided(true, left, right),
  words: (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== ""),
  max: (a: bigint, b: bigint): bigint => (a > b ? a : b),
  min: (a: bigint, b: bigint): bigint => (a < b ? a : b),
  at: <Item>(list: readonly Item[], index: bigint): Item => {
    const item = list[Number(index)];
    if (item === undefined) throw new Unknown();
    return item;
  },
  any_port: (ports: readonly bigint[], low: bigint, high: bigint): boolean =>
    ports.some((port) => port >= low && port <= high),
  /** Whether a list of ports and ranges, as the kernel prints it, holds a port. */
  in_ports: (list: string, port: bigint): boolean =>
    list
      .split(",")
      .filter((part) => part !== "")
      .map((part) => part.split("-").map(BigInt))
      .some(([low = 0n, high = low]) => port >= low && port <= high),
};
