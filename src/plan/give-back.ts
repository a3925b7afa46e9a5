/** Lines of the administrator that were taken over, given back for settings that go. */

import { traitsOf } from "../boot/loader.js";
import { readStack } from "../boot/read.js";
import { givenBack } from "../boot/taken-over.js";
import { targetsIn } from "../boot/targets.js";
import { keyTree } from "../boot/tree.js";
import { sysctlConfPath, withTexts } from "../boot/with-texts.js";
import { influencing } from "../catalogue/affected.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { type Key, keyPath } from "../catalogue/key.js";
import type { FileChange, PlanFacts } from "./plan.js";

type Request = { readonly catalogue: Catalogue; readonly facts: PlanFacts };

/** Every line that was ever taken over. */
export const allGivenBack = ({ facts }: Request): readonly FileChange[] =>
  marked(facts).map(({ path, text, back, attributes }) => changeOf({ path, text, attributes }, back));

/**
 * The lines that are about these keys, and about none of those that stay: what one of them moves counts as
 * well.
 */
export function givenBackFor(
  { catalogue, facts }: Request,
  going: readonly Key[],
  staying: readonly Key[],
): readonly FileChange[] {
  const files = marked(facts);
  if (files.length === 0) return [];
  const [gone, kept] = [going, staying].map(
    (keys) => new Set([...influencing(catalogue, keys, facts.interfaces)].map(keyPath)),
  );
  const targets = targetsIn(keyTree([...(gone ?? []), ...(kept ?? [])]), traitsOf(facts.loader));
  const stack = withTexts(
    facts.boot,
    files.map(({ path, back }) => ({ path, after: back })),
  );
  const { lines } = readStack(stack, facts.loader);
  return files.flatMap(({ path, names, text, attributes }): FileChange[] => {
    const isMeant = (number: number): boolean => {
      const found = lines.find(({ file, line }) => names.includes(file) && line === number);
      const paths = ((found && targets(found)) ?? []).map((target) => target.path);
      return paths.some((one) => gone?.has(one)) && !paths.some((one) => kept?.has(one));
    };
    const back = givenBack(text, isMeant);
    return back === undefined ? [] : [changeOf({ path, text, attributes }, back)];
  });
}

type Marked = Pick<FileChange, "path" | "attributes"> & {
  readonly text: string;
  /** With all lines given back. */
  readonly back: string;
  /** The names under which the boot reads it. */
  readonly names: readonly string[];
};

/** The files with such lines that may be changed. */
function marked({ boot, rivalAt }: PlanFacts): readonly Marked[] {
  const names = [
    ...boot.entries.flatMap(({ folder, name, content }) =>
      content.kind === "text" && givenBack(content.text) !== undefined ? [`${folder}/${name}`] : [],
    ),
    ...(boot.sysctlConf?.kind === "text" && givenBack(boot.sysctlConf.text) !== undefined
      ? [sysctlConfPath]
      : []),
  ];
  const found = new Map<string, Marked>();
  for (const name of names) {
    const rival = rivalAt?.(name);
    const back = rival?.ok ? givenBack(rival.text) : undefined;
    if (!rival?.ok || back === undefined) continue;
    const { path, text, attributes } = rival;
    const others = found.get(path)?.names ?? [];
    found.set(path, { path, text, back, names: [...others, name], ...(attributes && { attributes }) });
  }
  return [...found.values()];
}

const changeOf = (
  {
    path,
    text,
    attributes,
  }: Pick<Marked, "path" | "text"> & { readonly attributes: Marked["attributes"] | undefined },
  after: string,
): FileChange => ({ path, before: text, after, ...(attributes && { attributes }), theirs: "given-back" });
