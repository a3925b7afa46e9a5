import { resolve } from "node:path";
import { expect } from "vitest";
import { realKernel } from "../support/real-kernel.js";
import { isBad } from "../sweep/judge.js";
import { sweep } from "../sweep/sweep.js";
import { badPoints } from "../sweep/table.js";

// Of every third pair of a command and a fault a call or two; `npm run sweep` takes every call of every pair.
const part = { stride: 41, pairs: 3, command: "", fault: "", again: true };

realKernel("whatever befalls a command at whatever call, the host ends as before or as wanted, or status names it", async () => {
  const points = await sweep({ ...part, dist: resolve("dist") });
  expect(
    points.filter(({ state }) => state === "between").length,
    "no change half way was hit",
  ).toBeGreaterThan(5);
  expect(new Set(points.map(({ command }) => command)).size).toBe(14);
  expect(badPoints(points.filter(isBad))).toEqual([]);
}, ["ip"]);
