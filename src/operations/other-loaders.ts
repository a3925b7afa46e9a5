/** What other loaders would make of a key, where that differs. */
import { type LoaderName, usualLoader } from "../boot/loader.js";
import type { BootCause, BootCell } from "../boot/run.js";
import type { BootContent, BootStack } from "../boot/stack.js";
import type { Key } from "../catalogue/key.js";
import { bootOver } from "../plan/boot-value.js";
import type { BootView } from "./boot-view.js";

export type OtherLoader = { readonly loader: LoaderName; readonly boot: BootCell };

export function otherLoaders(
  view: BootView,
  key: Key,
  only: ReadonlySet<string>,
  own: BootCell,
): readonly OtherLoader[] {
  const stack = filesAbout(view.facts.boot, only);
  return (Object.keys(usualLoader) as LoaderName[])
    .filter((name) => name !== view.loader.name)
    .map((name) => ({
      loader: name,
      boot: bootOver(view, stack, [...only], usualLoader[name], only).of(key),
    }))
    .filter(({ boot }) => boot.value !== own.value || causeText(boot.by) !== causeText(own.by));
}

/** The files that may speak of one of these paths: parsing the others once more would be in vain. */
function filesAbout(stack: BootStack, paths: ReadonlySet<string>): BootStack {
  const names = [...new Set([...paths].map((path) => path.slice(path.lastIndexOf("/") + 1)))];
  const mayBe = new RegExp(`[*?[{]|${names.map((name) => name.replace(/\W/g, "\\$&")).join("|")}`);
  const without = (content: BootContent): BootContent =>
    content.kind === "text" && !mayBe.test(content.text) ? { ...content, text: "" } : content;
  return {
    ...stack,
    entries: stack.entries.map((entry) => ({ ...entry, content: without(entry.content) })),
    ...(stack.sysctlConf && { sysctlConf: without(stack.sysctlConf) }),
  };
}

const causeText = (by: BootCause | undefined): string =>
  by === undefined
    ? ""
    : "line" in by
      ? `${by.line.file}:${by.line.line} ${by.via ?? ""}`
      : `${by.program.program} ${by.via ?? ""}`;
