/**
 * `${…}` in values and conditions: CEL over the profile's parameters and host facts. It has no side effects
 * and reads nothing else.
 *
 * CEL alone ends, but in no time that anyone waits for. So an expression is short, calls only what takes no
 * longer than its text and the host's lists are long, and has no loop in a loop: the work is at most that of
 * each part for each item of one list.
 */
import {
  type ASTNode,
  TypeError as CelTypeError,
  Environment,
  EvaluationError,
  ParseError,
} from "@marcbachmann/cel-js";
import { isAtLeast } from "../catalogue/version.js";
import type { BadExpression } from "../problem.js";
import { askedOf, nothingAsked } from "./asked-of-host.js";
import type { AskedOfHost, Evaluated, Expressions, HostView, ParameterValues } from "./host-view.js";
import { allInside, withAllInside } from "./syntax.js";

/** Characters; the longest of ours has a hundred. */
const longestSource = 2000;

// Only what is listed is offered, so that a version of the library with more functions does not offer more.
// Not listed on purpose: `matches` (a pattern can take years), `split` and `join` (in turns they multiply a
// text), `cel.bind` (doubles a text or a list each time), `duration` (takes the cube of a text's length).
const functions = ["max", "min", "has_tunable", "kernel_at_least", "size", "int", "double", "string", "bool"];
const textMethods = [
  "startsWith",
  "endsWith",
  "contains",
  "indexOf",
  "lastIndexOf",
  "substring",
  "lowerAscii",
  "upperAscii",
  "trim",
];
const methods = [...textMethods, "size"];
const loops = ["all", "exists", "exists_one", "map", "filter"];
const hostFunctions = ["has_tunable", "kernel_at_least"];

const hostSchema = {
  schema: {
    kernel: "string",
    arch: "string",
    memory_bytes: "int",
    cpus: "int",
    page_size: "int",
    modules: "list<string>",
    interfaces: "list<string>",
  },
};

/**
 * Prepares the evaluation of a profile's expressions; without a host they are type-checked, and worked out
 * where they need none.
 */
export function expressionsFor(
  { numbers, refuse }: ParameterValues,
  host: HostView | undefined,
): Expressions {
  const environment = new Environment({ limits: { maxDepth: 32, maxAstNodes: 500 } })
    .registerVariable("host", hostSchema)
    .registerFunction("max(int, int): int", (a: bigint, b: bigint) => (a > b ? a : b))
    .registerFunction("min(int, int): int", (a: bigint, b: bigint) => (a < b ? a : b))
    .registerFunction("has_tunable(string): bool", (key: string) => host?.has(key) ?? false)
    .registerFunction(
      "kernel_at_least(string): bool",
      (version: string) => host !== undefined && isAtLeast(host.kernel, version),
    );
  for (const name of numbers.keys()) if (!isFreeName(environment, name)) refuse(name);
  const values = { ...Object.fromEntries(numbers), host: host && hostValues(host) };
  return {
    evaluate: (source) => evaluate(environment, source, values, host !== undefined),
    asked: (source) => askedOfHost(environment, source),
  };
}

/**
 * Which names are free is the library's to say; it says so by throwing, and the type given here is always
 * right.
 */
function isFreeName(environment: Environment, name: string): boolean {
  try {
    environment.registerVariable(name, "int");
    return true;
  } catch {
    return false;
  }
}

const hostValues = (host: HostView) => ({
  kernel: host.kernel,
  arch: host.arch,
  memory_bytes: host.memoryBytes,
  cpus: host.cpus,
  page_size: host.pageSize,
  modules: [...host.modules],
  interfaces: [...host.interfaces],
});

function evaluate(environment: Environment, source: string, values: object, hostKnown: boolean): Evaluated {
  if (source.length > longestSource)
    return refused({ kind: "too-long", limit: longestSource }, longestSource);
  try {
    const expression = environment.parse(source);
    const parts = withAllInside(expression.ast);
    const refusal = firstOf(parts, refusalOf);
    if (refusal) return refusal;
    const check = expression.check();
    if (!check.valid) return wrong(check.error);
    if (!hostKnown && parts.some(asksHost)) return { kind: "unknown" };
    return resultOf(expression(values));
  } catch (error) {
    return wrong(error);
  }
}

const refused = (fault: BadExpression, at: number): Evaluated => ({ kind: "wrong", fault, at });

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is wrong with a part although the library would work it out. */
function refusalOf(part: ASTNode): Evaluated | undefined {
  if (part.op === "call")
    return functions.includes(part.args[0]) ? badVersion(part) : notOffered(part.args[0], part);
  if (part.op !== "rcall") return undefined;
  const [name, , [variable]] = part.args;
  if (loops.includes(name))
    return firstOf(allInside(part), (inner) => refusalInLoop(inner, name, variable?.args));
  return methods.includes(name) ? undefined : notOffered(name, part);
}

/** A version that is none would be older than every kernel, and the condition always true. */
function badVersion(part: ASTNode & { op: "call" }): Evaluated | undefined {
  const [name, [version]] = part.args;
  if (name !== "kernel_at_least" || version?.op !== "value" || typeof version.args !== "string")
    return undefined;
  return /^\d+(\.\d+){0,2}$/.test(version.args)
    ? undefined
    : refused({ kind: "bad-version", text: version.args }, version.pos);
}

const notOffered = (name: string, part: ASTNode): Evaluated =>
  refused({ kind: "not-offered", name, offered: [...functions, ...textMethods, ...loops] }, part.pos);

/**
 * What may be done once, but neither for each item of a list nor to that list: another loop, and making lists
 * longer.
 */
function refusalInLoop(inner: ASTNode, loop: string, variable: unknown): Evaluated | undefined {
  if (inner.op === "rcall" && loops.includes(inner.args[0]))
    return refused({ kind: "loop-in-loop", name: inner.args[0], loop }, inner.pos);
  if (inner.op === "+" && !isNotAList(inner, variable))
    return refused({ kind: "list-sum-in-loop", loop }, inner.pos);
  return undefined;
}

/**
 * Whether its form alone tells that it is a number or text, which are added in no time; a list is added to a
 * list alone.
 */
function isNotAList(part: ASTNode, variable: unknown): boolean {
  if (part.op === "+") return part.args.some((side) => isNotAList(side, variable));
  if (part.op === "id") return part.args !== variable;
  return ["value", "call", "rcall", "-", "*", "/", "%", "-_"].includes(part.op);
}

/** Whether it asks what only a host can answer. */
const asksHost = (part: ASTNode): boolean =>
  (part.op === "id" && part.args === "host") || (part.op === "call" && hostFunctions.includes(part.args[0]));

/** Nothing where the text is no expression: that is told by `evaluate`. */
function askedOfHost(environment: Environment, source: string): AskedOfHost {
  if (source.length > longestSource) return nothingAsked;
  try {
    return askedOf(environment.parse(source).ast);
  } catch {
    return nothingAsked;
  }
}

function resultOf(result: unknown): Evaluated {
  if (typeof result === "bigint") return { kind: "text", text: String(result) };
  if (typeof result === "string") return { kind: "text", text: result };
  if (typeof result === "boolean") return { kind: "boolean", truth: result };
  return refused({ kind: "result-type" }, 0);
}

function wrong(error: unknown): Evaluated {
  if (error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError)
    return refused({ kind: "language", detail: error.summary }, error.range?.start ?? 0);
  return refused({ kind: "language", detail: String(error) }, 0);
}
