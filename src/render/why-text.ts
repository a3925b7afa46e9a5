/** `why` for a terminal. */
import type { BootCell } from "../boot/run.js";
import type { LineEffect } from "../boot/trace.js";
import type { KeyEvent, KeyStory } from "../operations/why.js";
import type { ModuleAtBoot } from "../plan/module-at-boot.js";
import { wantedText } from "../profile/wanted.js";
import {
  doubtWords,
  type EffectWords,
  effectWords,
  isStanding,
  loaderWords,
  placeOf,
  shownValue,
  unitWords,
} from "./boot-words.js";
import { oneLine } from "./escape.js";
import type { Paint } from "./paint.js";
import { readingWords } from "./plan-words.js";
import { table, wrapped } from "./table.js";
import { answerWords, causeWords, unreadFiles } from "./why-words.js";

export function whyText(story: KeyStory, paint: Paint): string {
  const lines = [
    ...wrapped(oneLine(answerWords(story)), "").map(paint.bold),
    ...(story.tunable ? wrapped(story.tunable.summary, "  ").map(paint.dim) : []),
    "",
    ...rows(story, paint),
  ];
  return `${lines.join("\n")}\n`;
}

type Cells = readonly [what: string, value: string, note: string];

function rows(story: KeyStory, paint: Paint): readonly string[] {
  const { key } = story;
  const lasts = new Set<number>();
  const cells: Cells[] = [
    [
      "  now",
      story.now.status === "present" ? shownValue(key, readingWords(story.now)) : readingWords(story.now),
      "",
    ],
    [
      "  the kernel's default",
      story.start ?? "(not known)",
      story.start === undefined ? (story.tunable?.default_rule ?? "") : "",
    ],
  ];
  for (const event of story.events) {
    if (event.isLast) lasts.add(cells.length);
    cells.push(eventCells(event, story));
  }
  for (const write of story.possible)
    cells.push([
      `  ${write.program}`,
      "?",
      `may set it later${write.state === "installed" ? ", if something starts it" : ""}`,
    ]);
  cells.push([
    "  after the next boot",
    unreadFiles(story).length > 0 ? "(not known)" : bootWords(story.boot, key),
    bootNote(story),
  ]);
  cells.push(...besides(story));
  return table(cells, (cell, column, row) =>
    lasts.has(row) ? paint.green(column === 0 ? cell.replace(/^ {2}/, "→ ") : cell) : cell,
  );
}

function bootNote(story: KeyStory): string {
  const { boot, now } = story;
  const unread = unreadFiles(story);
  if (unread.length > 0) return `${unread.join(", ")} could not be read`;
  if (story.doubt) return doubtWords(story.doubt);
  return boot.by ? `${now.status === "missing" ? "if it is there: " : ""}${causeWords(boot.by)}` : "";
}

const bootWords = ({ value }: BootCell, key: string): string =>
  value === undefined ? "(not known)" : shownValue(key, value);

function besides(story: KeyStory): readonly Cells[] {
  const { record, presence, others, key } = story;
  const { module, interface: device } = presence;
  return [
    ...(record ? [recordCells(record, key)] : []),
    ...(module ? [["  comes with", `module ${module.name}`, moduleNote(module)] as const] : []),
    ...(device
      ? [
          [
            "  comes with",
            `interface ${device.name}`,
            `${device.isHere ? "here now" : "not here now"}; ${lateWords(story)}`,
          ] as const,
        ]
      : []),
    ...others.map(
      ({ loader, boot }): Cells => [
        `  with ${loaderWords({ name: loader })}`,
        bootWords(boot, key),
        boot.by ? causeWords(boot.by) : "the kernel's own",
      ],
    ),
  ];
}

function moduleNote({ denied, off, isListed }: ModuleAtBoot): string {
  if (denied) return `${placeOf(denied)} denies it (${denied.how})`;
  if (off) return `what would load it does not run: ${unitWords(off)}`;
  return isListed
    ? "a line of modules-load.d has it loaded before the files are read"
    : "the line is lost if nothing loads it before the files are read";
}

const lateWords = ({ lateInterfaces, presence }: KeyStory): string => {
  if (presence.interface?.name === "lo") return "it is there before the files are read";
  switch (lateInterfaces) {
    case "applied":
      return "where it comes late, udev has the lines for it carried out";
    case "not-applied":
      return "where it comes late, nothing carries the lines out";
    case "unknown":
      return "whether udev carries the lines out where it comes late is not known";
  }
};

function recordCells({ setting, change }: NonNullable<KeyStory["record"]>, key: string): Cells {
  const since = change ? `since ${change.time} by ${change.by} (snapshot ${change.id})` : "";
  return [
    `  on record: ${setting.profile}`,
    shownValue(key, wantedText(setting.wanted)),
    `${since}${since && ": "}${setting.why}`,
  ];
}

function eventCells(event: KeyEvent, story: KeyStory): Cells {
  if (event.kind === "program") {
    const { write, via, value } = event;
    const place =
      write.file === undefined
        ? ""
        : placeOf({ file: write.file, ...(write.line !== undefined && { line: write.line }) });
    const how = via === undefined ? "" : `sets ${via}, and this key with it`;
    return [
      `  ${write.program}`,
      value === undefined ? "?" : shownValue(story.key, value),
      [place, how].filter(Boolean).join("; "),
    ];
  }
  const { line } = event;
  const owner = story.packages.get(line.file);
  const note = (words: string): string =>
    [words, owner === undefined ? "" : `of package ${owner}`].filter(Boolean).join("; ");
  if (event.kind === "moved")
    return [
      `  ${placeOf(line)}`,
      event.value === undefined ? "?" : shownValue(story.key, event.value),
      note(`sets ${event.via} = ${shownValue(event.via, line.value)}, and this key with it`),
    ];
  const { reason } = eventWords(line, event.effect, story);
  const pattern = line.key === event.effect.path ? "" : `as ${line.text}`;
  return [
    `  ${placeOf(line)}`,
    line.kind === "exclude" ? "-" : shownValue(story.key, line.value),
    note([pattern, reason ?? ""].filter(Boolean).join("; ")),
  ];
}

/** What becomes of a line, as `boot` says it, with the lines that another one beats. */
export function eventWords(
  line: Parameters<typeof effectWords>[0],
  effect: LineEffect,
  story: KeyStory,
): Omit<EffectWords, "effect"> & { readonly effect: string } {
  if (isStanding(effect)) return effectWords(line, effect, story);
  switch (effect.effect) {
    case "overridden":
      return { effect: "overridden", reason: `${overrides[effect.rule]} ${placeOf(effect.by)}` };
    case "excluded":
      return { effect: "none", reason: `${placeOf(effect.by)} keeps the key out of the pattern` };
    case "excludes":
      return { effect: "none", reason: "keeps the key out of every pattern" };
  }
}

const overrides = {
  "read-later": "overridden, as read before",
  "names-it": "overridden, as a pattern, by the line that names the key:",
  "carried-out-later": "overridden, as carried out before",
};
