/** The rooms of the house, and which may know of which. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";

type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean };

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.startsWith("generated"),
);
const textOf = (file: string): string => readFileSync(join("src", file), "utf8");

/** Comments and strings may speak of anything. */
const codeOf = (file: string): string =>
  textOf(file)
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*$/gm, "");

/** Without its texts. */
const wordless = (code: string): string =>
  code.replace(/"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'|`(\\.|[^`\\])*`/g, '""');

const statement =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^;'"]*?\s+from\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/g;

const imports: readonly Import[] = files.flatMap((from) =>
  [...codeOf(from).matchAll(statement)].map((found) => {
    const target = found[2] ?? found[3] ?? "";
    const to = target.startsWith(".")
      ? posix.join(posix.dirname(from), target).replace(/\.js$/, ".ts")
      : target;
    return { from, to, typeOnly: found[1] !== undefined };
  }),
);

const isOurs = ({ to }: Import): boolean => /\.(ts)$/.test(to);
/** A folder of `src`, or a file that stands in `src` itself. */
const roomOf = (file: string): string => file.split("/")[0] ?? file;
const shown = (found: readonly Import[]): readonly string[] => found.map(({ from, to }) => `${from} → ${to}`);

/**
 * The rooms from the lowest to the highest. A room may know those below it that it lists, and no other: an
 * arrow that is not here is a fault. What to do about it: move what is shared down, or pass it in as a value.
 */
const known: Readonly<Record<string, readonly string[]>> = {
  problem: [],
  "problem.ts": ["problem"],
  "characters.ts": [],
  catalogue: ["problem.ts", "generated"],
  expression: ["problem.ts", "catalogue"],
  profile: ["problem.ts", "characters.ts", "catalogue", "expression", "generated"],
  boot: ["characters.ts", "catalogue"],
  record: ["problem.ts", "catalogue", "boot", "profile"],
  relations: ["problem.ts", "catalogue", "expression", "generated"],
  writers: ["catalogue", "boot"],
  "host.ts": ["problem.ts", "catalogue", "boot", "record", "relations", "writers"],
  plan: ["problem.ts", "catalogue", "expression", "boot", "profile", "record", "relations", "writers"],
  format: [
    "problem.ts",
    "catalogue",
    "boot",
    "profile",
    "record",
    "relations",
    "writers",
    "host.ts",
    "plan",
    "generated",
  ],
  apply: ["problem.ts", "catalogue", "record", "host.ts", "plan"],
  operations: [
    "problem.ts",
    "catalogue",
    "expression",
    "profile",
    "boot",
    "record",
    "relations",
    "writers",
    "host.ts",
    "plan",
    "format",
    "apply",
  ],
  render: [
    "problem.ts",
    "characters.ts",
    "catalogue",
    "profile",
    "boot",
    "record",
    "relations",
    "writers",
    "plan",
    "apply",
    "operations",
  ],
  kernel: ["catalogue", "boot", "record", "relations", "host.ts"],
  disk: ["problem.ts", "catalogue", "profile", "boot", "record", "writers", "host.ts", "format", "generated"],
  hosts: ["problem.ts", "boot", "record", "relations", "writers", "host.ts", "format", "kernel", "disk"],
  sandbox: ["problem.ts", "boot", "host.ts", "operations"],
  "index.ts": [
    "problem.ts",
    "catalogue",
    "expression",
    "profile",
    "boot",
    "record",
    "host.ts",
    "plan",
    "format",
    "apply",
    "operations",
    "render",
    "disk",
    "hosts",
  ],
};

/** In this order no arrow leads back, not even one of types. */
const order = [...Object.keys(known), "cli"];

/** Rooms that work on values alone, and take no machine: the same in, the same out. */
const pure = [
  "problem",
  "problem.ts",
  "characters.ts",
  "catalogue",
  "expression",
  "profile",
  "boot",
  "record",
  "relations",
  "writers",
  "plan",
  "format",
  "render",
];

/**
 * Rooms that reach a machine only through a `Host` that they are given: they run over any, and a fake one.
 */
const throughHost = ["host.ts", "apply", "operations"];

/** Neither imports anything of node. */
const nodeFree = [...pure, ...throughHost];

describe("the rooms", () => {
  it("were all found, with their imports", () => {
    expect(new Set(files.map(roomOf))).toEqual(new Set([...Object.keys(known), "cli"]));
    expect(imports.length).toBeGreaterThan(200);
    expect(
      imports.filter(isOurs).filter(({ to }) => !files.includes(to) && !to.startsWith("generated/")),
    ).toEqual([]);
  });

  it.each(Object.entries(known))("%s knows no other than %j", (room, allowed) => {
    const strangers = imports
      .filter(isOurs)
      .filter(
        ({ from, to }) => roomOf(from) === room && roomOf(to) !== room && !allowed.includes(roomOf(to)),
      );
    expect(shown(strangers)).toEqual([]);
  });

  it("but the command line's are not known to anybody: it is one user of the library among others", () => {
    expect(shown(imports.filter(({ from, to }) => roomOf(to) === "cli" && roomOf(from) !== "cli"))).toEqual(
      [],
    );
  });

  it("know only rooms below them, by types as well", () => {
    const below = (room: string): number => (room === "generated" ? -1 : order.indexOf(room));
    const back = imports.filter(
      (one) =>
        isOurs(one) &&
        roomOf(one.from) !== roomOf(one.to) &&
        below(roomOf(one.to)) >= below(roomOf(one.from)),
    );
    expect(shown(back)).toEqual([]);
  });

  it("hold no files that import each other in a circle: such load order decides what is undefined", () => {
    const next = new Map(
      files.map((file) => [
        file,
        imports.filter((one) => one.from === file && !one.typeOnly && isOurs(one)).map(({ to }) => to),
      ]),
    );
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      else if (!visited.has(file)) {
        for (const other of next.get(file) ?? []) visit(other, [...path, file]);
        visited.add(file);
      }
    };
    const visited = new Set<string>();
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe("the pure rooms, and those that reach a machine only through a Host", () => {
  const isNodeFree = ({ from }: Import): boolean => nodeFree.includes(roomOf(from));

  it("are told apart: a pure room takes no Host, and nothing of one", () => {
    const machine = /\b(Host|Kernel|OwnFiles|RecordStore|RecordWriter|ModuleLoader)\b/;
    expect(
      files.filter(
        (file) =>
          pure.includes(roomOf(file)) &&
          /from "[./]+host\.js"/.test(codeOf(file)) &&
          machine.test(
            codeOf(file)
              .match(/import (type )?\{[^}]*\} from "[./]+host\.js"/g)
              ?.join() ?? "",
          ),
      ),
    ).toEqual([]);
  });

  it("import nothing of node: they must give the same plan on a laptop as on the host", () => {
    expect(
      shown(
        imports.filter(
          (one) => isNodeFree(one) && /^(node:|(fs|path|os|child_process|crypto|process)$)/.test(one.to),
        ),
      ),
    ).toEqual([]);
  });

  // Each of these would make the result depend on when and where it is asked for.
  it.each([
    ["the process", /\bprocess\./],
    ["the console", /\bconsole\./],
    ["the clock", /\bDate\.now\(|\bnew Date\(\)|\bperformance\./],
    ["chance", /\bMath\.random\(|\brandomUUID\(/],
    ["a timer", /\bset(Timeout|Interval|Immediate)\(/],
    ["the network", /\bfetch\(/],
    ["the language of the user", /\.toLocale|localeCompare|\bIntl\./],
  ])("do not use %s", (_, pattern) => {
    expect(
      files.filter((file) => nodeFree.includes(roomOf(file)) && pattern.test(wordless(codeOf(file)))),
    ).toEqual([]);
  });

  it("never throw to tell of a user's mistake: a problem is a value; only the applier carries an error of the disk upwards", () => {
    expect(
      files.filter((file) => nodeFree.includes(roomOf(file)) && /\bthrow\b/.test(wordless(codeOf(file)))),
    ).toEqual([
      "apply/prepare.ts",
      "operations/gather-files.ts",
      // What a compiled expression asks for and nobody knows: caught by the function that evaluates it.
      "relations/answers.ts",
      "relations/guard.ts",
      "relations/judge.ts",
      "relations/relation.ts",
    ]);
  });
});

describe("a package", () => {
  // One that is known to a single room can be replaced in that room.
  it.each([
    [
      "commander",
      /^cli\/(main|[a-z]+-commands|command-entry|options)\.ts$/,
      "the command line's grammar is nobody else's business",
    ],
    ["fs-extra", /^(disk|sandbox)\//, "it changes the disk"],
    ["diff", /^render\//, "a patch is a way to print"],
    ["yaml", /^profile\//, "a profile is text to everybody else"],
    [
      "@marcbachmann/cel-js",
      /^expression\/(language|syntax)\.ts$/,
      "the language may be replaced without touching a profile",
    ],
    ["fastest-levenshtein", /^catalogue\/catalogue\.ts$/, "there is one way to guess what was meant"],
    ["ajv", /^$/, "schemas are compiled when the program is built"],
  ])("%s is imported only in %s: %s", (name, where) => {
    const users = imports.filter(({ to }) => to === name || to.startsWith(`${name}/`));
    expect(shown(users.filter(({ from }) => !where.test(from)))).toEqual([]);
  });

  it("is bundled, so nothing is installed with the program, and docs/dependencies.md gives each a reason", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(dependencies).toBeUndefined();
    const used = imports
      .map(({ to }) => to)
      .filter((to) => !to.startsWith("node:") && !/\.(ts|js)$/.test(to))
      .map((name) =>
        name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/"),
      );
    // The validators that ajv compiles hold some of its code.
    const runtime = [...new Set([...used, "ajv"])].sort();
    const reasons = [...readFileSync("docs/dependencies.md", "utf8").matchAll(/^\| `([^`]+)`/gm)];
    expect(reasons.map(([, name]) => name).sort()).toEqual(runtime);
    expect(runtime.filter((name) => !(name in devDependencies))).toEqual([]);
  });
});

describe("the places where something outside is touched", () => {
  const using = (pattern: RegExp): readonly string[] => files.filter((file) => pattern.test(codeOf(file)));

  it("are bin.ts alone for the process and its streams", () => {
    expect(using(/\bprocess\.(exit|argv|stdout|stderr|env|on\(|cwd\(\))/)).toEqual(["cli/bin.ts"]);
  });

  it("are seven for other programs, all by absolute path or as this very program", () => {
    expect(using(/"node:child_process"/)).toEqual([
      "disk/guard-process.ts",
      "disk/lock.ts",
      "disk/package-of.ts",
      "disk/systemd.ts",
      "kernel/modules.ts",
      "sandbox/namespace.ts",
      "sandbox/private-root.ts",
    ]);
    expect(using(/import \{[^}]*\bexec(Sync)?\b[^}]*\} from "node:child_process"|shell: true/)).toEqual([]);
  });

  it("are one for writes of the kernel, in one write(2)", () => {
    expect(using(/\bwriteSync\(/)).toEqual(["cli/bin.ts", "disk/replace-file.ts", "kernel/procfs.ts"]);
  });

  it("are none for the network", () =>
    expect(using(/"node:(net|http|https|dgram|dns|tls)"|\bfetch\(/)).toEqual([]));
});

describe("the files", () => {
  it("have no default export: a name is the same everywhere", () => {
    expect(files.filter((file) => /\bexport default\b/.test(codeOf(file)))).toEqual([]);
  });

  it("are named after what they hold, never after helping", () => {
    expect(files.filter((file) => /util|helper|manager|service|misc|common/i.test(file))).toEqual([]);
  });

  it("are no wider than 110 columns, but for a line that is one text", () => {
    const isText = (line: string): boolean =>
      /^\s*(return |[?:] |\w+: )?["`/].*["`/gm][)\],;+ ]*$/.test(line);
    const wide = files.flatMap((file) =>
      textOf(file)
        .split("\n")
        .filter((line) => line.length > 110 && !isText(line))
        .map((line) => `${file}: ${line.trim().slice(0, 90)}`),
    );
    expect(wide).toEqual([]);
  });

  it("stay small enough to be read at once", () => {
    expect(files.filter((file) => textOf(file).split("\n").length > 270)).toEqual([]);
  });
});
