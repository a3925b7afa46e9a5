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

/** A machine with systemd, on which these units start at boot. */
export const withSystemd = (...units: readonly string[]): Tree => ({
  "/usr/lib/systemd/systemd": "x",
  "/usr/lib/systemd/system/sysinit.target.wants/systemd-sysctl.service": "x",
  "/usr/lib/systemd/system/systemd-sysctl.service":
    "[Unit]\nConditionPathIsReadWrite=/proc/sys/net/\n[Service]\nExecStart=/usr/lib/systemd/systemd-sysctl\n",
  ...Object.fromEntries(
    units.flatMap((unit) => [
      [`/usr/lib/systemd/system/${unit}`, "[Service]\n"],
      [`/etc/systemd/system/multi-user.target.wants/${unit}`, `-> /usr/lib/systemd/system/${unit}`],
    ]),
  ),
});

/** `KEY = VALUE (FILE:LINE)` of what a program writes, in order; of systemd itself only where it is asked for. */
export const writesIn = (tree: Tree, about?: Partial<About>, by?: string): readonly string[] =>
  surroundingsIn(tree, about)
    .writes.filter(({ program }) => (by === undefined ? program !== "systemd" : program === by))
    .map(
      ({ key, value = "?", file, line }) =>
        `${key} = ${value}${file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`}`,
    );
