import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { realKernel } from "../support/real-kernel.js";
import { breaks, buildBroken } from "./breaks.js";
import { isBad } from "./judge.js";
import { sweep } from "./sweep.js";

for (const [name, broken] of Object.entries(breaks))
  realKernel(`a program with ${name} is found out by a sweep`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "tunectl-broken-"));
    try {
      await buildBroken(broken, folder);
      const points = await sweep({ ...broken, dist: folder, again: false }, 1);
      expect(points.filter(isBad)).not.toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, ["ip"]);
