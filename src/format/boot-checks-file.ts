/** The results of checks after a boot as a file, in `schema/boot-checks.schema.json`, and in memory. */
import { validateBootChecks } from "../generated/validate-boot-checks.js";
import type { Boot, BootCheck, BootChecks, CheckedChange } from "../record/boot-check.js";
import { type Decoded, decode, newerVersion, refused } from "./stored.js";

type StoredCheck = {
  readonly boot: Boot;
  readonly time: string;
  readonly by: string;
  readonly kernel: string;
  readonly change: CheckedChange | null;
  readonly applied_before_boot: boolean;
  readonly profiles: readonly string[];
  readonly settings: number;
  readonly result: BootCheck["result"];
  readonly differences: number;
  readonly names: readonly string[];
};

export type BootChecksFile = { readonly version: 1; readonly checks: readonly StoredCheck[] };

const currentVersion = 1;

export const bootChecksToFile = (checks: BootChecks): BootChecksFile => ({
  version: currentVersion,
  checks: checks.map(({ release, change, isOfBoot, ...check }) => ({
    boot: check.boot,
    time: check.time,
    by: check.by,
    kernel: release,
    change: change ?? null,
    applied_before_boot: isOfBoot,
    profiles: check.profiles,
    settings: check.settings,
    result: check.result,
    differences: check.differences,
    names: check.names,
  })),
});

export function bootChecksFromFile(parsed: unknown): Decoded<BootChecks> {
  const newer = newerVersion(parsed, currentVersion);
  if (newer) return refused(newer);
  // The names are told and never looked up, so they need not be keys.
  const keys = () => ({ read: [], written: [], applied: [] });
  return decode({ validate: validateBootChecks, keys, decoded }, parsed);
}

const decoded = ({ checks }: BootChecksFile): BootChecks =>
  checks.map((check) => ({
    boot: { id: check.boot.id, began: check.boot.began },
    time: check.time,
    by: check.by,
    release: check.kernel,
    ...(check.change && { change: { id: check.change.id, time: check.change.time } }),
    isOfBoot: check.applied_before_boot,
    profiles: check.profiles,
    settings: check.settings,
    result: check.result,
    differences: check.differences,
    names: check.names,
  }));
