/** A small tree of files on disk, and what the program makes of it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { lookBelow } from "../../src/disk/boot-sources.js";
import type { About } from "../../src/writers/about.js";
import type { Surroundings } from "../../src/writers/other-write.js";
import { bootSources, surroundingsOf } from "../../src/writers/surroundings.js";

/** By path: a text; `-> TARGET` for a link; undefined for a folder. */
export type Tree = Readonly<Record<string, string | undefined>>;

export function treeOnDisk(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), "tunectl-writers-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(content === undefined ? root + path : dirname(root + path), { recursive: true });
    if (content?.startsWith("-> ")) symlinkSync(content.slice(3), root + path);
    else if (content !== undefined) writeFileSync(root + path, content);
  }
  return root;
}

const usual: About = { catalogue: shippedCatalogue(), kernel: "6.12", systemd: true, systemdVersion: 257 };

export const surroundingsBelow = (root: string, about: Partial<About> = {}): Surroundings =>
  surroundingsOf(bootSources(lookBelow(root)), { ...usual, ...about });

export const surroundingsIn = (tree: Tree, about?: Partial<About>): Surroundings =>
  surroundingsBelow(treeOnDisk(tree), about);

/** `KEY = VALUE by PROGRAM (FILE:LINE)`, in order. */
export const writesIn = (tree: Tree, about?: Partial<About>): readonly string[] =>
  surroundingsIn(tree, about).writes.map(
    ({ key, value = "?", program, file = "", line = "" }) =>
      `${key} = ${value} by ${program} (${file}:${line})`,
  );
