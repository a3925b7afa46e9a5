/** The one sentence that says why a key has the value it has, or has not the value that somebody wants. */

import type { BootLine } from "../boot/parse.js";
import type { BootCause, BootCell } from "../boot/run.js";
import type { LineEffect } from "../boot/trace.js";
import { presentValue } from "../catalogue/reading.js";
import type { LineDoubt } from "../operations/boot.js";
import type { KeyEvent, KeyStory } from "../operations/why.js";
import type { Wanted } from "../profile/profile.js";
import { meets, wantedText } from "../profile/wanted.js";
import {
  effectWords,
  isStanding,
  placeOf,
  shownValue,
  unitWords,
  doubtWords as wordsOfDoubt,
} from "./boot-words.js";

export function answerWords(story: KeyStory): string {
  return [firstWords(story), ...doubtWords(story)].join(" ");
}

function firstWords(story: KeyStory): string {
  const { key, now, record, boot } = story;
  const value = presentValue(now);
  const none = cannotWords(story);
  if (none !== undefined) return none;
  if (unreadFiles(story).length > 0) return knownPart(story);
  if (record) return recordWords(story);
  if (story.doubt) return doubtfulWords(story, story.doubt);
  const wish = wishOf(story);
  const is = `${key} ${isWords(story)}`;
  if (wish) {
    const isNews = value !== undefined && boot.value !== undefined && boot.value !== value;
    const next = isNews ? ` now, and the next boot makes it ${shown(story, boot.value ?? "")}` : "";
    const unknown = boot.value === undefined ? " What the next boot makes it is not known." : "";
    return `${is}${next} and not ${shown(story, wish.value)} (${wish.place}), because ${wish.because}.${unknown}`;
  }
  if (!boot.by) return withoutCause(story);
  if (value === undefined) return `${is}, because ${causeWords(boot.by)}.`;
  if (boot.value === undefined)
    return `${is}. ${placeOfCause(boot.by)} has a part in it, and what the next boot makes of it is not known.`;
  return boot.value === value
    ? `${is}, because ${causeWords(boot.by)}.`
    : `${is}, but the next boot makes it ${shown(story, boot.value)}, because ${causeWords(boot.by)}: something has set it since this boot, or the file is newer than the boot.`;
}

/** The files of sysctl.d that could not be read. */
export const unreadFiles = ({ findings }: KeyStory): readonly string[] =>
  findings.flatMap((one) => (one.code === "unread-file" ? [one.file] : []));

/** What can be said where a file is not known: nothing of the boot. */
function knownPart(story: KeyStory): string {
  const { key, record, boot } = story;
  const who = record
    ? `; profile ${record.setting.profile} wants ${shown(story, wantedText(record.setting.wanted))}`
    : "";
  return `${key} ${isWords(story)}${who}. Of what could be read, ${boot.by ? causeWords(boot.by) : "nothing sets it"}.`;
}

/** Of a line that may not be carried out. */
const doubtfulWords = (story: KeyStory, doubt: LineDoubt): string =>
  `${story.key} ${isWords(story)}. ${story.boot.by ? placeOfCause(story.boot.by) : "A line"} asks for a value, and what the next boot makes it is not known, because ${wordsOfDoubt(doubt)}.`;

/** Where there is nothing to read. */
function cannotWords({ key, now, presence, host, boot, doubt }: KeyStory): string | undefined {
  if (now.status === "denied") return undefined;
  if (now.status === "write-only") return `${key} can only be written: it has no value.`;
  if (now.status !== "missing") return undefined;
  if (presence.isHidden)
    return `${key} is not there: the kernel shows it in the host's own network namespace alone.`;
  const then = !boot.by
    ? ""
    : doubt
      ? ` ${capital(causeWords(boot.by))} if it is there in time: ${wordsOfDoubt(doubt)}.`
      : ` ${capital(causeWords(boot.by))} when it is there.`;
  if (presence.interface?.isHere === false)
    return `${key} is not there: there is no interface ${presence.interface.name} now.${then}`;
  if (presence.module)
    return `${key} is not there: the module ${presence.module.name} brings it, and is not loaded.${then}`;
  if (presence.removed !== undefined)
    return `${key} is not there: Linux ${presence.removed} has removed it, and this is Linux ${host.kernel}.`;
  if (presence.since !== undefined)
    return `${key} is not there: it is known since Linux ${presence.since}, and this is Linux ${host.kernel}.`;
  return `${key} is not there: this kernel has no such key.${then}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const shown = ({ key }: KeyStory, value: string): string => shownValue(key, value);

/** `is 20`; of an image `will be 20`. */
function isWords(story: KeyStory): string {
  const value = presentValue(story.now);
  if (value !== undefined) return `is ${shown(story, value)}`;
  if (story.now.status === "denied") return `cannot be read (${story.now.errno})`;
  return story.boot.value === undefined
    ? "will have a value that is not known"
    : `will be ${shown(story, story.boot.value)}`;
}

/** Of a setting that is ours: whether it is in force, and what keeps it from it. */
function recordWords(story: KeyStory): string {
  const { key, now, record, boot } = story;
  const wanted = record?.setting.wanted;
  if (!record || !wanted) return "";
  const who = `profile ${record.setting.profile} wants ${shown(story, wantedText(wanted))}`;
  const value = presentValue(now);
  const after = boot.value;
  if (value === undefined && now.status !== "denied") return recordOfImage(story, who, wanted);
  const isNow = value === undefined || meets(wanted, value);
  if (after !== undefined && meets(wanted, after))
    return isNow
      ? `${key} ${isWords(story)}, as ${who}, now and after the next boot.`
      : `${key} ${isWords(story)}, but ${who}: something has set it since it was applied, and the next boot sets it right; \`tunectl apply\` does so now.`;
  const lives = `${key} ${isWords(story)}${isNow ? ` now, as ${who}` : `, but ${who}`}`;
  if (after === undefined)
    return `${lives}; what the next boot makes it is not known${unknownBecause(story)}.`;
  return `${lives}; the next boot makes it ${shown(story, after)}, because ${reasonOfLoss(story)}.`;
}

/** An image has no now. */
function recordOfImage(story: KeyStory, who: string, wanted: Wanted): string {
  const after = story.boot.value;
  const will = `${story.key} ${isWords(story)}`;
  if (after === undefined) return `${will}${unknownBecause(story)}; ${who}.`;
  return meets(wanted, after) ? `${will}, as ${who}.` : `${will}, but ${who}: ${reasonOfLoss(story)}.`;
}

function unknownBecause({ boot, doubt, off }: KeyStory): string {
  const because = doubt ? wordsOfDoubt(doubt) : off ? unitWords(off) : boot.by && causeWords(boot.by);
  return because === undefined ? "" : `, because ${because}`;
}

/** Why our own line does not win, or why nothing does. */
function reasonOfLoss(story: KeyStory): string {
  const { boot, off } = story;
  if (off) return unitWords(off);
  const blocked = story.findings.find(({ code }) => code === "blocked");
  if (blocked && "file" in blocked) return `the loader waits for ${blocked.file}, and carries no line out`;
  return wishOf(story)?.because ?? (boot.by ? causeWords(boot.by) : "no line sets it");
}

type Wish = { readonly value: string; readonly place: string; readonly because: string };

/** The last line that asks for another value than the boot gives, and why it does not get it. */
function wishOf(story: KeyStory): Wish | undefined {
  const { events, boot } = story;
  const lost = events.flatMap((event): Wish[] => {
    if (event.kind !== "line" || event.isLast || event.line.kind !== "assign") return [];
    const got = event.effect.effect === "sets" ? event.effect.value : event.line.value;
    if (got === boot.value) return [];
    const because = becauseWords(event.effect, story, event);
    return because === undefined ? [] : [{ value: event.line.value, place: placeOf(event.line), because }];
  });
  // The administrator's own file is what is asked about.
  return lost.findLast(({ place }) => place.startsWith("/etc/")) ?? lost.at(-1);
}

function becauseWords(
  effect: LineEffect,
  story: KeyStory,
  { line }: Extract<KeyEvent, { kind: "line" }>,
): string | undefined {
  switch (effect.effect) {
    case "overridden": {
      const by = effect.by;
      const sets = `${placeOf(by)} sets it to ${shown(story, by.value)}`;
      return `${sets} and ${ruleWords[effect.rule]}`;
    }
    case "excluded":
      return `${placeOf(effect.by)} keeps it out of the pattern`;
    case "excludes":
      return undefined;
    case "sets":
      // What comes after the loader has the last word.
      return story.boot.by && !("line" in story.boot.by)
        ? causeWords(story.boot.by)
        : story.off && unitWords(story.off);
    case "repeats":
      // What becomes of the line that says the same becomes of this one.
      return becauseOfTwin(effect.by, story);
    default:
      return isStanding(effect) ? effectWords(line, effect, story).reason : undefined;
  }
}

function becauseOfTwin(twin: BootLine, story: KeyStory): string | undefined {
  for (const event of story.events)
    if (event.kind === "line" && event.line === twin && event.effect.effect !== "repeats")
      return becauseWords(event.effect, story, event);
  return undefined;
}

const ruleWords = {
  "read-later": "is read later",
  "names-it": "names the key, which beats a pattern",
  "carried-out-later": "is carried out later",
};

/** No line and no program has the last word. */
function withoutCause(story: KeyStory): string {
  const { key, now, start, tunable } = story;
  const value = presentValue(now);
  const is = `${key} ${isWords(story)}`;
  const blocked = story.findings.find(({ code }) => code === "blocked");
  if (blocked && "file" in blocked)
    return `${is}: the loader will wait for ${blocked.file}, and no line of any file is carried out.`;
  if (start === undefined)
    return `${is}: no file sets it, and what the kernel starts with ${tunable?.default_rule ? `depends on the host (${tunable.default_rule})` : "is not known"}.`;
  if (value === undefined) return `${is}: no file sets it, and that is the kernel's default.`;
  return story.boot.value === value
    ? `${is}: no file sets it, and that is the kernel's default.`
    : `${is}, and nothing that is known here sets it so: the kernel's default is ${shown(story, start)}. Something has set it since this boot.`;
}

const placeOfCause = (by: BootCause): string =>
  "line" in by
    ? placeOf(by.line)
    : `${by.program.program}${by.program.file === undefined ? "" : ` (${placeOf({ ...by.program, file: by.program.file })})`}`;

/** `FILE:LINE sets it`, or what else does. */
export function causeWords(by: NonNullable<BootCell["by"]>): string {
  const what = by.via === undefined ? "it" : `${by.via}, and the kernel changes this key with it`;
  const when = "program" in by && by.program.when === "after" ? ", after the files" : "";
  return `${placeOfCause(by)} sets ${what}${when}`;
}

/** What may make all of this untrue. */
function doubtWords(story: KeyStory): readonly string[] {
  const { possible } = story;
  const unread = unreadFiles(story);
  const programs = [...new Set(possible.map(({ program }) => program))];
  return [
    ...(unread.length > 0
      ? [`What the next boot makes it is not known: ${unread.join(", ")} could not be read.`]
      : []),
    ...(programs.length > 0
      ? [
          `${programs.join(" and ")} may also set it, to what ${programs.length === 1 ? "its" : "their"} files do not say.`,
        ]
      : []),
  ];
}
