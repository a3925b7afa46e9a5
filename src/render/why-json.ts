/** `why --format json`. */
import type { BootCause, BootCell } from "../boot/run.js";
import { keyPath } from "../catalogue/key.js";
import { isError } from "../operations/boot-findings.js";
import type { KeyEvent, KeyStory } from "../operations/why.js";
import { wantedText } from "../profile/wanted.js";
import { findingJson } from "./boot-findings.js";
import { shownValue } from "./boot-words.js";
import { jsonText } from "./json.js";
import { eventWords } from "./why-text.js";
import { answerWords, unreadFiles } from "./why-words.js";

export const whyJson = (stories: readonly KeyStory[]): string =>
  jsonText({
    ok: !stories.some(({ findings }) => findings.some(isError)),
    keys: stories.map(storyJson),
  });

function storyJson(story: KeyStory): object {
  const { key, tunable, loader, now, presence, start, events, boot, possible, record, others } = story;
  const denied = story.moduleOf(key)?.denied;
  return {
    key: keyPath(key),
    answer: answerWords(story),
    summary: tunable?.summary ?? null,
    now: now.status === "present" ? { status: "present", value: shownValue(key, now.value) } : { ...now },
    default: start ?? null,
    boot: cellJson(unreadFiles(story).length > 0 ? withoutValue(boot) : boot, key),
    loader: { name: loader.name, version: loader.version ?? null },
    events: events.map((event) => eventJson(event, story)),
    may_write: possible.map(({ program, state }) => ({ program, state })),
    needs: {
      module: presence.module ? { name: presence.module.name, denied_by: denied ?? null } : null,
      interface: presence.interface
        ? { name: presence.interface.name, here: presence.interface.isHere, late: story.lateInterfaces }
        : null,
    },
    record: record
      ? {
          profile: record.setting.profile,
          wanted: shownValue(key, wantedText(record.setting.wanted)),
          why: record.setting.why,
          time: record.change?.time ?? null,
          by: record.change?.by ?? null,
          snapshot: record.change?.id ?? null,
        }
      : null,
    other_loaders: others.map((other) => ({ loader: other.loader, boot: cellJson(other.boot, key) })),
    problems: story.findings.map((finding) => findingJson(finding, loader.name)),
  };
}

/** A file that could not be read may say otherwise. */
const withoutValue = ({ by }: BootCell): BootCell => (by ? { by } : {});

const cellJson = ({ value, by }: BootCell, key: string): object => ({
  value: value === undefined ? null : shownValue(key, value),
  by: by ? causeJson(by) : null,
});

const causeJson = (by: BootCause): object => {
  const from =
    "line" in by ? { program: null, file: by.line.file, line: by.line.line } : programJson(by.program);
  return { ...from, via: by.via === undefined ? null : keyPath(by.via) };
};

const programJson = ({ program, file, line }: { program: string; file?: string; line?: number }) => ({
  program,
  file: file ?? null,
  line: line ?? null,
});

/** One shape for all, so that a reader need not tell lines from programs. */
function eventJson(event: KeyEvent, story: KeyStory): object {
  const value = (text: string | undefined): string | null =>
    text === undefined ? null : shownValue(story.key, text);
  if (event.kind === "program")
    return {
      ...programJson(event.write),
      package: null,
      key: keyPath(event.via ?? story.key),
      value: value(event.value),
      effect: event.via === undefined ? "set" : "moves",
      reason: null,
      last: event.isLast,
    };
  const { line } = event;
  const words = event.kind === "moved" ? { effect: "moves" } : eventWords(line, event.effect, story);
  return {
    program: null,
    file: line.file,
    line: line.line,
    package: story.packages.get(line.file) ?? null,
    key: event.kind === "moved" ? keyPath(event.via) : line.key,
    value: line.kind === "exclude" ? null : shownValue(line.key, line.value),
    effect: words.effect,
    reason: ("reason" in words ? words.reason : undefined) ?? null,
    last: event.isLast,
  };
}
