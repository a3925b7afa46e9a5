/** What loaders without patterns read in a file: procps of before 4.0, and BusyBox. */
import { lineFault } from "./fault.js";
import { keptOrResolved, toPath } from "./key-path.js";
import { procpsLines, strip, stripEnd, stripStart } from "./lines.js";
import { type BootLine, isComment, type ParsedFile } from "./parse.js";

/** What `sysctl --system` of procps 3.3.17 reads. It knows no exclusions, and no empty value. */
export function parseOldProcps(file: string, text: string): ParsedFile {
  return parsed(file, procpsLines(text), (whole) => {
    const line = stripEnd(stripStart(whole, " \t"), " \t\n\r");
    if (line.length < 2 || isComment(line)) return "nothing";
    // As strtok(3) has it: `=` in front of the key are passed over, `\r` ends the value.
    const [, name = "", rest = ""] = /^=*([^=]*)=?[\r]*([^\r]*)/.exec(line) ?? [];
    const written = stripEnd(name, " \t\n\r") || name.slice(0, 1);
    return written === "" || rest === "" ? "fault" : oldProcpsLine(written, stripStart(rest, " \t"));
  });
}

/**
 * What BusyBox reads. A `-` is a letter of the key; which dots of a key are slashes depends on the keys that
 * there are (`busyboxPath`), so here it stays as it is written.
 */
export function parseBusybox(file: string, text: string): ParsedFile {
  return parsed(file, continuedLines(text), (line) => {
    const start = stripStart(line, asciiBlanks);
    if (start === "" || isComment(start)) return "nothing";
    // A `#` ends the key as `=` does.
    const [, name = "", value = ""] = /^([^#=]*)[#=]?([\s\S]*)/.exec(line) ?? [];
    if (value === "" || value.startsWith("#")) return "fault";
    const [key, bare] = [strip(name, asciiBlanks), strip(value, asciiBlanks)];
    return key === "" || bare === "" ? "fault" : { key, text: key, value: bare, ignoreFailure: false };
  });
}

type Assignment = Pick<BootLine, "key" | "text" | "value" | "ignoreFailure">;

const asciiBlanks = " \t\n\r\v\f";

function parsed(
  file: string,
  lines: Iterable<{ readonly number: number; readonly text: string }>,
  read: (line: string) => Assignment | "nothing" | "fault",
): ParsedFile {
  const found = [...lines].map(({ number, text }) => ({ number, text, as: read(text) }));
  return {
    lines: found.flatMap(({ number, as }): BootLine[] =>
      typeof as === "string" ? [] : [{ file, line: number, kind: "assign", ...as, literal: true }],
    ),
    faults: found.flatMap(({ number, text, as }) =>
      as === "fault"
        ? [lineFault("not-an-assignment", { file, line: number }, strip(text, asciiBlanks), false)]
        : [],
    ),
  };
}

function oldProcpsLine(written: string, value: string): Assignment {
  const dash = written.startsWith("-");
  const text = dash ? written.slice(1) : written;
  const path = toPath(text);
  // Deprecated in its time, and never written.
  const isLeftOut = /(?:^|\/)(?:base_reachable_time|retrans_time)$/.test(path);
  return { key: isLeftOut ? ` ${path}` : keptOrResolved(path), text, value, ignoreFailure: dash };
}

/** A line that ends with a backslash goes on in the next; each is counted. */
function* continuedLines(text: string): Generator<{ readonly number: number; readonly text: string }> {
  let before = "";
  let last = 1;
  for (const { number, text: whole } of procpsLines(text)) {
    last = number;
    const line = before + (whole.endsWith("\n") ? whole.slice(0, -1) : whole);
    before = line.endsWith("\\") ? line.slice(0, -1) : "";
    if (!line.endsWith("\\")) yield { number, text: line };
  }
  if (before !== "") yield { number: last, text: before };
}
