import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { missingForSessions, runInRoom } from "./support/session-room.js";

// The published schemas of the JSON answers, against what the commands really answer.

const missing = missingForSessions();
const inCi = process.env["CI"] !== undefined;

const folder = "schema/output";
const read = (path: string): object => JSON.parse(readFileSync(path, "utf8")) as object;
const ajv = new Ajv({
  schemas: [
    read("schema/stored.schema.json"),
    read("schema/snapshot.schema.json"),
    read("schema/tunable.schema.json"),
    ...readdirSync(folder).map((name) => read(join(folder, name))),
  ],
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
});

const failure = "https://tunectl.dev/schema/output/common.schema.json#/definitions/failure";

function faultsBy(check: ValidateFunction | undefined, answer: unknown): readonly string[] {
  if (check === undefined) throw new Error("There is no such schema");
  return check(answer)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function faultsOf(command: string, answer: unknown): readonly string[] {
  const check = ajv.getSchema(`https://tunectl.dev/schema/output/${command}.schema.json`);
  const own = faultsBy(check, answer);
  // Most answers may also be the failure that all commands share; why this one is not that is seldom the
  // question.
  const notFailed = new Set(faultsBy(ajv.getSchema(failure), answer));
  const telling = own.filter((fault) => !notFailed.has(fault));
  return telling.length > 0 ? telling : own;
}

const profile = (name: string, ...settings: readonly string[]): string =>
  [
    `cat > ${name}.yaml <<'EOF'`,
    `name: ${name}`,
    "summary: One for the schemas",
    "settings:",
    ...settings.map((line) => `  ${line}`),
    "EOF",
  ].join("\n");

const prepare = [
  profile(
    "web",
    "net.ipv4.tcp_fin_timeout: { value: 30, why: One }",
    "net.core.somaxconn: { at_least: 8192, why: Two }",
  ),
  profile(
    "proxy",
    "net.ipv4.tcp_fin_timeout: { value: 20, why: Three }",
    "net.ipv4.conf.*.rp_filter: { value: 2, why: A pattern }",
  ),
  profile("waiting", "net.ipv4.conf.eth9.rp_filter: { value: 2, why: No such interface yet }"),
  profile(
    "wrong",
    "net.ipv4.tcp_fin_timeout: { value: 30s, why: A unit }",
    "net.ipv4.tcp_tw_recycle: { value: 1, why: Gone }",
  ),
  profile("old", "net.core.somaxconn: { value: 1024, why: Once more than the default }"),
  profile(
    "refused",
    "net.ipv4.tcp_retries2: { value: 8, why: Taken }",
    "net.ipv4.ip_local_port_range: { value: 500 60999, why: Refused }",
  ),
  profile(
    "absent",
    "net.ipv4.conf.*.tag: { value: 1, why: One }",
    "net.ipv4.tcp_nonesuch: { value: 1, why: Not in the catalogue }",
  ),
  profile(
    "partly",
    "net.ipv4.tcp_retries2: { value: 8, when: \"${has_tunable('net.none.such')}\", why: Left out }",
  ),
];

type Ask = { readonly line: string; readonly exit?: number; readonly ok?: boolean };
const good = (line: string, exit = 0): Ask => ({ line: `tunectl ${line} --format json`, exit, ok: true });
const bad = (line: string, exit = 1): Ask => ({ line: `tunectl ${line} --format json`, exit, ok: false });
const does = (line: string): Ask => ({ line });

const session: readonly Ask[] = [
  good("validate web.yaml"),
  good("validate old.yaml"),
  good("validate"),
  bad("validate wrong.yaml absent.yaml missing.yaml"),
  bad("validate web.yaml --set nonsense"),
  good("list"),
  does("mkdir profiles; echo 'name: [' > profiles/broken.yaml"),
  good("list"),
  good("show high-churn-webserver"),
  good("show partly.yaml"),
  bad("show wrong.yaml"),
  bad("show nonesuch"),
  good("explain net.ipv4.tcp_fin_timeout"),
  good("explain conntrack"),
  good("explain --all"),
  bad("explain net.ipv4.tcp_fin_timeot"),
  good("status"),
  bad("verify"),
  good("snapshots"),
  good("rollback"),
  good("diff web.yaml"),
  good("diff web.yaml --exit-code", 2),
  good("diff old.yaml"),
  good("diff waiting.yaml"),
  good("diff partly.yaml"),
  bad("diff wrong.yaml"),
  bad("diff web.yaml proxy.yaml"),
  bad("diff web.yaml --against nothing.json"),
  good("boot-check"),
  bad("boot-check --root ."),
  does("tunectl capture facts.json"),
  good("diff web.yaml --against facts.json"),
  does("mkdir -p image/usr/lib/systemd; touch image/usr/lib/systemd/systemd-sysctl"),
  good("diff web.yaml --root image"),
  good("apply web.yaml --root image"),
  good("status --root image"),
  good("verify --root image"),
  good("apply web.yaml"),
  good("apply web.yaml"),
  good("boot-check"),
  good("verify"),
  good("boot-check --install"),
  good("boot-check --install"),
  good("status"),
  good("boot-check --remove"),
  good("apply proxy.yaml"),
  does(
    String.raw`printf 'net.ipv4.tcp_fin_timeout = 9\nnet.ipv4.conf.*.tag = 1\n-net.ipv4.conf.lo.tag\nnet.ipv4.conf.eth9.tag = 2\nnet.netfilter.nf_conntrack_max = 9\n' > /etc/sysctl.d/10-odd.conf`,
  ),
  does("ln -s /dev/null /etc/sysctl.d/20-mask.conf"),
  good("boot --loader systemd:252"),
  good("boot --loader procps"),
  good("boot --root image"),
  good("boot --root image --against facts.json"),
  good("boot --against facts.json"),
  good("why net.ipv4.tcp_fin_timeout"),
  good("why net.ipv4.conf.eth9.rp_filter"),
  good("why 'net.ipv4.conf.*.tag'"),
  good("why net.ipv4.tcp_fin_timeout --root image"),
  good("why net.ipv4.tcp_fin_timeout --against facts.json"),
  bad("why net.ipv4.tcp_fin_timeot"),
  bad("why net.ipv4.tcp_fin_timeout --loader upstart"),
  does(
    String.raw`printf 'net.ipv4.conf.lo = 1\n= 1\nnonsense\nnet.ipv4.tcp_sack = soon\n' >> /etc/sysctl.d/10-odd.conf`,
  ),
  bad("boot --loader systemd:252"),
  does("rm /etc/sysctl.d/10-odd.conf /etc/sysctl.d/20-mask.conf"),
  good("diff web.yaml"),
  bad("apply refused.yaml"),
  bad("apply web.yaml proxy.yaml"),
  bad("apply missing.yaml"),
  does("as-anna tunectl apply web.yaml --format json > denied.json"),
  does(
    "sysctl -q -w net.ipv4.tcp_fin_timeout=44; echo 'net.ipv4.conf.all.rp_filter = 1' > /etc/sysctl.d/99-late.conf",
  ),
  bad("verify", 2),
  bad("boot-check", 2),
  good("status"),
  bad("rollback"),
  bad("rollback --keep-changed", 3),
  bad("rollback 99"),
  bad("diff proxy.yaml"),
  bad("apply proxy.yaml"),
  good("apply proxy.yaml --allow-override"),
  good("rollback --only net.ipv4.tcp_* --dry-run"),
  bad("rollback --only net.nothing"),
  good("rollback --to 2 --dry-run"),
  good("rollback --to-defaults --dry-run"),
  good("rollback --force"),
  good("recover"),
  bad("confirm"),
  good("apply web.yaml --trial 5m --allow-override", 5),
  good("status", 5),
  { line: "tunectl apply old.yaml --format json", exit: 76, ok: false },
  good("confirm --extend 6m", 5),
  bad("confirm --extend soon"),
  good("confirm"),
  good("rollback --force"),
  bad("recover --root nowhere"),
  does("rm /etc/sysctl.d/90-tunectl.conf"),
  bad("verify", 2),
  good("snapshots"),
  good("snapshots 1"),
  bad("snapshots 99"),
  good("snapshots --keep 2"),
  good("snapshots --older-than 2d"),
  bad("recover --wait soon"),
  bad("snapshots --keep few"),
  { line: "flock /var/lib/tunectl tunectl apply old.yaml --format json", exit: 75, ok: false },
  good("rehearse web.yaml"),
  good("rehearse low-latency"),
  bad("rehearse refused.yaml"),
  bad("rehearse wrong.yaml"),
];

const commandIn = (line: string): string => /tunectl (?!tunectl)([a-z-]+)/.exec(line)?.[1] ?? "";

type Answered = Ask & { readonly command: string; readonly text: string; readonly ended: number };

/** All answers that are JSON, each with what was asked. */
async function answered(): Promise<readonly Answered[]> {
  if (missing !== undefined) throw new Error(`Schemas need ${missing}`);
  const answers = await runInRoom([...prepare, ...session.map(({ line }) => line)]);
  const said = answers.slice(prepare.length);
  return session.flatMap((ask, at) => {
    const { text = "", exit: ended = -1 } = said[at] ?? {};
    return ask.ok === undefined ? [] : [{ ...ask, command: commandIn(ask.line), text, ended }];
  });
}

describe.skipIf(missing !== undefined && !inCi)(
  `JSON answers${missing === undefined ? "" : ` (skipped: no ${missing})`}`,
  () => {
    let all: readonly Answered[] = [];
    beforeAll(async () => {
      all = await answered();
    }, 240_000);

    it("every answer is as its published schema has it", () => {
      const wrong = all.flatMap(({ line, command, text }) =>
        faultsOf(command, JSON.parse(text)).map((fault) => `${line}: ${fault}`),
      );
      expect(wrong).toEqual([]);
    });

    it("`ok` and the exit code agree with what happened", () => {
      for (const { line, text, exit, ok, ended } of all)
        expect({ line, exit: ended, ok: (JSON.parse(text) as { ok: boolean }).ok }).toEqual({
          line,
          exit,
          ok,
        });
    });

    it("every command that has JSON was asked for a good answer and for a bad one", () => {
      const asked = new Set(all.map(({ command, ok }) => `${command} ${ok}`));
      const commands = readdirSync(folder).map((name) => name.replace(".schema.json", ""));
      const wanted = commands
        .filter((name) => name !== "common")
        .flatMap((name) =>
          name === "list" || name === "status" ? [`${name} true`] : [`${name} true`, `${name} false`],
        );
      expect([...asked].sort()).toEqual(wanted.sort());
    });

    it("a field too many anywhere is refused", () => {
      const open: string[] = [];
      for (const { line, command, text } of all) {
        if (line.includes("--all")) continue;
        const answer: unknown = JSON.parse(text);
        for (const { path, node } of objectsIn(answer, "").filter(({ path }) => !stored.test(path))) {
          Reflect.set(node, "Surprise", 1);
          if (faultsOf(command, answer).length === 0) open.push(`${line}: ${path}`);
          Reflect.deleteProperty(node, "Surprise");
        }
      }
      expect(open).toEqual([]);
    });
  },
);

describe("the schemas", () => {
  it("know exactly the codes that the program has", () => {
    const source = (name: string): string => readFileSync(`src/problem/${name}.ts`, "utf8");
    const problems = source("text-problem") + source("host-problem");
    const warnings = source("warning");
    const { definitions } = read(join(folder, "common.schema.json")) as Common;
    expect(codesIn(problems)).toEqual([...definitions.problem.properties.code.enum].sort());
    expect(codesIn(warnings)).toEqual([...definitions.warning.properties.code.enum].sort());
  });
});

type Codes = { readonly properties: { readonly code: { readonly enum: readonly string[] } } };
type Common = { readonly definitions: { readonly problem: Codes; readonly warning: Codes } };

const codesIn = (source: string): readonly string[] =>
  [...new Set([...source.matchAll(/code: "([a-z-]+)"/g)].map(([, code = ""]) => code))].sort();

// Stored files may have fields of a later version: a reader passes them over.
const stored = /^\/snapshots\/\d+/;

// Maps whose names are the user's, the host's or the catalogue's.
const maps = /\/(parameters|originals|values)$/;

function objectsIn(node: unknown, path: string): readonly { readonly path: string; readonly node: object }[] {
  if (typeof node !== "object" || node === null) return [];
  const own = Array.isArray(node) || maps.test(path) ? [] : [{ path, node }];
  return [...own, ...Object.entries(node).flatMap(([name, child]) => objectsIn(child, `${path}/${name}`))];
}
