/** `${…}` in values and conditions: CEL over the profile's parameters and host facts. CEL ends, has no side effects and reads nothing else. */
import { TypeError as CelTypeError, Environment, EvaluationError, ParseError } from "@marcbachmann/cel-js";
import { isAtLeast } from "../catalogue/version.js";
import type { Evaluated, Expressions, HostView } from "./host-view.js";

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

/** Prepares the evaluation of a profile's expressions; without a host they are type-checked, and worked out where they need none. */
export function expressionsFor(parameters: ReadonlyMap<string, bigint>, host: HostView | undefined): Expressions {
  const environment = new Environment({ limits: { maxDepth: 32, maxAstNodes: 500 } })
    .registerVariable("host", hostSchema)
    .registerFunction("max(int, int): int", (a: bigint, b: bigint) => (a > b ? a : b))
    .registerFunction("min(int, int): int", (a: bigint, b: bigint) => (a < b ? a : b))
    .registerFunction("has_tunable(string): bool", (key: string) => host?.has(key) ?? false)
    .registerFunction(
      "kernel_at_least(string): bool",
      (version: string) => host !== undefined && isAtLeast(host.kernel, version),
    );
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
  // A pattern can take longer than anyone waits, and an expression must end.
  if (/\bmatches\s*\(/.test(withoutQuotes(source)))
    return { kind: "wrong", message: "`matches` is not offered; use `==`, `in`, startsWith(), endsWith() or contains()", at: 0 };
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
const asksHost = (source: string): boolean => /\b(host|has_tunable|kernel_at_least)\b/.test(withoutQuotes(source));

const withoutQuotes = (source: string): string => source.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, "");

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
