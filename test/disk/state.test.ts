import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Value } from "../../src/catalogue/value.js";
import { fileStore, readSnapshots } from "../../src/disk/state.js";
import type { Snapshot } from "../../src/history/snapshot.js";
import { realKernel } from "../support/real-kernel.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunectl-state-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const snapshotOf = (key: string, value: string): Snapshot => ({
  version: 1,
  id: 1,
  kind: "apply",
  status: "prepared",
  time: "2026-01-02T03:04:05.678Z",
  by: "root",
  boot_id: "0c8c1b26-5a0e-4e04-9c62-7a5f7c9a3ef1",
  kernel: "6.18.0",
  before: { readings: { [key]: value as Value }, files: {}, applied: null },
  after: { readings: {}, files: {}, applied: null },
});

it("a snapshot that was saved is read back as it was", () => {
  const snapshot = snapshotOf("net.ipv4.ip_local_reserved_ports", "1,3,5");
  fileStore(folder).save(snapshot);
  expect(readSnapshots(folder)).toMatchObject({ ok: true, value: [snapshot] });
});

realKernel("a snapshot that somebody else has put there is not believed", async () => {
  fileStore(folder).save(snapshotOf("net.ipv4.ip_local_reserved_ports", "1,3,5"));
  chownSync(join(folder, "000001.json"), 65_534, 65_534);
  expect(readSnapshots(folder)).toMatchObject({ ok: false, problems: [{ code: "damaged-snapshot" }] });
}, ["root"]);

it("a snapshot that is no text at all is told as a damaged one", () => {
  writeFileSync(join(folder, "000001.json"), Buffer.from([0xff, 0xfe, 0]));
  expect(readSnapshots(folder)).toMatchObject({ ok: false, problems: [{ code: "damaged-snapshot" }] });
});

it.each([
  ["a value that no reading can have", snapshotOf("net.ipv4.ip_local_reserved_ports", "1".repeat(300_000))],
  ["what is no key", snapshotOf("../../etc/passwd", "1")],
])("a snapshot with %s is not saved at all: it would be found useless when it is needed", (_, snapshot) => {
  expect(() => fileStore(folder).save(snapshot)).toThrow("EBADMSG");
  expect(readdirSync(folder)).toEqual([]);
});
