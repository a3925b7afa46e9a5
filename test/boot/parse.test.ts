import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BootLine, parseProcps, parseSystemd } from "../../src/boot/parse.js";
import { bootText } from "./stacks.js";

const systemd = (text: string) => parseSystemd("f", text);
const procps = (text: string) => parseProcps("f", text);
const brief = (lines: readonly BootLine[]) =>
  lines.map(({ kind, key, value, ignoreFailure }) => [kind, key, value, ignoreFailure]);

describe("a line for systemd", () => {
  it("is a key and a value, each stripped, with the value verbatim (S13, S14)", () => {
    expect(systemd(" \tnet.ipv4.tcp_rmem\t=  4096 1=2  3 # c \r\n").lines).toEqual([
      {
        file: "f",
        line: 1,
        kind: "assign",
        key: "net/ipv4/tcp_rmem",
        text: "net.ipv4.tcp_rmem",
        value: "4096 1=2  3 # c",
        ignoreFailure: false,
      },
    ]);
    expect(systemd("a.b =").lines[0]?.value).toBe("");
  });

  it("may be empty or a comment (S13)", () => {
    expect(systemd("\n  \n# a = 1\n  ; b = 2\n")).toEqual({ lines: [], faults: [] });
  });

  it("keeps form feeds and no-break spaces, which are no blanks to it (S13)", () => {
    expect(brief(systemd("a.b\f= \u00A01\v").lines)).toEqual([["assign", "a/b\f", "\u00A01\v", false]]);
  });

  it("takes a byte order mark for a part of the key, and a comment behind one for nonsense (S14)", () => {
    expect(systemd("\uFEFFa.b = 1").lines[0]?.key).toBe("\uFEFFa/b");
    expect(systemd("\uFEFF# c").faults).toEqual([
      { code: "not-an-assignment", file: "f", line: 1, text: "\uFEFF# c", fails: true },
    ]);
  });

  it("without a = fails the unit, and the rest is read all the same (S15)", () => {
    const { lines, faults } = systemd("a.b = 1\n\nwhat\nc.d = 2\n");
    expect(brief(lines)).toEqual([
      ["assign", "a/b", "1", false],
      ["assign", "c/d", "2", false],
    ]);
    expect(faults).toEqual([{ code: "not-an-assignment", file: "f", line: 3, text: "what", fails: true }]);
  });

  it("without a = and with a dash is an exclusion (S15)", () => {
    expect(brief(systemd("-a.b\n- c.d\n").lines)).toEqual([
      ["exclude", "a/b", "", false],
      ["exclude", "c/d", "", false],
    ]);
  });

  it("with a dash in front may fail, and loses one dash only (S16)", () => {
    expect(brief(systemd("-a.b=1\n- c.d=2\n--e.f=3\n").lines)).toEqual([
      ["assign", "a/b", "1", true],
      ["assign", "c/d", "2", true],
      ["assign", "-e/f", "3", true],
    ]);
  });

  it("of 1 MiB takes the rest of its file with it (S12)", () => {
    const long = (bytes: number) => systemd(`a.b=1\n#${"x".repeat(bytes - 1)}\nc.d=2\n`);
    expect(brief(long(1048575).lines)).toHaveLength(2);
    expect(brief(long(1048576).lines)).toEqual([["assign", "a/b", "1", false]]);
    expect(long(1048576).faults).toMatchObject([{ code: "line-too-long", line: 2, fails: true }]);
    expect(systemd(`#${"é".repeat(524288)}\nc.d=2`).lines).toEqual([]);
  });
});

describe("a line for procps", () => {
  it("is stripped of form feeds too, and a carriage return ends nothing (P4)", () => {
    expect(brief(procps("\fa.b\v=\f1\rc.d=2\r\n").lines)).toEqual([["assign", "a/b", "1\rc.d=2", false]]);
  });

  it("ends at a NUL (P4)", () => {
    expect(brief(procps("a.b = 1\x002\nc.d = 3\n").lines)).toEqual([
      ["assign", "a/b", "1", false],
      ["assign", "c/d", "3", false],
    ]);
  });

  it("of one letter is passed over where no newline follows (P4)", () => {
    expect(procps("x").faults).toEqual([]);
    expect(procps("x\0\n").faults).toEqual([]);
    expect(procps("x\n").faults).toHaveLength(1);
    expect(procps("é").faults).toHaveLength(1);
  });

  it("has no longest length (P4)", () => {
    expect(procps(`a.b=${"1".repeat(2 ** 20)}\nc.d=2`).lines).toHaveLength(2);
  });

  it("without a = is told but fails nothing (P5)", () => {
    expect(procps("what\n").faults).toEqual([
      { code: "not-an-assignment", file: "f", line: 1, text: "what", fails: false },
    ]);
  });

  it("loses two dashes, yet not the blank behind one (P6)", () => {
    expect(brief(procps("--a.b = 1\n--c.d\n").lines)).toEqual([
      ["assign", "a/b", "1", true],
      ["exclude", "c/d", "", false],
    ]);
    expect(procps("- a.b = 1\n- c.d\n").lines.map((line) => line.key)).toEqual([" a/b", " c/d"]);
  });

  it("keeps a separator at the end of its key (P7), which a glob loses unless its last name is a pattern", () => {
    const lines = procps("a.b. = 1\na/b/. = 1\na/*/b/ = 1\na/b/*/ = 1\n").lines;
    expect(lines.map((line) => line.key)).toEqual(["a/b/", "a/b/.", "a/*/b", "a/b/*/"]);
  });

  it("may climb (P7)", () => {
    expect(procps("net/ipv4/../core/x = 1").lines[0]?.key).toBe("net/core/x");
    expect(procps("net/../../version = 1").lines[0]?.key).toBe("../version");
  });
});

describe("any text", () => {
  it("is read to its end, in order, each line at most once", () => {
    fc.assert(
      fc.property(
        fc.oneof(bootText, fc.string()),
        fc.constantFrom(parseSystemd, parseProcps),
        (text, parse) => {
          const { lines, faults } = parse("f", text);
          const numbers = lines.map((line) => line.line);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          const told = new Set(faults.map((fault) => ("line" in fault ? fault.line : 0)));
          expect(numbers.filter((number) => told.has(number))).toEqual([]);
        },
      ),
    );
  });

  it("says the same to both loaders if it is written plainly", () => {
    const plain = fc
      .tuple(fc.constantFrom("", "-"), fc.stringMatching(/^[a-z]{1,5}(\.[a-z_0-9]{1,5}){1,3}$/), fc.nat())
      .map(([dash, key, value]) => `${dash}${key} = ${value}`);
    fc.assert(
      fc.property(fc.array(plain), (lines) => {
        const text = `# ours\n${lines.join("\n")}\n`;
        expect(parseSystemd("f", text)).toEqual(parseProcps("f", text));
      }),
    );
  });

  it("is read in time that grows with it, not with its square", () => {
    const hostile = [
      " ".repeat(2 ** 18),
      `a${" ".repeat(2 ** 18)}b = 1`,
      `a${".".repeat(2 ** 18)}b = 1`,
      "\n".repeat(2 ** 18),
      "\0".repeat(2 ** 18),
      "-".repeat(2 ** 18),
    ];
    const start = performance.now();
    for (const text of hostile) for (const parse of [parseSystemd, parseProcps]) parse("f", text);
    // A square of 2 ** 18 would be minutes.
    expect(performance.now() - start).toBeLessThan(45_000);
  }, 60_000);
});
