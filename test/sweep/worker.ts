/** One worker of a sweep, in namespaces of its own: takes its share of the parts, and prints each point. */
import { mkdtempSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Bench } from "./bench.js";
import { commandsFor } from "./commands.js";
import { faultKinds } from "./faults.js";
import { endGuards } from "./guards.js";
import type { Point } from "./judge.js";
import { powerCut, sweepPart } from "./points.js";
import { writeProfiles } from "./profiles.js";
import { programIn } from "./program.js";
import { isAsked, type Request } from "./sweep.js";
import { readWorld, steadyValues } from "./world.js";

const request = JSON.parse(process.argv[2] ?? "") as Request & {
  readonly share: number;
  readonly of: number;
};

async function work(): Promise<void> {
  const profiles = writeProfiles(mkdtempSync("/run/sweep-"));
  const rival = `exec ${process.execPath} ${join(request.dist, "start.cjs")} apply ${profiles.rival}`;
  const program = programIn({ dist: request.dist, modules: "nf_conntrack", rival });
  const paths = steadyValues();
  const bench = new Bench(program, profiles, paths);
  const commands = await commandsFor(bench, readWorld(paths), request.command);
  if (request.share === 0 && isAsked("power cut", request.fault)) tell(commands.flatMap(powerCut));
  const kinds = faultKinds.filter(({ name }) => isAsked(name, request.fault));
  const all = commands.flatMap((command) =>
    kinds.flatMap((kind) =>
      (request.again && kind.isDeath ? command.nexts : command.nexts.slice(0, 1)).map((next) => ({
        command,
        kind,
        next,
      })),
    ),
  );
  const parts = all.filter((_, at) => at % (request.pairs ?? 1) === 0);
  for (const [at, part] of parts.entries())
    if (at % request.of === request.share)
      tell(await sweepPart(bench, { ...part, stride: request.stride, offset: at }));
}

function tell(points: readonly Point[]): void {
  for (const point of points) writeSync(1, `${JSON.stringify(point)}\n`);
}

try {
  await work();
} finally {
  endGuards();
}
