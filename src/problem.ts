/** Everything that can be wrong, as data. The words for it are in `render/problems.ts`, its explanation in `docs/problems.md`. */

/** A spot in a text file; `line` and `column` count from 1, `length` in characters. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
};

/** What was wrong with one value, told by the grammar of its type. */
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
      readonly hint?: string;
    }
  | { readonly kind: "arity"; readonly found: number; readonly fields: readonly string[] }
  | { readonly kind: "descending"; readonly text: string; readonly fields: readonly string[] }
  | { readonly kind: "not-one-of"; readonly text: string; readonly values: readonly string[] }
  | { readonly kind: "ports"; readonly text: string; readonly part: string }
  | { readonly kind: "characters"; readonly text: string };

type At = { readonly place: Place };
type OnKey = { readonly key: string };

/** A profile, or another text that a person wrote, is wrong. */
export type TextProblem =
  | { readonly code: "file-missing"; readonly file: string }
  | { readonly code: "file-unreadable"; readonly file: string; readonly errno: string }
  | { readonly code: "file-not-regular"; readonly file: string; readonly found: string }
  | { readonly code: "file-too-large"; readonly file: string; readonly bytes: number; readonly limit: number }
  | { readonly code: "file-not-text"; readonly file: string; readonly offset: number }
  | {
      readonly code: "file-untrusted";
      readonly file: string;
      readonly culprit: string;
      readonly why: "owner" | "writable" | "replaced";
    }
  | ({ readonly code: "control-character"; readonly character: string } & At)
  | ({ readonly code: "profile-empty" } & At)
  | ({ readonly code: "too-many-parts"; readonly limit: number } & At)
  | ({ readonly code: "yaml-syntax"; readonly message: string } & At)
  | ({ readonly code: "yaml-duplicate-key"; readonly key: string } & At)
  | ({ readonly code: "yaml-tab" } & At)
  | ({ readonly code: "yaml-alias" } & At)
  | ({ readonly code: "yaml-tag"; readonly tag: string } & At)
  | ({ readonly code: "yaml-nesting"; readonly limit: number } & At)
  | ({ readonly code: "profile-structure"; readonly where: string; readonly message: string } & At)
  | ({
      readonly code: "unknown-field";
      readonly field: string;
      readonly part: "profile" | "parameter" | "setting";
      readonly nearest?: string;
    } & At)
  | ({ readonly code: "bare-value"; readonly key: string; readonly text: string } & At)
  | {
      readonly code: "unknown-profile";
      readonly name: string;
      readonly nearest?: string;
      readonly searched: readonly string[];
      readonly place?: Place;
    }
  | { readonly code: "bad-profile-name"; readonly name: string; readonly place?: Place }
  | ({ readonly code: "include-cycle"; readonly chain: readonly string[] } & At)
  | ({ readonly code: "include-depth"; readonly limit: number } & At)
  | ({ readonly code: "bad-key"; readonly text: string } & At)
  | ({ readonly code: "same-key-twice"; readonly key: string; readonly other: Place } & At)
  | ({ readonly code: "unknown-tunable"; readonly nearest?: string } & OnKey & At)
  | ({ readonly code: "removed-tunable"; readonly version: string; readonly because: string } & OnKey & At)
  | ({ readonly code: "renamed-tunable"; readonly version: string; readonly successor: string } & OnKey & At)
  | ({ readonly code: "read-only-tunable" } & OnKey & At)
  | ({ readonly code: "write-only-tunable" } & OnKey & At)
  | ({ readonly code: "secret-tunable" } & OnKey & At)
  | ({ readonly code: "bad-value"; readonly fault: ValueFault } & OnKey & At)
  | ({ readonly code: "bound-on-pattern"; readonly bound: string } & OnKey & At)
  | ({ readonly code: "bound-on-words"; readonly bound: string } & OnKey & At)
  | ({ readonly code: "bounds-crossed"; readonly least: string; readonly most: string } & OnKey & At)
  | ({
      readonly code: "profiles-disagree";
      readonly wanted: string;
      readonly other: Place;
      readonly otherWanted: string;
    } & OnKey &
      At)
  | ({ readonly code: "bad-expression"; readonly expression: string; readonly message: string } & At)
  | ({
      readonly code: "expression-kind";
      readonly expression: string;
      readonly wanted: string;
      readonly found: string;
    } & At)
  | ({ readonly code: "bad-parameter"; readonly name: string; readonly message: string } & At)
  | {
      readonly code: "unknown-parameter";
      readonly name: string;
      readonly known: readonly string[];
      readonly nearest?: string;
    }
  | {
      readonly code: "parameter-value";
      readonly name: string;
      readonly text: string;
      readonly minimum?: string;
      readonly maximum?: string;
    };

/** Worth a word, but nothing stops for it. */
export type Warning =
  | ({
      readonly code: "below-default";
      readonly wanted: string;
      readonly default: string;
      readonly since?: string;
    } & OnKey &
      At)
  | ({ readonly code: "image-unknown"; readonly value: string } & OnKey)
  | ({ readonly code: "no-effect"; readonly since: string } & OnKey & At)
  | ({
      readonly code: "more-than-memory";
      readonly wanted: string;
      readonly unit: string;
      readonly bytes: string;
      readonly memory: string;
    } & OnKey &
      At)
  | ({
      readonly code: "overridden-at-boot";
      readonly loader: string;
      readonly value: string;
      readonly file: string;
      readonly line: number;
    } & OnKey);

/** The host, or the state that tunectl keeps on it, stands in the way. */
export type HostProblem =
  | { readonly code: "not-root"; readonly command: string }
  | { readonly code: "no-kernel"; readonly path: string }
  | { readonly code: "kernel-read-only"; readonly path: string; readonly errno: string }
  | ({
      readonly code: "kernel-lacks-key";
      readonly kernel: string;
      readonly since?: string;
      readonly module?: string;
      readonly place?: Place;
    } & OnKey)
  | ({ readonly code: "not-writable-here"; readonly errno: string; readonly place?: Place } & OnKey)
  | ({
      readonly code: "needs-acceptance";
      readonly guard: string;
      readonly danger: string;
      readonly place?: Place;
    } & OnKey)
  | ({
      readonly code: "loses-at-boot";
      readonly wanted: string;
      readonly boot: string;
      readonly loader: string;
      readonly file: string;
      readonly line: number;
    } & OnKey)
  | { readonly code: "module-not-loadable"; readonly module: string; readonly message: string }
  | ({ readonly code: "write-refused"; readonly value: string; readonly errno: string } & OnKey)
  | ({ readonly code: "value-changed"; readonly wanted: string; readonly found: string } & OnKey)
  | { readonly code: "file-not-written"; readonly file: string; readonly errno: string }
  | {
      readonly code: "foreign-file";
      readonly file: string;
      readonly why: "not-ours" | "link" | "not-regular" | "hard-linked";
    }
  | { readonly code: "file-edited"; readonly file: string }
  | { readonly code: "locked"; readonly holder?: string }
  | { readonly code: "no-lock"; readonly message: string }
  | { readonly code: "state-untrusted"; readonly path: string; readonly why: string }
  | { readonly code: "damaged-snapshot"; readonly file: string; readonly message: string }
  | { readonly code: "unknown-snapshot"; readonly id: string; readonly known: readonly string[] }
  | { readonly code: "nothing-on-record"; readonly file: string; readonly profiles: readonly string[] }
  | ({
      readonly code: "changed-since";
      readonly ours: string;
      readonly found: string;
      readonly before?: string;
    } & OnKey)
  | ({ readonly code: "before-unknown"; readonly found: string } & OnKey)
  | ({
      readonly code: "not-restored";
      readonly wanted: string;
      readonly found: string;
      readonly reason: string;
    } & OnKey)
  | { readonly code: "file-not-restored"; readonly file: string; readonly reason: string }
  | { readonly code: "interrupted-transaction"; readonly id: string }
  | { readonly code: "interrupted"; readonly signal: string }
  | { readonly code: "facts-invalid"; readonly file: string; readonly message: string }
  | { readonly code: "namespace-forbidden"; readonly message: string; readonly remedy: string }
  | { readonly code: "usage"; readonly message: string };

export type Problem = TextProblem | HostProblem;

type Wrong = {
  readonly ok: false;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
};

/** Something checked: the value with what is worth a word, or all that is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Warning[] }
  | Wrong;

/** The same, where what is wrong leaves a part that can be checked further, so that all problems are told at once. */
export type Partly<T> = Checked<T> | (Wrong & { readonly partial: T });

export const good = <T>(value: T, warnings: readonly Warning[] = []): Checked<T> => ({
  ok: true,
  value,
  warnings,
});

export const bad = (problems: readonly Problem[], warnings: readonly Warning[] = []): Checked<never> => ({
  ok: false,
  problems,
  warnings,
});

/** The value, or what is left of it. */
export function whatIsSound<T>(checked: Partly<T>): T | undefined {
  if (checked.ok) return checked.value;
  return "partial" in checked ? checked.partial : undefined;
}

/** Each of these once, by what it says. */
export const distinct = <T>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];
