/**
 * What exactly is wrong with a value, a part of a profile, a stored file or a host. `detail` is what a
 * library or a program said.
 */

export type BadYaml =
  | { readonly kind: "parser"; readonly detail: string }
  | { readonly kind: "second-document" }
  /** `{ value: ${…} }`: the braces of the expression end the map. */
  | { readonly kind: "unquoted-expression" };

export type BadStructure =
  | { readonly kind: "missing-field"; readonly field: string }
  | { readonly kind: "no-value" }
  | { readonly kind: "value-and-bounds" }
  | { readonly kind: "wrong-type"; readonly expected: "map" | "list" | "text" | "text-or-number" }
  | { readonly kind: "empty" }
  | { readonly kind: "schema"; readonly detail: string };

export type BadParameter =
  | { readonly kind: "bad-name" }
  /** The expression language uses the name itself. */
  | { readonly kind: "name-taken" }
  | { readonly kind: "not-a-whole-number"; readonly text: string }
  | { readonly kind: "too-many-digits"; readonly text: string; readonly limit: number }
  | { readonly kind: "default-out-of-range" };

export type BadExpression =
  | { readonly kind: "not-closed" }
  /** `when` takes one expression and nothing beside it. */
  | { readonly kind: "not-one-expression" }
  /** It asks about the host, and an image says nothing of it. */
  | { readonly kind: "host-unknown" }
  | { readonly kind: "too-long"; readonly limit: number }
  | { readonly kind: "not-offered"; readonly name: string; readonly offered: readonly string[] }
  | { readonly kind: "bad-version"; readonly text: string }
  | { readonly kind: "loop-in-loop"; readonly name: string; readonly loop: string }
  | { readonly kind: "list-sum-in-loop"; readonly loop: string }
  /** It gives neither a whole number, nor text, nor a boolean. */
  | { readonly kind: "result-type" }
  | { readonly kind: "language"; readonly detail: string };

/**
 * How the value of `all` and that of an interface make the one that counts. `interface`: its own alone;
 * `or-unless-forwarding`: `and` on an interface that forwards.
 */
export type Combination = "max" | "or" | "and" | "or-unless-forwarding" | "interface";

/** A part of all kernels: from `since` on, and `before` another. */
export type Versions = { readonly since?: string; readonly before?: string };

/** What is wrong with one value, by the grammar of its type. */
export type ValueFault =
  | { readonly kind: "empty" }
  | { readonly kind: "not-a-number"; readonly text: string; readonly hint?: string }
  | { readonly kind: "octal"; readonly text: string; readonly octal: string; readonly decimal: string }
  | { readonly kind: "unit"; readonly text: string; readonly unit: string; readonly instead?: string }
  | {
      readonly kind: "range";
      readonly text: string;
      readonly minimum?: string;
      readonly maximum?: string;
      /** The kernels that refuse it, and the nearest that take it, where some do. */
      readonly versions?: Versions;
      readonly taken?: Versions;
      /** The number in the tunable's unit, where the text was probably meant in another one. */
      readonly converted?: { readonly unit: string; readonly value: string; readonly to: string };
    }
  | { readonly kind: "arity"; readonly found: number; readonly fields: readonly string[] }
  | { readonly kind: "descending"; readonly text: string; readonly fields: readonly string[] }
  | {
      readonly kind: "not-one-of";
      readonly text: string;
      readonly values: readonly string[];
      /** Those that have it, of a value that only some kernels have. */
      readonly versions?: Versions;
    }
  | {
      readonly kind: "list";
      readonly of: "ports" | "CPUs" | "numbers";
      readonly text: string;
      /** The part that is neither a number nor a range. */
      readonly part: string;
    }
  | { readonly kind: "characters"; readonly text: string };

/** Why a stored file cannot be used. `detail` is what a library said. */
export type BadRecord =
  | { readonly kind: "not-text" }
  | { readonly kind: "not-json"; readonly detail: string }
  | { readonly kind: "too-deep"; readonly limit: number }
  /** Two readers could take two values for it. */
  | { readonly kind: "duplicate-name"; readonly name: string }
  | { readonly kind: "structure"; readonly path: string; readonly detail: string }
  | { readonly kind: "bad-key"; readonly key: string }
  | { readonly kind: "checksum" }
  /** Its name is that of another record. */
  | { readonly kind: "other-id"; readonly id: string }
  | { readonly kind: "version"; readonly found: string; readonly known: string }
  | { readonly kind: "owner"; readonly owner: number; readonly expected: number };

/** How a trial ended that is no longer pending. */
export type TrialEnd = "rolled-back" | "timed-out" | "watched" | "rebooted" | "recovered";

/** Why no namespace can be made here. */
export type NamespaceObstacle =
  | { readonly kind: "not-installed"; readonly program: string }
  | {
      readonly kind: "settings";
      readonly settings: readonly { readonly key: string; readonly value: string }[];
    }
  | { readonly kind: "seccomp" }
  | { readonly kind: "not-in-kernel" }
  | { readonly kind: "mount-refused" }
  | { readonly kind: "unknown" };

/** A spot in a text file; `line` and `column` count from 1, `length` in characters. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
};

export type At = { readonly place: Place };
export type MaybeAt = { readonly place?: Place };
/**
 * Why a line has the last word over another: it is read later; it names the key where the other is a
 * pattern; it is about a key that moves this one; or it is carried out later, since the other repeats an
 * earlier line.
 */
export type PrecedenceRule = "read-later" | "names-it" | "moves-it" | "carried-out-later";

/**
 * What ends an override, besides accepting it:
 * - name-it: the profile sets the key by its own name as well
 * - drop-in: our drop-in under a name that is read later
 * - remove-line: the line goes out of a file of the administrator
 * - take-over: tunectl comments that line out
 * - mask: a file in /etc of that name takes the place of a package's, or of one that is made at each boot
 * - profile: the line is our own
 */
export type OverrideWay = "name-it" | "drop-in" | "remove-line" | "take-over" | "mask" | "profile";

/**
 * Why a line of a file is not taken over:
 * - not-administrators: it is not one of /etc, but of a package, or made at each boot
 * - odd-name: its name has a line's end, which the record of a change could not be read with
 * - elsewhere: it is a link to a file that is none of sysctl's
 * - owner, writable: others could change it, or put another in its place
 * - hard-linked, not-regular, unreadable: of the file itself
 * - not-text: it has bytes or line ends that a record could not keep
 * - secret: it holds one, and no record may
 * - too-large: for a record
 */
export type TakeOverObstacle =
  | "not-administrators"
  | "odd-name"
  | "elsewhere"
  | "owner"
  | "writable"
  | "hard-linked"
  | "not-regular"
  | "unreadable"
  | "not-text"
  | "secret"
  | "too-large";

export type OnKey = { readonly key: string };

/** A relation between keys that does not hold. */
export type RelationFinding = {
  readonly id: string;
  /** Those of its keys that are set. */
  readonly keys: readonly string[];
  readonly message: string;
  readonly way_out: string;
} & MaybeAt;
