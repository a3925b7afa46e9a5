/**
 * What is applied on a host: the settings that drift, verify and a switch of profiles are measured against.
 */
import { dropInPath, readDropIn } from "../boot/drop-in.js";
import { isPattern } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Setting } from "../profile/profile.js";

export type Applied = {
  readonly profiles: readonly string[];
  /** The names and files as they were given, so that a report can say how to apply again. */
  readonly arguments?: readonly string[];
  /** `--set`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly settings: readonly Setting[];
  /**
   * What each key was before tunectl first set it; null where that is not known, or the key was not there.
   */
  readonly originals: Readonly<Record<string, Value | null>>;
  /** No file was written: the next boot knows nothing of it. */
  readonly liveOnly?: true;
  /** What the kernel moved when a key of the set was written, and which key that was. */
  readonly moved?: Readonly<Record<string, Moved>>;
  /** The name of our drop-in; absent where it is the usual one. */
  readonly dropIn?: string;
  /** By key: what the boot gives in place of the setting, which was accepted. */
  readonly yielded?: Readonly<Record<string, Yielded>>;
};

/** `value` is absent where it is not known; `by`: the file and line, or the program, that sets it. */
export type Yielded = { readonly value?: Value; readonly by?: string };

export type Moved = { readonly value: Value; readonly cause: string };

/**
 * The applied settings as the drop-in shows them: for a user who may not read the record, or where it is
 * lost. Originals are not known: null. Undefined where the text is not ours.
 */
export function appliedFromDropIn(text: string | undefined, path = dropInPath): Applied | undefined {
  const dropIn = readDropIn(text ?? "");
  if (!dropIn) return undefined;
  const settings = dropIn.lines.map(({ key, value, profile, why, line, length }): Setting => {
    const place = { file: path, line, column: 1, length };
    return { key, wanted: { kind: "value", value }, profile, place, why, evidence: [], source: [] };
  });
  const originals = Object.fromEntries(
    settings.filter(({ key }) => !isPattern(key)).map(({ key }) => [key, null]),
  );
  return { profiles: dropIn.profiles, parameters: {}, settings, originals };
}
