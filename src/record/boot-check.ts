/** The results of checks after a boot, and what they say of what is applied now. */
import { type History, lastCommitted, type Provenance, unreadableNow } from "./transaction.js";

/** One boot of the kernel, and when it began (ISO 8601, UTC, as the clock stood when it was checked). */
export type Boot = { readonly id: string; readonly began: string };

/** A change as a result keeps it: a number alone could be given again where the records are lost. */
export type CheckedChange = { readonly id: number; readonly time: string };

/** What one check found. */
export type BootCheck = {
  readonly boot: Boot;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly by: string;
  /** The release of the kernel. */
  readonly release: string;
  /** The change that made what is applied; absent where its record is lost. */
  readonly change?: CheckedChange;
  /** Whether that was made before this boot began, so that the boot itself brought it. */
  readonly isOfBoot: boolean;
  readonly profiles: readonly string[];
  /** How many settings could be in effect: those that wait for an interface or a reboot are not counted. */
  readonly settings: number;
  readonly result: "in-effect" | "drift" | "interrupted";
  /** How many values were others than this boot was to give, and the keys of the first of them. */
  readonly differences: number;
  readonly names: readonly string[];
};

/** The results that can be read, oldest first. */
export type BootChecks = readonly BootCheck[];

const boots = 20;
/** Names of differences that a result keeps. */
export const mostNames = 20;

/**
 * With one more result. Of each boot the first stays, which tells what the boot gave before anybody mended
 * it, and the newest; of boots the newest twenty.
 */
export function withCheck(checks: BootChecks, added: BootCheck): BootChecks {
  const ids = [...new Set([...checks, added].map(({ boot }) => boot.id))];
  const others = ids.filter((id) => id !== added.boot.id).slice(-(boots - 1));
  const first = checks.find(({ boot }) => boot.id === added.boot.id);
  return [
    ...checks.filter(({ boot }) => others.includes(boot.id)),
    ...(first && !isSame(first, added) ? [first] : []),
    added,
  ];
}

/** Of one boot and one change, with the same result: the later time says more. */
const isSame = (one: BootCheck, other: BootCheck): boolean =>
  one.result === "in-effect" && other.result === "in-effect" && isOf(one, other.change);

const isOf = ({ change }: BootCheck, of: CheckedChange | undefined): boolean =>
  change !== undefined && change.id === of?.id && change.time === of.time;

/** The change that made what is applied; none where a record that cannot be read may be of a later one. */
export const changeInEffect = (history: History): Provenance | undefined =>
  unreadableNow(history).length === 0 ? lastCommitted(history.records) : undefined;

/** What is known of the boots of what is applied now. */
export type BootStanding = {
  /** The boot that runs. */
  readonly bootId: string;
  /** Whether a unit checks each boot. */
  readonly isInstalled: boolean;
  /** Whether it was applied before this boot began. */
  readonly isOfBoot: boolean;
  /** The newest result for it: of this boot where it was checked, else of an earlier one that brought it. */
  readonly newest?: BootCheck;
  /** The first result of that same boot, where it found something else. */
  readonly first?: BootCheck;
};

export type StandingRequest = {
  readonly checks: BootChecks;
  /** The change that made what is applied. */
  readonly change: Pick<Provenance, "id" | "time" | "kernel">;
  readonly bootId: string;
  readonly isInstalled: boolean;
};

/** A result for another change proves nothing of this one. */
export function bootStanding({ checks, change, bootId, isInstalled }: StandingRequest): BootStanding {
  const mine = checks.filter((check) => isOf(check, change));
  const newest = mine.findLast(({ boot }) => boot.id === bootId) ?? mine.findLast((check) => check.isOfBoot);
  const first = mine.find(({ boot }) => boot.id === newest?.boot.id);
  return {
    bootId,
    isInstalled,
    isOfBoot: change.kernel?.bootId !== bootId,
    ...(newest && { newest }),
    ...(first && first.result !== newest?.result && { first }),
  };
}

/** Whether this boot brought what is applied, and nobody had to mend it. */
export const isProved = ({ bootId, newest, first }: BootStanding): boolean =>
  newest?.boot.id === bootId && newest.result === "in-effect" && newest.isOfBoot && first === undefined;

/**
 * Whether a change was made before a boot began. A change of files alone names no boot, and only the clock
 * tells.
 */
export const isBefore = (
  { time, kernel }: Pick<Provenance, "time" | "kernel">,
  { id, began }: Boot,
): boolean => (kernel ? kernel.bootId !== id : Date.parse(time) < Date.parse(began));
