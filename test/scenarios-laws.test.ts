import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandsIn } from "./support/session.js";
import { type Answer, missingForSessions, runInRoom } from "./support/session-room.js";

// What must hold of sessions whatever the words are.

const missing = missingForSessions();
const inCi = process.env["CI"] !== undefined;
const timeout = 240_000;

async function answersTo(...commands: readonly string[]): Promise<readonly Answer[]> {
  if (missing !== undefined) throw new Error(`Sessions need ${missing}`);
  return runInRoom(commands);
}

const profile = (name: string, setting: string): string =>
  `printf 'name: ${name}\\nsummary: One for a law\\nsettings:\\n  ${setting}\\n' > ${name}.yaml`;
const retries = (name: string, value: number): string =>
  profile(name, `net.ipv4.tcp_retries2: { value: ${value}, why: A number to tell them apart }`);

describe.skipIf(missing !== undefined && !inCi)(
  `laws of sessions${missing === undefined ? "" : ` (skipped: no ${missing})`}`,
  () => {
    it("an apply that the kernel refuses leaves the former profile's files as they were", {
      timeout,
    }, async () => {
      const answers = await answersTo(
        retries("first", 8),
        "tunectl apply first.yaml",
        "cat /etc/sysctl.d/*",
        profile(
          "refused",
          "net.ipv4.ip_local_port_range: { value: 500 60999, why: Below what anyone may use }",
        ),
        "tunectl apply refused.yaml",
        "cat /etc/sysctl.d/*",
        "tunectl verify",
      );
      expect(answers[4]?.exit).toBe(1);
      expect(answers[5]).toEqual(answers[2]);
      expect(answers[6]?.exit).toBe(0);
    });

    it("an apply that loses at the next boot does not say that it lasts", { timeout }, async () => {
      const answers = await answersTo(
        retries("first", 8),
        "echo net.ipv4.tcp_retries2=9 > /etc/sysctl.d/99-late.conf",
        "tunectl apply first.yaml --allow-override",
      );
      expect(answers[2]?.text).not.toMatch(/in effect at the next boot/);
      expect(answers[2]?.text).toContain("/etc/sysctl.d/99-late.conf");
    });

    it("a change that was rolled back is not in effect again when old snapshots are pruned", {
      timeout,
    }, async () => {
      const answers = await answersTo(
        ...[retries("one", 11), retries("two", 12), retries("three", 13)],
        ...["one", "two", "three"].map((name) => `tunectl apply ${name}.yaml`),
        "tunectl rollback 2",
        "tunectl snapshots --keep 2",
        "tunectl snapshots --format json",
        "tunectl rollback",
        "sysctl -n net.ipv4.tcp_retries2",
      );
      const { in_effect: inEffect } = JSON.parse(answers[8]?.text ?? "") as { in_effect: readonly number[] };
      expect(inEffect).not.toContain(3);
      // What it was before the first: that record is kept, since a rollback needs it.
      expect(answers[10]?.text.trim()).toBe("15");
    });

    it("every line of a profile that holds a mistake is named at once", { timeout }, async () => {
      const [write = ""] = commandsIn(readFileSync("test/scenarios/mistakes.txt", "utf8"));
      const answers = await answersTo(write, "tunectl validate mistakes.yaml --format json");
      type Told = readonly { place?: { line: number } }[];
      const { problems, warnings } = JSON.parse(answers[1]?.text ?? "") as { problems: Told; warnings: Told };
      const named = new Set([...problems, ...warnings].map(({ place }) => place?.line));
      const lines = write.split("\n").slice(1, -1);
      // The first of a pair is right by itself.
      const right = /^(name|summary|settings):|The first time/;
      const mistaken = lines.flatMap((line, at) => (right.test(line) ? [] : [at + 1]));
      expect(mistaken.filter((line) => !named.has(line))).toEqual([]);
    });

    it("a second YAML document is not passed over in silence", { timeout }, async () => {
      const answers = await answersTo(
        "printf 'name: one\\nsummary: First\\n---\\nname: two\\nsummary: Second\\n' > two.yaml",
        "tunectl validate two.yaml",
      );
      expect(answers[1]?.exit).toBe(1);
    });

    it("the command that verify offers can be run, and does what it is offered for", {
      timeout,
    }, async () => {
      const drifted = await answersTo(
        profile(
          "web",
          'net.ipv4.tcp_retries2: { at_least: "${retries}", why: Sized }\\nparameters: { retries: { default: 20, why: x } }',
        ),
        "tunectl apply ./web.yaml --set retries=30",
        "sysctl -w net.ipv4.tcp_retries2=5",
        "tunectl verify > said.txt",
        "cat said.txt",
        "eval \"$(grep -o 'tunectl apply[^`]*' said.txt)\"",
        "sysctl -n net.ipv4.tcp_retries2",
        "tunectl verify",
      );
      expect(drifted.slice(5).map(({ exit }) => exit)).toEqual([0, 0, 0]);
      expect(drifted[6]?.text.trim()).toBe("30");
    });

    it("flags that contradict each other are refused", { timeout }, async () => {
      const answers = await answersTo("tunectl rollback --force --keep-changed");
      expect(answers[0]?.exit).toBe(1);
    });

    it("a format that was asked for is kept to by a command line that is wrong, too", {
      timeout,
    }, async () => {
      const answers = await answersTo(
        "tunectl diff --format json",
        "tunectl diff web-base --nonsense --format json",
      );
      for (const { text, exit } of answers) {
        expect(exit).toBe(1);
        expect(JSON.parse(text)).toMatchObject({ ok: false, problems: [{ code: "usage" }] });
      }
    });
  },
);
