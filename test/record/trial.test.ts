import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TransactionRecord } from "../../src/record/transaction.js";
import { guardDecision, isOnTrial, type Trial, trialState, worsened } from "../../src/record/trial.js";

const bootId = "0c8c1b26-5a0e-4e04-9c62-7a5f7c9a3ef1";
const none = () => new Map<string, number>();

const record = (status: TransactionRecord["status"], trial?: Trial): TransactionRecord => ({
  id: 1,
  kind: "apply",
  status,
  time: "2026-01-02T03:04:05.678Z",
  by: "root",
  kernel: { bootId, release: "6.18.0" },
  ...(trial && { trial }),
  before: { readings: {}, files: {}, applied: null },
  after: { readings: {}, files: {}, applied: null },
});

const drops = { counter: "TcpExtListenDrops", margin: 10, start: 1000, rate: 2 };
const trial: Trial = { started: 500, deadline: 800, watch: [drops] };
const counted = (drop: number) => () => new Map([["TcpExtListenDrops", drop]]);

describe("the guard of a trial", () => {
  it("waits until the deadline, to the second, and takes it back from there on", () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), (uptime) => {
        const decision = guardDecision(record("pending", trial), { bootId, uptime }, none);
        expect(decision).toEqual(uptime < 800 ? { kind: "wait" } : { kind: "take-back", cause: "timed-out" });
      }),
    ));

  it.each(["committed", "taken-back", "abandoned"] as const)("ends once the change is %s", (status) =>
    expect(guardDecision(record(status, trial), { bootId, uptime: 900 }, none)).toEqual({ kind: "end" }),
  );

  it("ends where the record is gone, and after a reboot", () => {
    expect(guardDecision(undefined, { bootId, uptime: 900 }, none)).toEqual({ kind: "end" });
    expect(guardDecision(record("pending", trial), { bootId: "another", uptime: 900 }, none)).toEqual({
      kind: "end",
    });
  });

  it("takes back a change that was cut short while it began", () =>
    expect(guardDecision(record("prepared", trial), { bootId, uptime: 800 }, none)).toEqual({
      kind: "take-back",
      cause: "timed-out",
    }));

  it("takes it back for a counter that rises faster than before, and not for one that rises as before", () => {
    const decided = (drop: number) =>
      guardDecision(record("pending", trial), { bootId, uptime: 510 }, counted(drop)).kind;
    expect(decided(1000 + 20 + 10)).toBe("wait");
    expect(decided(1000 + 20 + 11)).toBe("take-back");
  });

  it("says what a counter did", () =>
    expect(worsened(trial, 510, counted(1200)())).toBe(
      "TcpExtListenDrops rose by 200 in 10 s, where 20 were usual",
    ));

  it("takes a counter that is not there any more for one that has not risen", () =>
    expect(worsened(trial, 510, none())).toBeUndefined());
});

it("a trial is running, over or ended by a reboot, whatever the clock on the wall says", () => {
  const pending = record("pending", trial);
  if (!isOnTrial(pending)) throw new Error("it is on trial");
  expect(trialState(pending, { bootId, uptime: 799 })).toBe("running");
  expect(trialState(pending, { bootId, uptime: 800 })).toBe("over");
  expect(trialState(pending, { bootId: "another", uptime: 1 })).toBe("rebooted");
});
