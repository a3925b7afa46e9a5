/** `boot` for a terminal: what comes before the files, the files, what each line does, what comes after. */
import type { MetFile } from "../boot/met-files.js";
import type { BootLine } from "../boot/parse.js";
import type { LineEffect } from "../boot/trace.js";
import { interfaceOf, type Key, pathKey } from "../catalogue/key.js";
import type { ForetoldBoot } from "../operations/boot.js";
import type { OtherWrite } from "../writers/other-write.js";
import { placesOf } from "./boot-json.js";
import {
  type EffectWords,
  effectWords,
  isStanding,
  placeOf,
  type Standing,
  shownValue,
  unitWords,
} from "./boot-words.js";
import { oneLine, shownPath } from "./escape.js";
import type { Paint } from "./paint.js";
import { counted, table } from "./table.js";

export function bootText(boot: ForetoldBoot, heading: readonly string[], paint: Paint): string {
  const losers = losersOf(boot);
  const rows = standingRows(boot, losers);
  const sections = [
    writes("Before the files:", boot.earlier, paint),
    files(boot, paint),
    assignments(
      "What the lines set, in the order of writing:",
      rows.filter(({ words }) => ["set", "unknown", "pattern"].includes(words.effect)),
      losers,
      paint,
    ),
    assignments(
      "Lines that set nothing, or not for long:",
      [
        ...rows.filter(({ words }) => !["set", "unknown", "pattern", "waits"].includes(words.effect)),
        ...excludedRows(boot),
      ],
      new Map(),
      paint,
    ),
    late(boot, rows, paint),
    writes("After the files:", boot.later, paint),
  ];
  return `${[
    heading.map((line) => paint.bold(oneLine(line))),
    ...sections.filter((lines) => lines.length > 0),
  ]
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

type Row = {
  readonly line: BootLine;
  readonly keys: readonly Key[];
  readonly words: EffectWords;
  readonly place: number;
};

/** What stands, in the order of writing; a pattern is one row where all its keys fare alike. */
function standingRows(boot: ForetoldBoot, losers: Losers): readonly Row[] {
  const places = placesOf(boot);
  return boot.lines
    .flatMap(({ line, effects }) => {
      const standing = effects.filter(isStanding);
      const rows = standing.map((effect) => rowOf(line, effect, boot, places));
      const isAlike = rows.every(
        ({ words, keys: [key] }) =>
          words.effect === rows[0]?.words.effect &&
          words.reason === rows[0]?.words.reason &&
          key !== undefined &&
          !losers.has(key),
      );
      const [first] = rows;
      return rows.length > 1 && isAlike && first
        ? [{ ...first, keys: rows.flatMap(({ keys }) => keys) }]
        : rows;
    })
    .sort((a, b) => a.place - b.place);
}

const rowOf = (
  line: BootLine,
  effect: Standing,
  boot: ForetoldBoot,
  places: ReturnType<typeof placesOf>,
): Row => ({
  line,
  keys: [pathKey(effect.path)],
  words: effectWords(line, effect, boot),
  place: places(line, effect.path),
});

type Loser = { readonly line: BootLine; readonly effect: Extract<LineEffect, { by: BootLine }> };

/** By key, the lines that another one beats. */
type Losers = ReadonlyMap<Key, readonly Loser[]>;

function losersOf({ lines }: ForetoldBoot): Losers {
  const losers = new Map<Key, Loser[]>();
  for (const { line, effects } of lines)
    for (const effect of effects) {
      if (effect.effect !== "overridden") continue;
      const key = pathKey(effect.path);
      const known = losers.get(key);
      if (known) known.push({ line, effect });
      else losers.set(key, [{ line, effect }]);
    }
  return losers;
}

/** Keys that a line keeps out of a pattern. */
const excludedRows = ({ lines }: ForetoldBoot): readonly Row[] =>
  lines.flatMap(({ line, effects }) =>
    effects.flatMap((effect) =>
      effect.effect === "excluded"
        ? [
            {
              line,
              keys: [pathKey(effect.path)],
              words: { effect: "none" as const, reason: `${placeOf(effect.by)} keeps the key out` },
              place: 0,
            },
          ]
        : [],
    ),
  );

function assignments(title: string, rows: readonly Row[], losers: Losers, paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.flatMap(({ line, keys, words }) => {
    const [key = pathKey(line.key)] = keys;
    const name = keys.length > 1 || line.key.includes("..") ? line.text : key;
    const reason = [manyWords(keys), words.reason ?? ""].filter(Boolean).join("; ");
    return [
      [`  ${name || '""'} = ${shownValue(line.key, line.value)}`, placeOf(line), reason],
      ...(keys.length > 1 ? [] : (losers.get(key) ?? []).map(loserCells)),
    ];
  });
  const style = (cell: string, column: number, row: number): string => {
    if (cells[row]?.[0]?.startsWith("    ")) return paint.dim(cell);
    return column === 2 ? paint.yellow(cell) : cell;
  };
  return [paint.bold(title), ...table(cells, style)];
}

const manyWords = (keys: readonly Key[]): string => {
  if (keys.length < 2) return "";
  const names = keys.map(interfaceOf);
  return names.every((name) => name !== undefined) && new Set(names).size === names.length
    ? names.slice(0, 6).join(", ") + (names.length > 6 ? ` and ${names.length - 6} more` : "")
    : counted(keys.length, "key");
};

const rules = {
  "read-later": "which is read before it",
  "names-it": "a pattern, and the other line names the key",
  "carried-out-later": "which is carried out before it",
};

const loserCells = ({ line, effect }: Loser): readonly string[] => [
  `      not ${shownValue(line.key, line.value)}`,
  placeOf(line),
  effect.effect === "overridden" ? rules[effect.rule] : "",
];

function writes(title: string, found: readonly OtherWrite[], paint: Paint): readonly string[] {
  if (found.length === 0) return [];
  const rows = found.map(({ program, key, value, file, line, state }) => [
    `  ${key} ${value === undefined ? "(not known to what)" : `= ${shownValue(key, value)}`}`,
    `${program}${state === "installed" ? " (nothing starts it)" : ""}`,
    file === undefined ? "" : placeOf({ file, ...(line !== undefined && { line }) }),
  ]);
  return [paint.bold(title), ...table(rows)];
}

function files(boot: ForetoldBoot, paint: Paint): readonly string[] {
  const isBlocked = boot.files.some(({ state }) => state === "special");
  const title = boot.off
    ? `Files that are NOT read, because ${unitWords(boot.off)}:`
    : isBlocked
      ? "Files, of which NO line is carried out, because the loader waits for one of them:"
      : "Files, in the order in which they are read:";
  if (boot.files.length === 0) return [paint.bold(title), "  none"];
  const counts = new Map<string, number>();
  for (const { line } of boot.lines) counts.set(line.file, (counts.get(line.file) ?? 0) + 1);
  const rows = boot.files.map((file) => [
    `  ${shownPath(file.path)}`,
    isBlocked && file.state === "read" ? "" : fileWords(file, counts.get(file.path) ?? 0),
  ]);
  const style = (cell: string, _: number, row: number): string =>
    boot.files[row]?.state === "read" ? cell : paint.yellow(cell);
  return [paint.bold(oneLine(title)), ...table(rows, style)];
}

function fileWords({ state, by, target, reason }: MetFile, lines: number): string {
  switch (state) {
    case "read":
      return `${counted(lines, "line")}${target === undefined ? "" : `, a link to ${target}`}`;
    case "hidden":
      return `not read: ${by} has its name`;
    case "ignored":
      return "not read: this loader does not take it";
    case "masked":
      return "masked: a link to /dev/null; no file of this name is read";
    case "dangling":
      return "not read: a link that leads nowhere; no other file of this name is read";
    case "folder":
      return "not read: a folder";
    case "special":
      return "a FIFO or a device: the loader waits for it";
    case "unreadable":
      return `could not be read (${reason}): what it sets is not known`;
  }
}

/** Interfaces and modules that come after the files were read. */
function late(
  { lines, lateInterfaces, isExpanded }: ForetoldBoot,
  rows: readonly Row[],
  paint: Paint,
): readonly string[] {
  const waiting = rows.filter(({ words }) => words.effect === "waits");
  const patterns = lines.filter(
    ({ line }) => line.kind === "assign" && isOfNew(interfaceOf(pathKey(line.key))),
  );
  if (waiting.length === 0 && patterns.length === 0) return [];
  const told = waiting.map(({ line, keys, words }) => [
    `  ${keys[0] ?? line.text} = ${shownValue(line.key, line.value)}`,
    placeOf(line),
    words.reason ?? "",
  ]);
  const others = patterns
    .filter(({ line }) => !waiting.some((row) => row.line === line))
    .map(({ line }) => [
      `  ${line.text} = ${shownValue(line.key, line.value)}`,
      placeOf(line),
      interfaceOf(pathKey(line.key)) === "default" ? "what a new interface starts with" : "",
    ]);
  return [paint.bold(oneLine(lateTitle(lateInterfaces, isExpanded))), ...table([...told, ...others])];
}

const isOfNew = (name: string | undefined): boolean =>
  name !== undefined && (name === "default" || /[*?[{]/.test(name));

function lateTitle(lateInterfaces: ForetoldBoot["lateInterfaces"], isExpanded: boolean): string {
  const what = isExpanded ? "What is not here yet" : "Interfaces that come after the files are read";
  switch (lateInterfaces) {
    case "applied":
      return `${what} (udev has these lines carried out for each interface that comes later, if they fit it):`;
    case "not-applied":
      return `${what} (nothing carries these lines out for it):`;
    case "unknown":
      return `${what} (whether udev carries these lines out for it is not known):`;
  }
}
