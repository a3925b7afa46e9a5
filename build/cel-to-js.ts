/**
 * A CEL expression of the catalogue as JavaScript: numbers are bigint, what is not known is thrown by what is
 * asked for it. Compiled when the program is built, so that a run needs no language.
 */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";

export type NameType = "int" | "string" | "list<int>";

const hostFields = {
  memory_bytes: "int",
  swap_bytes: "int",
  committed_bytes: "int",
  page_size: "int",
  huge_page_bytes: "int",
  cpus: "int",
  threads: "int",
  processes: "int",
  open_files_limit: "int",
  listening_ports: "list<int>",
  programs: "list<string>",
  interfaces: "list<string>",
  modules: "list<string>",
  arch: "string",
  kernel: "string",
};

const unused = (): never => {
  throw new Error("only compiled");
};

function environmentFor(names: ReadonlyMap<string, NameType>): Environment {
  const environment = new Environment()
    .registerVariable("host", { schema: hostFields })
    .registerFunction("words(string): list<string>", unused)
    .registerFunction("max(int, int): int", unused)
    .registerFunction("min(int, int): int", unused)
    .registerFunction("kernel_at_least(string): bool", unused)
    .registerFunction("has_tunable(string): bool", unused)
    .registerFunction("can_load(string): bool", unused)
    .registerFunction("any_port(list<int>, int, int): bool", unused)
    .registerFunction("in_ports(string, int): bool", unused);
  for (const [name, type] of names) environment.registerVariable(name, type);
  return environment;
}

/**
 * The text of a function of `v` (a name's value), `h` (the host) and `f` (what is offered).
 * @throws Error with what is wrong with the expression
 */
export function celToJs(source: string, names: ReadonlyMap<string, NameType>): string {
  const environment = environmentFor(names);
  const expression = environment.parse(source);
  const check = expression.check();
  if (!check.valid) throw check.error;
  if (check.type !== "bool") throw new Error(`gives ${check.type}, not bool`);
  return `(v, h, f) => ${print(expression.ast, new Set())}`;
}

const helpers = ["words", "max", "min", "any_port", "in_ports"];
const hostFunctions = ["kernel_at_least", "has_tunable", "can_load"];
const textMethods: Readonly<Record<string, string>> = {
  contains: "includes",
  startsWith: "startsWith",
  endsWith: "endsWith",
};
const loops: Readonly<Record<string, string>> = { exists: "some", all: "every" };
const operators: Readonly<Record<string, string>> = { "==": "===", "!=": "!==" };

function print(part: ASTNode, locals: ReadonlySet<string>): string {
  const inner = (one: ASTNode): string => print(one, locals);
  switch (part.op) {
    case "value":
      return typeof part.args === "bigint" ? `${part.args}n` : JSON.stringify(part.args);
    case "id":
      return locals.has(part.args) ? part.args : `v(${JSON.stringify(part.args)})`;
    case ".":
      return property(part);
    case "[]":
      return `f.at(${inner(part.args[0])}, ${inner(part.args[1])})`;
    case "list":
      return `[${part.args.map(inner).join(", ")}]`;
    case "!_":
      return `!(${inner(part.args)})`;
    case "-_":
      return `-(${inner(part.args)})`;
    case "?:":
      return `(${inner(part.args[0])} ? ${inner(part.args[1])} : ${inner(part.args[2])})`;
    case "in":
      return `${inner(part.args[1])}.includes(${inner(part.args[0])})`;
    case "call":
      return call(part.args[0], part.args[1].map(inner));
    case "rcall":
      return method(part, locals);
    case "&&":
    case "||":
      return `f.${part.op === "&&" ? "and" : "or"}(() => ${inner(part.args[0])}, () => ${inner(part.args[1])})`;
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return `(${inner(part.args[0])} ${operators[part.op] ?? part.op} ${inner(part.args[1])})`;
    default:
      throw new Error(`${part.op} is not offered`);
  }
}

function property({ args: [owner, name] }: ASTNode & { op: "." }): string {
  if (owner.op !== "id" || owner.args !== "host") throw new Error(`.${name} is not offered`);
  return `h.${name}`;
}

function call(name: string, given: readonly string[]): string {
  if (helpers.includes(name)) return `f.${name}(${given.join(", ")})`;
  if (hostFunctions.includes(name)) return `h.${name}(${given.join(", ")})`;
  if (name === "size") return `BigInt(${given[0]}.length)`;
  if (name === "int") return `BigInt(${given[0]})`;
  throw new Error(`${name}() is not offered`);
}

function method(
  { args: [name, owner, given] }: ASTNode & { op: "rcall" },
  locals: ReadonlySet<string>,
): string {
  const of = print(owner, locals);
  const [first, second] = given;
  const loop = loops[name];
  if (loop !== undefined && first?.op === "id" && second)
    return `${of}.${loop}((${first.args}) => ${print(second, new Set([...locals, first.args]))})`;
  if (name === "size") return `BigInt(${of}.length)`;
  const text = textMethods[name];
  if (text === undefined || !first) throw new Error(`.${name}() is not offered`);
  return `${of}.${text}(${print(first, locals)})`;
}
