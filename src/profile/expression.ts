/** `${…}` in values and conditions: CEL over the profile's parameters and host facts. CEL ends, has no side effects and reads nothing else. */
import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import { isAtLeast } from "../catalogue/version.js";

/** What an expression may know of a host. Numbers are whole. */
export type HostView = {
  readonly kernel: string;
  readonly arch: string;
  readonly memoryBytes: bigint;
  readonly cpus: bigint;
  readonly pageSize: bigint;
  readonly modules: readonly string[];
  readonly interfaces: readonly string[];
  /** Whether the kernel offers this key now. */
  readonly has: (key: string) => boolean;
};

export type Evaluated =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "boolean"; readonly truth: boolean }
  /** Well formed, but it asks about a host and none is known. */
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong"; readonly message: string; readonly at: number };

export type Expressions = { readonly evaluate: (source: string) => Evaluated };

const hostSchema = {
  schema: { kernel: "string", arch: "string", memory_bytes: "int", cpus: "int", page_size: "int", modules: "list<string>", interfaces: "list<string>" },
};

/** Prepares the evaluation of a profile's expressions; without a host they are type-checked, and worked out where they need none. */
export function expressionsFor(parameters: ReadonlyMap<string, bigint>, host: HostView | undefined): Expressions {
  const environment = new Environment({ limits: { maxDepth: 32, maxAstNodes: 500 } })
    .registerVariable("host", hostSchema)
    .registerFunction("max(int, int): int", (a: bigint, b: bigint) => (a > b ? a : b))
    .registerFunction("min(int, int): int", (a: bigint, b: bigint) => (a < b ? a : b))
    .registerFunction("has_tunable(string): bool", (key: string) => host?.has(key) ?? false)
    .registerFunction("kernel_at_least(string): bool", (version: string) => host !== undefined && isAtLeast(host.kernel, version));
  for (const name of parameters.keys()) environment.registerVariable(name, "int");
  const values = { ...Object.fromEntries(parameters), host: host && hostValues(host) };
  return { evaluate: (source) => evaluate(environment, source, values, host !== undefined) };
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
  try {
    const expression = environment.parse(source);
    const check = expression.check();
    if (!check.valid) return wrong(check.error);
    if (!hostKnown && asksHost(source)) return { kind: "unknown" };
    return resultOf(expression(values));
  } catch (error) {
    return wrong(error);
  }
}

/** Whether it asks what only a host can answer; words inside quotes do not count. */
const asksHost = (source: string): boolean => /\b(host|has_tunable|kernel_at_least)\b/.test(source.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, ""));

function resultOf(result: unknown): Evaluated {
  if (typeof result === "bigint") return { kind: "text", text: String(result) };
  if (typeof result === "string") return { kind: "text", text: result };
  if (typeof result === "boolean") return { kind: "boolean", truth: result };
  return { kind: "wrong", message: "gives neither a whole number, nor text, nor a truth value", at: 0 };
}

function wrong(error: unknown): Evaluated {
  if (error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError)
    return { kind: "wrong", message: error.summary, at: error.range?.start ?? 0 };
  return { kind: "wrong", message: String(error), at: 0 };
}

/** `"4096 ${a * 2} x"` in parts; undefined where a `${` is not closed. Braces and quotes inside an expression are respected. */
export function templateParts(text: string): readonly ({ readonly literal: string } | { readonly expression: string; readonly offset: number })[] | undefined {
  const parts: ({ literal: string } | { expression: string; offset: number })[] = [];
  let at = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
    const close = closingBrace(text, open + 2);
    if (close === undefined) return undefined;
    if (open > at) parts.push({ literal: text.slice(at, open) });
    parts.push({ expression: text.slice(open + 2, close), offset: open + 2 });
    at = close + 1;
  }
  if (at < text.length) parts.push({ literal: text.slice(at) });
  return parts;
}

function closingBrace(text: string, from: number): number | undefined {
  let depth = 0;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (quote !== "") {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") depth++;
    else if (letter === "}" && depth-- === 0) return at;
  }
  return undefined;
}
