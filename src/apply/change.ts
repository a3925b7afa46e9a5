/** What a change is made of, what it needs, and what comes of it. */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Snapshot, Store } from "../history/snapshot.js";
import type { Disk, Kernel } from "../host.js";
import type { Write } from "../plan/order.js";
import type { FileChange } from "../plan/plan.js";
import type { HostProblem } from "../problem.js";

/** All that a change is made of. `closure` are the keys whose readings it may move, its own among them. */
export type Change = {
  readonly writes: readonly Write[];
  /** Values that must stay, whatever the writes do to them: written only where they have moved. */
  readonly holds?: readonly Write[];
  readonly closure: readonly Key[];
  readonly files: readonly FileChange[];
  /** The snapshot as `prepared`: its `before.readings` are filled in here, from under the lock. */
  readonly snapshot: Snapshot;
};

export type Surroundings = {
  readonly catalogue: Catalogue;
  readonly kernel: Kernel | undefined;
  readonly disk: Disk;
  readonly store: Store;
  /** Between steps: lets signals in; the name of one that asks to stop. */
  readonly pause: () => Promise<string | undefined>;
};

/** A key that moved though nothing asked it to. */
export type SideEffect = { readonly key: Key; readonly before: Value | null; readonly after: Value | null };

export type Outcome =
  | {
      readonly status: "done";
      readonly snapshot: Snapshot;
      readonly written: readonly Write[];
      readonly sideEffects: readonly SideEffect[];
    }
  /** The host is as it was. */
  | { readonly status: "undone"; readonly problems: readonly HostProblem[] }
  /** The host is not as it was: what is left is among the problems. */
  | { readonly status: "left"; readonly problems: readonly HostProblem[] };
