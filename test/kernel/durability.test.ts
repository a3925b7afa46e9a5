/**
 * The law of what survives a power cut, held against the calls that the built program makes one after the
 * other.
 */
import { dirname } from "node:path";
import { expect } from "vitest";
import { type Call, callsIn, isRemoval, isValue, notDurable } from "../support/durability.js";
import { onHost } from "../support/host.js";
import { dropIn, firstSnapshot, live, tunectlAfter, web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

/**
 * Loaded before tunectl: notes each call that changes a file or a value, or makes such a change durable, with
 * the path of what it changes.
 */
const note = `const fs = require("node:fs");
const calls = [];
let renames = 0;
const noteCall = (name, pathsOf) => {
  const real = fs[name];
  fs[name] = (...args) => {
    const paths = pathsOf(args);
    if (name === "renameSync" && String(++renames) === process.env.FAILS_AT_RENAME)
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    const result = real(...args);
    if (name !== "mkdirSync" || result !== undefined) calls.push([name, ...paths]);
    return result;
  };
};
const pathOf = (fd) => fs.readlinkSync("/proc/self/fd/" + fd);
noteCall("writeSync", ([fd]) => [pathOf(fd)]);
noteCall("fsyncSync", ([fd]) => [pathOf(fd)]);
noteCall("renameSync", ([from, to]) => [from, to]);
noteCall("linkSync", ([from, to]) => [from, to]);
noteCall("mkdirSync", ([path]) => [path]);
noteCall("rmSync", ([path]) => [path]);
noteCall("writeFileSync", ([path]) => [path]);
process.on("exit", () => fs.appendFileSync("/tmp/calls", calls.map((call) => call.join(" ") + "\\n").join("")));
`;

const noted = (command: string): string =>
  `rm -f /tmp/calls; ${tunectlAfter("note.cjs", command)} > /dev/null; cat /tmp/calls`;

const files = {
  ...web,
  "note.cjs": note,
  "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20" }),
};

const now = `${live("net.ipv4.tcp_fin_timeout")}; ls -A /etc/sysctl.d`;

const renamesTo = (calls: readonly Call[]): readonly string[] =>
  calls.filter(({ name }) => name === "renameSync").map(({ to }) => to);

realKernel(
  "no step of a change is taken before a power cut could no longer undo the one before",
  async () => {
    const said = await onHost(
      {
        apply: noted("apply ./web.yaml"),
        change: noted("apply ./other.yaml"),
        rollback: noted("rollback 1"),
        live: now,
      },
      files,
    );
    const [apply, change, rollback] = [said.apply, said.change, said.rollback].map(({ out }) => callsIn(out));
    expect(renamesTo(apply ?? [])).toEqual([firstSnapshot, dropIn, firstSnapshot]);
    expect(renamesTo(change ?? [])).toEqual(
      [firstSnapshot, dropIn, firstSnapshot].map((path) => path.replace("1.", "2.")),
    );
    expect(rollback?.filter(isRemoval).map(({ path }) => path)).toEqual([dropIn]);
    for (const calls of [apply, change, rollback]) expect(notDurable(calls ?? [])).toEqual([]);
    expect(said.live.out).toBe("60\n");
  },
);

realKernel("no value is written before the record of what was there is on the disk", async () => {
  const said = await onHost({ apply: noted("apply ./web.yaml") }, files);
  const calls = callsIn(said.apply.out);
  const first = calls.findIndex(isValue);
  expect(first).toBeGreaterThan(0);
  const before = calls.slice(0, first);
  const rename = before.findIndex(({ name, to }) => name === "renameSync" && to === firstSnapshot);
  const fresh = before[rename]?.path;
  const synced = (part: readonly Call[], path: string | undefined): boolean =>
    part.some((call) => call.name === "fsyncSync" && call.path === path);
  expect(rename).toBeGreaterThan(0);
  expect(synced(before.slice(0, rename), fresh)).toBe(true);
  expect(synced(before.slice(rename), dirname(firstSnapshot))).toBe(true);
});

realKernel(
  "a change that fails after its files are in place is taken back as durably as it was made",
  async () => {
    const said = await onHost(
      {
        // The third rename is the commit point: that of the record, when all else is done.
        first: `export FAILS_AT_RENAME=3; ${noted("apply ./web.yaml")}`,
        none: `${now}; tunectl apply ./web.yaml > /dev/null; world`,
        second: `export FAILS_AT_RENAME=3; ${noted("apply ./other.yaml")}`,
        live: now,
      },
      files,
    );
    const [first, second] = [said.first, said.second].map(({ out }) => callsIn(out));
    expect(first?.filter(isRemoval).map(({ path }) => path)).toEqual([dropIn]);
    expect(renamesTo(second ?? []).filter((to) => to === dropIn)).toHaveLength(2);
    for (const calls of [first, second]) expect(notDurable(calls ?? [])).toEqual([]);
    expect(said.none.out).toMatch(/^60\n\/proc/);
    expect(said.live.out).toBe("30\n90-tunectl.conf\n");
  },
);
