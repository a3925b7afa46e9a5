/** How much of this kernel the catalogue knows. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findTunable } from "../../src/catalogue/catalogue.js";
import { interfaceOf, pathKey, withInterface } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";

const root = "/proc/sys";
const catalogue = shippedCatalogue();

const paths = (folder = ""): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? paths(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** Keys of a kernel that the catalogue leaves out on purpose, each with its reason. */
const leftOut: readonly (readonly [string, RegExp])[] = [
  [
    "of a vendor's virtual machine, and of no other kernel",
    /^kernel\.init_private|^vm\.shrink_inodes_with_pagecache$/,
  ],
  ["the scheduling domains of each CPU, for debugging", /^kernel\.sched_domain\.cpu/],
  ["a registered binary format, by the name that was given to it", /^fs\.binfmt_misc\.(?!status$|register$)/],
  ["net.ax25: the interface stands where a key's other names do", /^net\.ax25\./],
];

describe.skipIf(process.platform !== "linux")("what this kernel has", () => {
  const keys =
    process.platform === "linux"
      ? [
          ...new Set(
            paths()
              .map(pathKey)
              // Some keys are those of `default` alone.
              .map((key) =>
                interfaceOf(key) === undefined || catalogue.get(key) ? key : withInterface(key, "*"),
              ),
          ),
        ]
      : [];
  const unknown = keys.filter((key) => findTunable(catalogue, key) === undefined);

  it("is known to the catalogue, but for what is left out with a reason", () => {
    expect(keys.length).toBeGreaterThan(500);
    expect(unknown.filter((key) => !leftOut.some(([, pattern]) => pattern.test(key)))).toEqual([]);
    expect(unknown.length / keys.length).toBeLessThan(0.02);
  });

  it("is a part of what the catalogue knows", () => {
    expect(catalogue.all.length).toBeGreaterThanOrEqual(1050);
  });
});
