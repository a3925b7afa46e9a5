import type {
  At,
  BadExpression,
  BadParameter,
  BadStructure,
  BadYaml,
  MaybeAt,
  OnKey,
  Place,
  ValueFault,
} from "./parts.js";

/** A profile, or another text that a person wrote, is wrong. */
export type TextProblem =
  | { readonly code: "file-missing"; readonly file: string }
  | { readonly code: "file-unreadable"; readonly file: string; readonly errno: string }
  | { readonly code: "file-not-regular"; readonly file: string; readonly found: "folder" | "special" }
  | {
      readonly code: "file-too-large";
      readonly file: string;
      readonly bytes: number;
      readonly limit: number;
    }
  | { readonly code: "file-not-text"; readonly file: string; readonly offset: number }
  | {
      readonly code: "file-untrusted";
      readonly file: string;
      /** The file itself, or the folder or link on the way to it, that others can change. */
      readonly path: string;
      readonly why: "owner" | "writable" | "replaced";
    }
  | ({ readonly code: "control-character"; readonly character: string } & At)
  | ({ readonly code: "profile-empty" } & At)
  | ({ readonly code: "profile-too-long"; readonly limit: number } & At)
  | ({ readonly code: "yaml-syntax"; readonly fault: BadYaml } & At)
  | ({ readonly code: "yaml-duplicate-key"; readonly key: string } & At)
  | ({ readonly code: "yaml-tab" } & At)
  | ({ readonly code: "yaml-alias" } & At)
  | ({ readonly code: "yaml-tag"; readonly tag: string } & At)
  | ({ readonly code: "yaml-nesting"; readonly limit: number } & At)
  | ({
      readonly code: "profile-structure";
      /** The names of the part, outermost first; empty for the profile itself. */
      readonly part: readonly string[];
      readonly fault: BadStructure;
    } & At)
  | ({
      readonly code: "unknown-field";
      readonly field: string;
      readonly part: "profile" | "parameter" | "setting";
      readonly nearest?: string;
    } & At)
  | ({ readonly code: "missing-why"; readonly key: string; readonly text: string } & At)
  | ({
      readonly code: "unknown-profile";
      readonly name: string;
      readonly nearest?: string;
      /** The folders that were searched; the shipped profiles were, too. */
      readonly searched: readonly string[];
    } & MaybeAt)
  | ({ readonly code: "bad-profile-name"; readonly name: string } & MaybeAt)
  | ({ readonly code: "include-cycle"; readonly chain: readonly string[] } & At)
  | ({ readonly code: "include-depth"; readonly limit: number } & At)
  | ({ readonly code: "bad-key"; readonly text: string } & At)
  | ({ readonly code: "duplicate-key"; readonly key: string; readonly other: Place } & At)
  | ({ readonly code: "unknown-tunable"; readonly nearest?: string } & OnKey & At)
  | ({ readonly code: "never-existed"; readonly instead?: string } & OnKey & At)
  | ({
      readonly code: "removed-tunable";
      readonly version: string;
      readonly because: string;
      readonly instead?: string;
    } & OnKey &
      At)
  | ({ readonly code: "renamed-tunable"; readonly version: string; readonly successor: string } & OnKey & At)
  | ({ readonly code: "read-only-tunable" } & OnKey & At)
  | ({ readonly code: "write-only-tunable" } & OnKey & At)
  | ({ readonly code: "secret-tunable" } & OnKey & At)
  | ({ readonly code: "bad-value"; readonly fault: ValueFault } & OnKey & At)
  /** A value that other kernels take. */
  | ({ readonly code: "refused-by-kernel"; readonly fault: ValueFault; readonly kernel: string } & OnKey & At)
  | ({ readonly code: "bad-kernels"; readonly text: string } & At)
  | ({ readonly code: "unknown-allowance"; readonly id: string; readonly nearest?: string } & At)
  | ({ readonly code: "bound-on-pattern"; readonly bound: "at_least" | "at_most" } & OnKey & At)
  | ({ readonly code: "unordered-type"; readonly bound: "at_least" | "at_most" } & OnKey & At)
  | ({ readonly code: "empty-range"; readonly least: string; readonly most: string } & OnKey & At)
  | ({
      readonly code: "profiles-disagree";
      readonly wanted: string;
      readonly other: Place;
      readonly otherWanted: string;
    } & OnKey &
      At)
  | ({ readonly code: "bad-expression"; readonly expression: string; readonly fault: BadExpression } & At)
  | ({
      readonly code: "expression-type";
      readonly expression: string;
      readonly wanted: "boolean" | "number-or-text";
      /** The text it gives; absent where it gives a boolean. */
      readonly found?: string;
    } & At)
  | ({ readonly code: "bad-parameter"; readonly name: string; readonly fault: BadParameter } & At)
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
