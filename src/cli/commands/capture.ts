/** `tunectl capture [FILE]`: this host's facts as one file, for `--against` on another machine. */
import { existsSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dropInPath, modulesPath } from "../../boot/print.js";
import type { BootContent, BootStack } from "../../boot/stack.js";
import { recordedKey } from "../../catalogue/key.js";
import { isSecret, withoutSecrets } from "../../catalogue/secret.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { type FactsFile, keptHost, keptReading } from "../../disk/facts-file.js";
import { ownFiles } from "../../disk/own-files.js";
import { replaceFile } from "../../disk/replace-file.js";
import { errnoOf } from "../../host.js";
import { hostFacts } from "../../kernel/facts.js";
import { readAll } from "../../kernel/read-all.js";
import { type Checked, good } from "../../problem.js";
import { type Exit, exit } from "../exit.js";
import { gather } from "../gather.js";
import { fail } from "../report.js";
import type { World } from "../world.js";

export async function capture(world: World, file: string | undefined): Promise<Exit> {
  if (!existsSync("/proc/sys/kernel/osrelease"))
    return fail(world, [{ code: "no-kernel", path: "/proc/sys" }], [], { format: "text" });
  const captures = await captured(world);
  if (!captures.ok) return fail(world, captures.problems, [], { format: "text" });
  const facts = captures.value;
  const text = `${JSON.stringify(facts, null, 1)}\n`;
  if (file === undefined || file === "-") world.out(text);
  else {
    try {
      save(join(file.startsWith("/") ? "/" : world.cwd, file), text);
    } catch (error) {
      return fail(world, [{ code: "file-not-written", file, errno: errnoOf(error) }], [], { format: "text" });
    }
    world.err(
      `${file}: ${Object.keys(facts.readings).length} readings of ${facts.host.name}, Linux ${facts.host.kernel}.\n`,
    );
  }
  return exit.done;
}

/** A device or a pipe is written into, never replaced: `capture /dev/null` as root must leave the host its /dev/null. */
function save(path: string, text: string): void {
  const target = statSync(path, { throwIfNoEntry: false });
  // The folder is not made: a mistyped path is told.
  realpathSync(dirname(path));
  if (target && !target.isFile()) writeFileSync(path, text);
  else replaceFile(target ? realpathSync(path) : path, text, 0o644);
}

/** A host whose own record cannot be read is told so: a plan against half of its facts would be a guess. */
export async function captured(world: World): Promise<Checked<FactsFile>> {
  const gathered = await gather(shippedCatalogue(), world.cwd, {});
  if (!gathered.ok) return gathered;
  const { boot, applied } = gathered.value.facts;
  const disk = ownFiles("");
  return good({
    version: 1,
    kind: "facts",
    taken: world.now().toISOString(),
    host: keptHost(hostFacts()),
    readings: readings(),
    boot: cleanStack(boot),
    drop_in: cleanText(disk.read(dropInPath)),
    modules_file: cleanText(disk.read(modulesPath)),
    applied: applied ?? null,
  });
}

const cleanText = (text: string | undefined): string | null =>
  text === undefined ? null : withoutSecrets(text);

function readings(): FactsFile["readings"] {
  const kept = Object.create(null) as Record<string, FactsFile["readings"][string]>;
  for (const [key, reading] of readAll()) {
    if (recordedKey(key) === undefined) continue;
    const text = isSecret(key) ? ({ status: "denied", errno: "withheld" } as const) : keptReading(reading);
    if (text !== undefined) kept[key] = text;
  }
  return kept;
}

/** Boot files may set a secret too: such a line keeps its key alone. */
function cleanStack(stack: BootStack): BootStack {
  const clean = (content: BootContent): BootContent =>
    content.kind === "text" ? { ...content, text: withoutSecrets(content.text) } : content;
  return {
    entries: stack.entries.map((entry) => ({ ...entry, content: clean(entry.content) })),
    ...(stack.sysctlConf && { sysctlConf: clean(stack.sysctlConf) }),
  };
}
