/**
 * Makes a tree that failed the structural schema readable, by leaving out what is not valid.
 * Only for finding further problems.
 */
import type { Tree } from "./yaml.js";

type Branch = { readonly [name: string]: Tree };

const isBranch = (tree: Tree | undefined): tree is Branch => typeof tree === "object" && !Array.isArray(tree);
const branch = (tree: Tree | undefined): Branch => (isBranch(tree) ? tree : {});
const text = (tree: Tree | undefined, instead: string): string =>
  typeof tree === "string" && tree !== "" ? tree : instead;
const texts = (tree: Tree | undefined): readonly string[] =>
  Array.isArray(tree) ? tree.filter((item) => typeof item === "string") : [];

const entries = (tree: Tree | undefined, repair: (tree: Tree) => Tree | undefined): Branch =>
  Object.fromEntries(
    Object.entries(branch(tree)).flatMap(([name, value]) => {
      const sound = repair(value);
      return sound === undefined ? [] : [[name, sound] as const];
    }),
  );

export function repairTree(tree: Tree, file: string): Tree {
  const profile = branch(tree);
  return {
    name: text(profile["name"], file),
    summary: text(profile["summary"], file),
    ...strings(profile, ["kernels"]),
    include: texts(profile["include"]),
    parameters: entries(profile["parameters"], parameter),
    settings: entries(profile["settings"], setting),
  };
}

function parameter(tree: Tree): Tree | undefined {
  const found = branch(tree);
  return typeof found["default"] === "string"
    ? { ...strings(found, ["default", "minimum", "maximum"]), why: "" }
    : undefined;
}

/** A bare value is read as one, so that it is checked too. */
function setting(tree: Tree): Tree | undefined {
  if (typeof tree === "string") return tree === "unset" ? tree : { value: tree, why: "" };
  return { ...strings(branch(tree), ["value", "at_least", "at_most", "when"]), why: "" };
}

const strings = (from: Branch, names: readonly string[]): Branch =>
  Object.fromEntries(
    names.flatMap((name) => (typeof from[name] === "string" ? [[name, from[name]] as const] : [])),
  );
