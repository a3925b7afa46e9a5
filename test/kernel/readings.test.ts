import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findTunable } from "../../src/catalogue/catalogue.js";
import { checkValue } from "../../src/catalogue/check-value.js";
import { type Key, pathKey, recordedKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { Tunable } from "../../src/catalogue/tunable.js";
import { canonicalReading } from "../../src/catalogue/value.js";
import { onHost } from "../support/host.js";
import { realKernel } from "../support/real-kernel.js";

// The types and ranges of the catalogue against what this kernel prints. Reads only, but for a list in a
// throw-away network.

const root = "/proc/sys";
const catalogue = shippedCatalogue();

type Reading = { readonly key: Key; readonly tunable: Tunable; readonly text: string };

/** Every key that the catalogue knows and that can be read, without the secrets. */
function readings(folder = ""): readonly Reading[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return readings(path);
    const key = recordedKey(pathKey(path));
    const tunable = key && findTunable(catalogue, key);
    if (!key || !tunable || tunable.secret || tunable.access === "write-only") return [];
    const text = textOf(path);
    return text === undefined ? [] : [{ key, tunable, text }];
  });
}

/** Undefined where it is not to be read, as for an interface that has just gone. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

/** Readings that no profile may ask for, each with its reason. */
const exceptions: readonly (readonly [string, (reading: Reading) => boolean])[] = [
  [
    "a twin reads 0 while the other one counts, and its bound is that of a value that counts",
    ({ tunable, text }) => tunable.exclusive_with !== undefined && text.trim() === "0",
  ],
  [
    "a text can be empty, but a value that is left blank in a profile is more often a mistake",
    ({ tunable, text }) => tunable.type === "text" && text.trim() === "",
  ],
  [
    "starts at 0, which the kernel does not take back (kernel/rcu/tree_stall.h)",
    ({ key, text }) => key === "kernel.max_rcu_stall_to_panic" && text.trim() === "0",
  ],
  [
    "a kernel with fewer kinds of memory zones prints fewer fields",
    ({ key, text }) => key === "vm.lowmem_reserve_ratio" && text.trim().split(/\s+/).length < 5,
  ],
  [
    "reads -1 until an id is asked for, which cannot be asked for (ipc/ipc_sysctl.c)",
    ({ key, text }) => /^kernel\.(msg|sem|shm)_next_id$/.test(key) && text.trim() === "-1",
  ],
  ["is a list of lines that nobody can write", ({ key }) => key === "kernel.core_modes"],
  ["is a number, or names of trace instances", ({ key }) => key === "kernel.ftrace_dump_on_oops"],
];
const isException = (reading: Reading): boolean => exceptions.some(([, holds]) => holds(reading));

/** What is wrong with asking for a reading as it is. */
const saidOf = ({ key, tunable, text }: Reading): readonly string[] => {
  const canonical = canonicalReading(tunable, text);
  const checked = checkValue(tunable, canonical);
  if (checked.ok && checked.value === canonical) return [];
  return [
    `${key} (${tunable.type}) reads ${JSON.stringify(text)}: ${JSON.stringify(checked.ok ? checked.value : checked.fault)}`,
  ];
};

describe.skipIf(process.platform !== "linux")("what this kernel prints", () => {
  const all = process.platform === "linux" ? readings() : [];

  it("is what a profile may ask for, and stays the same when it is", () => {
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter((one) => !isException(one)).flatMap(saidOf)).toEqual([]);
  });

  it("is no number where the catalogue has a text", () => {
    const numbers = all.filter(
      (one) => one.tunable.type === "text" && !isException(one) && /^[\d,\s-]*\d\s*$/.test(one.text),
    );
    expect(numbers.map(({ key, text }) => `${key} reads ${JSON.stringify(text)}`)).toEqual([]);
  });

  it("has one line, and as many fields as the catalogue", () => {
    const wrong = all.filter(({ tunable, text }) => {
      const lines = text.trim().split("\n");
      const fields = tunable.type === "text" ? 1 : (tunable.fields?.length ?? 1);
      return lines.length !== 1 || (tunable.type !== "text" && text.trim().split(/\s+/).length !== fields);
    });
    expect(
      wrong.filter((one) => !isException(one)).map(({ key, text }) => `${key} reads ${JSON.stringify(text)}`),
    ).toEqual([]);
  });
});

realKernel("a list of numbers is kept as it is checked, and what is refused the kernel refuses as well", async () => {
  const name = "net.ipv6.icmp.ratemask";
  const tunable = findTunable(catalogue, name as Key);
  const texts = ["3,1", "1,1-4", "9,8", "0-1,1-2,255", "010", "0x10", "256", "1,9-7", "1-4:1/2", "3,,4"];
  const said = await onHost({
    write: texts
      .map((text) => `sysctl -q -w '${name}=${text}' && sysctl -n ${name} || echo refused`)
      .join("\n"),
  });
  const kernel = said.write.out.trim().split("\n");
  const checked = texts.map((text) => tunable && checkValue(tunable, text));
  // Numbers as C writes them are the kernel's alone.
  const expected = texts.map((text, at) => {
    const one = checked[at];
    return text.startsWith("010") ? "8" : text.startsWith("0x") ? "16" : one?.ok ? one.value : "refused";
  });
  expect(kernel).toEqual(expected);
}, ["sysctl"]);
