/**
 * YAML to plain text values with a place for each: no types, no aliases, no tags, no duplicate keys. Numbers
 * stay the text they are.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLParseError,
} from "yaml";
import { type BadYaml, distinct, type Place, type Problem } from "../../problem.js";
import { controlCharacter, maximumNesting } from "./text.js";

/**
 * A parsed document: text, lists and maps without a prototype, and the place of each part, by JSON pointer.
 */
export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };
export type Parsed = {
  readonly tree: Tree;
  readonly places: ReadonlyMap<string, Place>;
  readonly keyPlaces: ReadonlyMap<string, Place>;
  readonly problems: readonly Problem[];
};

type Walk = {
  readonly at: (node: Node | null | undefined) => Place;
  readonly places: Map<string, Place>;
  readonly keyPlaces: Map<string, Place>;
  readonly problems: Problem[];
};

export const pointer = (path: string, name: string | number): string =>
  `${path}/${String(name).replace(/~/g, "~0").replace(/\//g, "~1")}`;

export function parseYaml(file: string, text: string): Parsed {
  try {
    return parseDocumentText(file, text);
  } catch (error) {
    const place: Place = { file, line: 1, column: 1, length: 1 };
    // A RangeError is the parser's stack at its end: deeper than the check before it could see.
    const problem: Problem =
      error instanceof RangeError
        ? { code: "yaml-nesting", limit: maximumNesting, place }
        : { code: "yaml-syntax", fault: { kind: "parser", detail: String(error) }, place };
    return { tree: "", places: new Map(), keyPlaces: new Map(), problems: [problem] };
  }
}

/** The parser makes an error object for each letter of a hostile text, and stacks take most of the time. */
function withoutStacks<T>(parse: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function parseDocumentText(file: string, text: string): Parsed {
  const counter = new LineCounter();
  const document = withoutStacks(() =>
    parseDocument(text, {
      schema: "failsafe",
      uniqueKeys: false,
      lineCounter: counter,
      prettyErrors: false,
      logLevel: "error",
    }),
  );
  const spot = (offset: number, end: number): Place => {
    const { line, col } = counter.linePos(offset);
    const nextLine = counter.lineStarts[line];
    const lineEnd = nextLine === undefined ? text.length : nextLine - 1;
    return { file, line, column: col, length: Math.max(1, Math.min(end, lineEnd) - offset) };
  };
  const walk: Walk = {
    at: (node) => spot(node?.range?.[0] ?? 0, node?.range?.[1] ?? 1),
    places: new Map(),
    keyPlaces: new Map(),
    problems: [...syntaxProblems(document.errors, text, spot)],
  };
  const tree = visit(document.contents, "", walk);
  return { tree, places: walk.places, keyPlaces: walk.keyPlaces, problems: walk.problems };
}

/** After the first ones a parser is lost, and tells of every letter that follows. */
const mostErrors = 20;

/**
 * In `{ value: ${x} }` the braces of the expression end the map, and every piece after it is another error:
 * reported once, with the way out.
 */
const bareExpression = /[{,]\s*[\w-]+:\s*\$\{/;

function syntaxProblems(
  errors: readonly YAMLParseError[],
  text: string,
  spot: (offset: number, end: number) => Place,
): readonly Problem[] {
  const lines = text.split("\n");
  const problems = errors.slice(0, mostErrors).map((error): Problem & { place: Place } => {
    const place = spot(error.pos[0], error.pos[1]);
    const line = lines[place.line - 1] ?? "";
    const at = bareExpression.exec(line);
    if (!at) return { code: "yaml-syntax", fault: faultOf(error), place };
    const column = at.index + at[0].length - 1;
    return {
      code: "yaml-syntax",
      fault: { kind: "unquoted-expression" },
      place: { ...place, column, length: 2 },
    };
  });
  return distinct(problems);
}

const faultOf = ({ code, message }: YAMLParseError): BadYaml =>
  code === "MULTIPLE_DOCS"
    ? { kind: "second-document" }
    : { kind: "parser", detail: message.replace(/\s+at line.*$/s, "") };

function visit(node: unknown, path: string, walk: Walk): Tree {
  const here = walk.at(node as Node);
  walk.places.set(path, here);
  if (isAlias(node)) {
    walk.problems.push({ code: "yaml-alias", place: here });
    // Some text, so that the structure does not complain of an empty one on top.
    return "unset";
  }
  if (hasTag(node)) walk.problems.push({ code: "yaml-tag", tag: node.tag, place: here });
  if (isMap(node)) return visitMap(node, path, walk);
  if (isSeq(node)) return node.items.map((item, index) => visit(item, pointer(path, index), walk));
  return isScalar(node) && node.value !== null ? scalarText(String(node.value), here, walk) : "";
}

function scalarText(text: string, place: Place, { problems }: Walk): string {
  const character = controlCharacter(text);
  if (character !== undefined) problems.push({ code: "control-character", character, place });
  return text;
}

const hasTag = (node: unknown): node is { tag: string } =>
  typeof node === "object" &&
  node !== null &&
  "tag" in node &&
  typeof node.tag === "string" &&
  !/^tag:yaml\.org,2002:(str|map|seq)$/.test(node.tag);

function visitMap(map: YAMLMap, path: string, walk: Walk): Tree {
  const tree: Record<string, Tree> = Object.create(null);
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    const name = isScalar(pair.key) ? String(pair.key.value ?? "") : "";
    const place = walk.at(pair.key);
    scalarText(name, place, walk);
    if (isAlias(pair.key)) walk.problems.push({ code: "yaml-alias", place });
    if (name in tree) walk.problems.push({ code: "yaml-duplicate-key", key: name, place });
    const child = pointer(path, name);
    walk.keyPlaces.set(child, place);
    tree[name] = visit(pair.value, child, walk);
    if (pair.value === null || (isScalar(pair.value) && pair.value.range?.[0] === pair.value.range?.[1]))
      walk.places.set(child, place);
  }
  return tree;
}
