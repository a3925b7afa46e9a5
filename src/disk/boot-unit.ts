/** The unit that checks each boot: its file and the link that enables it, on this host or in an image. */
import { existsSync, lstatSync, readlinkSync, rmSync, type Stats, statSync, symlinkSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { bootUnit, bootUnitMarker } from "../format/boot-unit.js";
import { type BootUnit, errnoFrom } from "../host.js";
import type { HostProblem, Problem } from "../problem.js";
import { ownershipProblem, tracePath } from "./ownership.js";
import { makeFolder, replaceFile, syncFolder } from "./replace-file.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { reloadUnits } from "./systemd.js";
import { readTextFile } from "./text-file.js";

const name = "tunectl-boot-check.service";
const folder = "/etc/systemd/system";
export const bootUnitPath = `${folder}/${name}`;
const linkPath = `${folder}/multi-user.target.wants/${name}`;
/** Where a package may have put the same unit, which then wants the link alone. */
const packaged = ["/usr/local/lib", "/usr/lib", "/lib"].map((lib) => `${lib}/systemd/system/${name}`);
const systemd = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"];
/** Where an image may have the program. */
const programs = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"].map(
  (bin) => `${bin}/tunectl`,
);

export type UnitOptions = {
  /** Of an image, or empty for the files at `/`. */
  readonly root: string;
  /** How to run this very program, where it is one of those files. */
  readonly self?: readonly string[];
  /** The users who may own what root's unit starts. */
  readonly owners: readonly number[];
  /** Whether a systemd that reads these files may be running. */
  readonly isLive: boolean;
};

export function bootUnitFiles({ root, self, owners, isLive }: UnitOptions): BootUnit {
  const at = (path: string): string => resolveInRoot(root, path);
  const kindOf = (path: string): Kind => kindAt(at(path));
  // A link that leads to it is followed inside the image as well.
  const isThere = (path: string): boolean =>
    existsSync(root === "" ? path : resolveInRoot(root, `${path}/.`));
  const hasSystemd = (): boolean => systemd.some(isThere) || (isLive && existsSync("/run/systemd/system"));
  const ofPackage = (): string | undefined => packaged.find((path) => kindOf(path) === "file");
  const isOurs = (): boolean => textAt(at(bootUnitPath))?.startsWith(`${bootUnitMarker}\n`) === true;
  const words = (): readonly string[] => self ?? [programs.find(isThere) ?? ""];
  /** The text that the unit is to have; none where a package brings it. */
  const wanted = (): string | undefined =>
    kindOf(bootUnitPath) === "none" && ofPackage() !== undefined
      ? undefined
      : `${bootUnitMarker}\n${bootUnit(words())}`;
  const present = (): readonly string[] =>
    [linkPath, bootUnitPath].filter((path) => kindOf(path) !== "none" && !isMask(at(path)));
  const change = (changed: boolean, files: readonly string[]) => {
    const note = changed && isLive ? reloadUnits() : undefined;
    return { changed, files, ...(note !== undefined && { note }) };
  };
  return {
    isInstalled: () =>
      kindOf(linkPath) === "link" &&
      (kindOf(bootUnitPath) === "file" || (kindOf(bootUnitPath) === "none" && ofPackage() !== undefined)),
    isThere: () => present().length > 0,
    problems: (doing) => [
      ...(doing === "remove" && isMask(at(bootUnitPath))
        ? []
        : inTheWay(kindOf(bootUnitPath), kindOf(linkPath), isOurs, doing)),
      ...(doing === "install"
        ? [
            ...(hasSystemd() ? [] : [noSystemd(root)]),
            ...(wanted() === undefined ? [] : programFaults(words(), self !== undefined, owners)),
          ]
        : []),
    ],
    install: () => {
      const text = wanted();
      const isWritten = text !== undefined && textAt(at(bootUnitPath)) !== text;
      if (isWritten) replaceFile(at(bootUnitPath), text, 0o644);
      const isLinked = kindOf(linkPath) === "none";
      if (isLinked)
        link(ofPackage() === undefined || text !== undefined ? bootUnitPath : ofPackage(), at(linkPath));
      return change(isWritten || isLinked, [
        ...(isWritten ? [bootUnitPath] : []),
        ...(isLinked ? [linkPath] : []),
      ]);
    },
    // The link first: one that leads nowhere would be told at each boot.
    remove: () => {
      const gone = present();
      for (const path of gone) {
        rmSync(at(path));
        syncFolder(dirname(at(path)));
      }
      return change(gone.length > 0, gone);
    },
  };
}

type Kind = "none" | "link" | "file" | "other";

/** What cannot be looked at, as below something that is no folder, is not there; a write says why. */
function kindAt(path: string): Kind {
  let found: Stats | undefined;
  errnoFrom(() => {
    found = lstatSync(path, { throwIfNoEntry: false });
  });
  if (!found) return "none";
  if (found.isSymbolicLink()) return "link";
  return found.isFile() ? "file" : "other";
}

const noSystemd = (root: string): HostProblem => ({
  code: "no-systemd",
  path: systemd[0] ?? "",
  ...(root !== "" && { root }),
});

/** A unit that is masked: somebody has decided that, it runs nothing, and it is not ours to remove. */
const isMask = (path: string): boolean => kindAt(path) === "link" && readlinkSync(path) === "/dev/null";

function inTheWay(
  unit: Kind,
  enabling: Kind,
  isOurs: () => boolean,
  doing: "install" | "remove",
): readonly HostProblem[] {
  const why = {
    none: undefined,
    link: "link",
    file: isOurs() ? undefined : "not-ours",
    other: "not-regular",
  } as const;
  const found = why[unit];
  const foreign = { code: "foreign-file" as const, ...(doing === "remove" && { doing }) };
  return [
    ...(found === undefined ? [] : [{ ...foreign, file: bootUnitPath, why: found }]),
    ...(enabling === "none" || enabling === "link"
      ? []
      : [{ ...foreign, file: linkPath, why: "not-ours" as const }]),
  ];
}

/** Of an image, others' rights are those of whoever built it. */
function programFaults(
  words: readonly string[],
  isSelf: boolean,
  owners: readonly number[],
): readonly Problem[] {
  if (!isSelf) return words[0] === "" ? [missing(programs.join(", "))] : [];
  return words.flatMap((program) => {
    if (!isAbsolute(program) || !existsSync(program)) return [missing(program)];
    const fault = ownershipProblem(tracePath(program, statSync(program, { bigint: true })), owners);
    return fault?.code === "file-untrusted"
      ? [{ code: "program-unfit" as const, program, why: fault.why, path: fault.path }]
      : [];
  });
}

const missing = (program: string): HostProblem => ({ code: "program-unfit", program, why: "missing" });

/** Too long, no text or no regular file: none of ours. */
function textAt(path: string): string | undefined {
  const text = kindAt(path) === "file" ? readTextFile(path, 65_536) : undefined;
  return text?.ok ? text.value : undefined;
}

function link(to: string | undefined, path: string): void {
  makeFolder(dirname(path), 0o755);
  symlinkSync(to ?? bootUnitPath, path);
  syncFolder(dirname(path));
}
