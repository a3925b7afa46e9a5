/** The results of checks after a boot: one file of the state folder, for root alone as all in it is. */
import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { bootChecksFromFile, bootChecksToFile } from "../format/boot-checks-file.js";
import { parseJson } from "../format/stored.js";
import { type BadRecord, type Checked, failed, ok, type Problem } from "../problem.js";
import type { BootChecks } from "../record/boot-check.js";
import { replaceFile } from "./replace-file.js";
import { sealed, unsealed } from "./sealed.js";
import { readTextFile } from "./text-file.js";

const largest = 1_048_576;

export function readBootChecks(file: string): Checked<BootChecks> {
  const text = readTextFile(file, largest);
  if (!text.ok)
    return text.problems.some(({ code }) => code === "file-not-text")
      ? damaged(file, { kind: "not-text" })
      : text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return damaged(file, parsed.fault);
  const { body, isWhole } = unsealed(parsed.value);
  const checks = bootChecksFromFile(body);
  if (!checks.ok && checks.fault.kind === "version")
    return failed([{ code: "newer-boot-checks", file, version: checks.fault.found }]);
  const stranger = ownerFault(file);
  if (stranger) return damaged(file, stranger);
  if (!isWhole) return damaged(file, { kind: "checksum" });
  return checks.ok ? ok(checks.value) : damaged(file, checks.fault);
}

const damaged = (file: string, fault: BadRecord): Checked<never> =>
  failed([{ code: "damaged-boot-checks", file, fault } satisfies Problem]);

/** A file of any other user was put into a folder that was open to others for a while. */
function ownerFault(file: string): BadRecord | undefined {
  const [owner, expected] = [file, dirname(file)].map(
    (path) => lstatSync(path, { throwIfNoEntry: false })?.uid,
  );
  if (owner === undefined || expected === undefined || owner === expected) return undefined;
  return { kind: "owner", owner, expected };
}

export const writeBootChecks = (file: string, checks: BootChecks): void =>
  replaceFile(file, sealed(bootChecksToFile(checks)), 0o600);
