/** Every parser of text from outside, with valid texts of its kind, and read as a command reads it. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readDropIn } from "../../src/boot/drop-in.js";
import type { LoaderName } from "../../src/boot/loader.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { main } from "../../src/cli/main.js";
import type { ProcessContext } from "../../src/cli/process-context.js";
import { readBootChecks } from "../../src/disk/boot-check-file.js";
import { readFactsFile } from "../../src/disk/facts-file.js";
import { profileLibrary } from "../../src/disk/profiles.js";
import { readRecords } from "../../src/disk/record-files.js";
import type { HostView } from "../../src/expression/host-view.js";
import { expressionsFor } from "../../src/expression/language.js";
import { planFromFile } from "../../src/format/plan-file.js";
import { parseJson } from "../../src/format/stored.js";
import type { Host } from "../../src/host.js";
import { capturedHost } from "../../src/hosts/captured.js";
import { checkProfiles } from "../../src/operations/check.js";
import { planProfiles } from "../../src/operations/plan.js";
import { parseProfile } from "../../src/profile/read/parse.js";
import { bootText } from "../../src/render/boot-check.js";
import { paint } from "../../src/render/paint.js";
import { programs } from "../../src/writers/programs.js";
import type { Look } from "../../src/writers/sources.js";
import { bootSources, surroundingsOf } from "../../src/writers/surroundings.js";
import { machine } from "../fakes/machine.js";
import { setting } from "../fakes/settings.js";
import { anyJson, type Input, jsonOfAnotherForm, textInputs, withNameTwice } from "./inputs.js";
import type { Answer } from "./law.js";
import { bootWords, expressionWords, jsonWords, profileWords, seeds, writerWords } from "./seeds.js";

export type Parser = {
  readonly name: string;
  readonly inputs: (size: number) => fc.Arbitrary<Input>;
  readonly read: (input: Input) => Answer | Promise<Answer>;
};

/** @param folder where files are put for those that read files */
export const parsersIn = (folder: string): readonly Parser[] => [
  {
    name: "a profile",
    inputs: (size) => textInputs({ seeds: seeds.profiles, words: profileWords, size }),
    read: async (input) => {
      writeFileSync(join(folder, "p.yaml"), input);
      const { load, sources } = profileLibrary(folder, folder);
      return {
        isTaken: true,
        sources,
        ...(await checkProfiles({ ...nothingAsked, names: ["./p.yaml"], load })),
      };
    },
  },
  {
    name: "a file of sysctl.d",
    inputs: (size) => textInputs({ seeds: seeds.boot, words: bootWords, size }),
    read: (input) => bootAnswer(String(input)),
  },
  {
    name: "a file of a program that sets keys at boot",
    inputs: (size) => textInputs({ seeds: seeds.writers, words: writerWords, size }),
    read: (input) => {
      const about = { catalogue: shippedCatalogue(), systemd: true, systemdVersion: 252 };
      surroundingsOf(bootSources(everywhere(String(input))), about);
      return { isTaken: true, problems: [] };
    },
  },
  {
    name: "a facts file",
    inputs: (size) => jsonInputs([seeds.facts], size),
    read: async (input) => {
      writeFileSync(join(folder, "facts.json"), input);
      const facts = readFactsFile(join(folder, "facts.json"), "facts.json");
      return facts.ok ? planAgainst(capturedHost(facts.value)) : { isTaken: false, ...facts };
    },
  },
  {
    name: "a record",
    inputs: (size) =>
      fc.oneof(jsonInputs([seeds.record], size), jsonOfAnotherForm([seeds.record]).map(sealed)),
    read: (input) => {
      writeFileSync(join(folder, "000001.json"), input);
      const problems = readRecords(folder).unreadable.map(({ problem }) => problem);
      return { isTaken: problems.length === 0, problems };
    },
  },
  {
    name: "results of checks after a boot",
    inputs: (size) =>
      fc.oneof(jsonInputs([seeds.bootChecks], size), jsonOfAnotherForm([seeds.bootChecks]).map(sealed)),
    read: (input) => {
      writeFileSync(join(folder, "boot-check.json"), input);
      const checks = readBootChecks(join(folder, "boot-check.json"));
      // What is taken is told, in one line each.
      const told = (checks.ok ? checks.value : []).map((newest) =>
        bootText({ bootId: "one", isInstalled: true, isOfBoot: true, newest, first: newest }, paint(false)),
      );
      if (told.some((words) => /\n./.test(words))) throw new Error("a line that is two");
      return { isTaken: checks.ok, problems: checks.ok ? [] : checks.problems };
    },
  },
  {
    name: "a plan file",
    inputs: (size) => jsonInputs([seeds.plan], size),
    read: (input) => {
      const parsed = parseJson(String(input));
      const plan = parsed.ok ? planFromFile(parsed.value) : parsed;
      return plan.ok
        ? { isTaken: true, problems: [] }
        : { isTaken: false, problems: [{ code: "facts-invalid", file: "plan.json", fault: plan.fault }] };
    },
  },
  {
    name: "an expression",
    inputs: (size) => textInputs({ seeds: seeds.expressions, words: expressionWords, size }),
    read: (input) => expressionAnswer(String(input)),
  },
  {
    name: "the word after --set",
    inputs: (size) =>
      textInputs({ seeds: ["rate=4096", "rate=-1", "rate=18446744073709551615"], words: setWords, size }),
    read: (input) => commandAnswer(folder, ["validate", `--set=${String(input)}`, "high-churn-webserver"]),
  },
  {
    name: "the word after --kernel",
    inputs: (size) =>
      textInputs({ seeds: ["5.14", ">=5.4 <6.9", "6.18.44-cloud-amd64"], words: kernelWords, size }),
    read: (input) => commandAnswer(folder, ["validate", `--kernel=${String(input)}`, "high-churn-webserver"]),
  },
];

/** A machine that has every program, and this text in every file. */
const everywhere =
  (text: string): Look =>
  (_, wanted) =>
    wanted === "text"
      ? { kind: "text", text }
      : wanted === "folder"
        ? { kind: "folder", names: ["a.conf", "a.network", "a.xml", "a.cfg", "a", ...startedUnits] }
        : { kind: "present" };

const startedUnits = programs.flatMap(({ units = [] }) => units);

const setWords = [
  "=",
  "rate",
  "hundred_percent",
  "0",
  "9",
  "-",
  "+",
  ".",
  "e",
  "0x",
  "_",
  " ",
  "\n",
  "__proto__",
];
const kernelWords = [
  ">=",
  "<",
  "<=",
  "5",
  "6.18",
  ".",
  "-",
  "+",
  "~",
  " ",
  "0",
  "999999999999",
  "\n",
  "\u001b[",
];

const nothingAsked = { parameters: new Map<string, string>(), allow: [] };

const jsonInputs = (files: readonly object[], size: number): fc.Arbitrary<Input> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: textInputs({ seeds: files.map((file) => JSON.stringify(file)), words: jsonWords, size }),
    },
    { weight: 3, arbitrary: jsonOfAnotherForm(files).map((file) => JSON.stringify(file)) },
    { weight: 1, arbitrary: jsonOfAnotherForm(files).map((file) => withNameTwice(JSON.stringify(file))) },
    { weight: 1, arbitrary: anyJson },
  );

/** With a right checksum: whoever can write there can make one. */
function sealed(body: object): string {
  const sha256 = createHash("sha256")
    .update(JSON.stringify(body, null, 1))
    .digest("hex");
  return JSON.stringify({ ...body, sha256 });
}

/** Plans on a host that has this file. */
function bootAnswer(text: string): Answer {
  readDropIn(text);
  const plans = loaders.map((loader) =>
    machine({
      values: { "net.core.somaxconn": "4096" },
      loader,
      files: { "/etc/sysctl.d/95-a.conf": text },
    }).planFor([setting("net.core.somaxconn", "8192")]),
  );
  return {
    isTaken: true,
    problems: plans.flatMap(({ problems }) => problems),
    warnings: plans.flatMap(({ warnings }) => warnings),
  };
}

const loaders: readonly LoaderName[] = ["systemd", "procps"];

async function planAgainst(host: Host): Promise<Answer> {
  const planned = await planProfiles(host, { ...nothingAsked, names: ["p"], load: async () => small });
  if (!planned.ok) return { isTaken: false, ...planned };
  const { plan } = planned.value;
  return { isTaken: true, problems: plan.problems, warnings: plan.warnings };
}

const small = parseProfile(
  "p.yaml",
  `name: p
summary: Of a test
settings:
  net.core.somaxconn: { at_least: "\${host.cpus * 100}", why: w }
  net.ipv4.conf.*.rp_filter: { value: "1", why: w, when: "\${kernel_at_least('5.4') && has_tunable('net.core.somaxconn')}" }
`,
);

const numbers = new Map([["rate", 4096n]]);
const view: HostView = {
  kernel: "6.12.48",
  arch: "x86_64",
  memoryBytes: 4n * 1024n ** 3n,
  cpus: 2n,
  pageSize: 4096n,
  modules: Array.from({ length: 200 }, (_, at) => `module_${at}`),
  interfaces: ["all", "default", "lo", "eth0"],
  has: () => true,
  value: () => "1",
};
const languages = [view, undefined].map((host) => expressionsFor({ numbers, refuse: () => {} }, host));

function expressionAnswer(expression: string): Answer {
  const problems = languages.flatMap(({ evaluate, asked }) => {
    asked(expression);
    const result = evaluate(expression);
    return result.kind === "wrong"
      ? [{ code: "bad-expression" as const, expression, fault: result.fault, place }]
      : [];
  });
  return { isTaken: true, problems };
}

const place = { file: "p.yaml", line: 1, column: 1, length: 1 };

async function commandAnswer(cwd: string, argv: readonly string[]): Promise<Answer> {
  let printed = "";
  const print = (text: string): void => {
    printed += text;
  };
  const context: ProcessContext = {
    cwd,
    env: {},
    uid: 1000,
    now: () => new Date(0),
    colour: { out: false, err: false },
    out: print,
    err: print,
    stopRequest: async () => undefined,
    self: [],
  };
  return { isTaken: (await main(argv, context)) === 0, problems: [], printed };
}
