import { createHash } from "node:crypto";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Value } from "../../src/catalogue/value.js";
import { readRecords } from "../../src/disk/record-files.js";
import { lockRecords, openState } from "../../src/disk/record-writer.js";
import type { TransactionRecord } from "../../src/record/transaction.js";
import { realKernel } from "../support/real-kernel.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunectl-state-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const recordOf = (key: string, value: string): TransactionRecord => ({
  id: 1,
  kind: "apply",
  status: "prepared",
  time: "2026-01-02T03:04:05.678Z",
  by: "root",
  kernel: { bootId: "0c8c1b26-5a0e-4e04-9c62-7a5f7c9a3ef1", release: "6.18.0", networkNamespace: "host" },
  before: { readings: { [key]: value as Value }, files: {}, applied: null },
  after: { readings: {}, files: {}, applied: null },
});

const ports = recordOf("net.ipv4.ip_local_reserved_ports", "1,3,5");
const file = (): string => join(folder, "000001.json");

function save(record: TransactionRecord): void {
  const writer = lockRecords(folder, folder, { uid: process.getuid?.() ?? 0, wait: 0 });
  if (!writer.ok) throw new Error(JSON.stringify(writer.problems));
  try {
    writer.value.save(record);
  } finally {
    writer.value.release();
  }
}

/** Puts a file there with a right checksum. */
function forge(body: object): void {
  const text = JSON.stringify(body, null, 1);
  const sha256 = createHash("sha256").update(text).digest("hex");
  writeFileSync(file(), JSON.stringify({ ...body, sha256 }, null, 1));
}

it("a record that was saved is read back as it was", () => {
  save(ports);
  expect(readRecords(folder)).toMatchObject({ records: [ports], unreadable: [] });
});

it("a field of a record that this version does not know is kept when it is saved again", () => {
  save(ports);
  const { sha256: _, ...body } = JSON.parse(readFileSync(file(), "utf8"));
  forge({ ...body, ticket: "OPS-1" });
  const [read] = readRecords(folder).records;
  if (!read) throw new Error("it was not read");
  save(read);
  expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({ ticket: "OPS-1", version: 2 });
});

it("a record of a newer version says so, and is not called damaged", () => {
  forge({ version: 3, id: 1 });
  expect(readRecords(folder)).toMatchObject({
    records: [],
    unreadable: [{ id: 1, problem: { code: "newer-snapshot", version: "3" } }],
  });
});

it("a record of the first version is read: its kernel was two texts, and its bounds had other names", () => {
  const setting = {
    key: "net.core.somaxconn",
    wanted: { kind: "bounds", least: "8192" },
    profile: "web",
    place: { file: "web.yaml", line: 4, column: 3, length: 8 },
    why: "w",
    evidence: [],
    source: [],
  };
  const applied = { profiles: ["web"], parameters: {}, settings: [setting], originals: {} };
  forge({
    version: 1,
    id: 1,
    kind: "apply",
    status: "committed",
    time: ports.time,
    by: "root",
    boot_id: "b",
    kernel: "6.1.0",
    before: { readings: {}, files: {}, applied: null },
    after: { readings: {}, files: {}, applied },
  });
  expect(readRecords(folder)).toMatchObject({
    records: [
      {
        kernel: { bootId: "b", release: "6.1.0" },
        after: { applied: { settings: [{ wanted: { kind: "bounds", least: "8192" } }] } },
      },
    ],
  });
});

it("a record that was edited is damaged: its checksum does not match", () => {
  save(ports);
  writeFileSync(file(), readFileSync(file(), "utf8").replace("1,3,5", "1,3,6"));
  expect(readRecords(folder)).toMatchObject({
    records: [],
    unreadable: [{ id: 1, problem: { code: "damaged-snapshot", fault: { kind: "checksum" } } }],
  });
});

realKernel("a record that another user has put there is not believed", async () => {
  save(ports);
  chownSync(file(), 65_534, 65_534);
  expect(readRecords(folder)).toMatchObject({
    records: [],
    unreadable: [{ id: 1, problem: { code: "damaged-snapshot", fault: { kind: "owner", owner: 65_534 } } }],
  });
}, ["root"]);

realKernel("a state folder that belongs to another user is refused", async () => {
  chownSync(folder, 65_534, 65_534);
  expect(openState(folder, 0)).toMatchObject({
    ok: false,
    problems: [{ code: "state-untrusted", path: folder, owner: 65_534 }],
  });
}, ["root"]);

it("a record that is not text is damaged", () => {
  writeFileSync(file(), Buffer.from([0xff, 0xfe, 0]));
  expect(readRecords(folder)).toMatchObject({
    records: [],
    unreadable: [{ problem: { code: "damaged-snapshot" } }],
  });
});

it.each([
  ["a value that no reading can have", recordOf("net.ipv4.ip_local_reserved_ports", "1".repeat(300_000))],
  ["what is not a key", recordOf("../../etc/passwd", "1")],
])("a record with %s is not saved at all: it would be found useless when it is needed", (_, record) => {
  expect(() => save(record)).toThrow("EBADMSG");
  expect(readdirSync(folder)).toEqual([]);
});
