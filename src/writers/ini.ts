/** Files in sections, as systemd, TuneD, NetworkManager and saptune have them. */
import { linesOf } from "./sources.js";

export type IniLine = {
  /** Empty before the first. */
  readonly section: string;
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
};

/** @param inlineComment what ends a value, after a blank */
export function iniLines(text: string, file: string, inlineComment?: string): readonly IniLine[] {
  const found: IniLine[] = [];
  let section = "";
  for (const { number, text: line } of linesOf(text)) {
    if (/^[#;]/.test(line)) continue;
    const header = /^\[(.*)\]/.exec(line)?.[1];
    if (header !== undefined) section = header;
    else {
      const at = line.indexOf("=");
      if (at < 1) continue;
      const value = withoutComment(line.slice(at + 1), inlineComment);
      found.push({ section, name: line.slice(0, at).trim(), value, file, line: number });
    }
  }
  return found;
}

/** The names of all sections in their order, of empty ones too. */
export const sectionNames = (text: string): readonly string[] =>
  linesOf(text).flatMap(({ text: line }) => /^\[(.*)\]/.exec(line)?.[1] ?? []);

function withoutComment(value: string, sign: string | undefined): string {
  if (sign === undefined) return value.trim();
  for (let at = value.indexOf(sign); at >= 0; at = value.indexOf(sign, at + 1))
    if (at === 0 || /\s/.test(value[at - 1] ?? "")) return value.slice(0, at).trim();
  return value.trim();
}

/** What systemd takes for yes and no; undefined for what it does not understand. */
export function booleanOf(value: string): boolean | undefined {
  if (/^(1|yes|y|true|t|on)$/i.test(value)) return true;
  return /^(0|no|n|false|f|off)$/i.test(value) ? false : undefined;
}
