import fc from "fast-check";
import type { BootContent, BootEntry, BootStack } from "../../src/boot/stack.js";

// Every key here is per namespace and takes any number from 1 to 255. Globs keep to net/ipv4, so that not
// even a generated pattern can name a key of the host.

const interfaces = ["all", "default", "lo", "t0", "t0.100", "t1", "t*1", "tü", "t\udcff", "nope9"];
const globalKeys = ["net/ipv4/tcp_retries2", "net/ipv4/tcp_fin_timeout", "net/ipv4/tcp_keepalive_time"];

const knownPatterns = [
  "*",
  "t*",
  "t?",
  "t[01]",
  "t[!0]*",
  "[!a-d]*",
  "{lo,t*}",
  "{l,al}*",
  "*o",
  "t0*",
  "*.1*",
  "[[:alpha:]][01]",
  "[lo",
  "\\*",
  "l\\o*",
  "t??",
  "t[ü]",
  "t[!\udcff]",
  "*\udcff",
];
const patternLetters = ["t", "0", "1", ".", "*", "?", "[", "]", "!", "-", "{", ",", "}", "\\", "l", "o", "a"];
const pattern = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...knownPatterns) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...patternLetters), { minLength: 1, maxLength: 8 })
      .map((letters) => letters.join("")),
  },
);
const globalPattern = fc.constantFrom(
  "net/ipv4/tcp_{retries2,fin_*}",
  "net/*/tcp_retries2",
  "net/ipv4/tcp_*_timeout",
  "net/ipv?/tcp_retries[2]",
);

const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...interfaces).map((name) => `net/ipv4/conf/${name}/tag`) },
  { weight: 4, arbitrary: pattern.map((name) => `net/ipv4/conf/${name}/tag`) },
  { weight: 3, arbitrary: fc.constantFrom(...globalKeys) },
  { weight: 1, arbitrary: globalPattern },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "net/ipv4/conf/lo",
      "net/ipv4/conf/l*",
      "net/ipv4/conf/*/../lo/tag",
      "net/ipv4/tcp_retries2/x",
      "net/ipv4/../ipv4/tcp_retries2",
      "net/ipv4/nope/*",
      "net/ipv4/conf/lo/tag/../tag",
      "net/ipv4/conf/nope9/../lo/tag",
      "",
    ),
  },
);

const spelling = fc.constantFrom<(path: string) => string>(
  (path) => path,
  (path) => path,
  swapped,
  swapped,
  swapped,
  (path) => `/${path}`,
  (path) => path.replace("ipv4", "/ipv4"),
  (path) => path.replace("ipv4/", "ipv4/./"),
  (path) => `${path}/`,
  (path) => swapped(path).replace(".ipv4", "..ipv4"),
  (path) => `${swapped(path)}.`,
);

const key = fc.tuple(path, spelling).map(([path, spell]) => spell(path));
const value = fc.oneof(
  { weight: 14, arbitrary: fc.integer({ min: 1, max: 9 }).map(String) },
  // What the kernel refuses, takes in part, or reads in its own way.
  { weight: 1, arbitrary: fc.constantFrom("soon", "", "5 # five", "010", "0x7", "7 8", "1.5", "4\udcff") },
);
const blank = fc.constantFrom("", "", " ", "\t", "  ", " \r");
// To systemd these are no blanks but part of the key.
const oddBlank = fc.oneof(
  { weight: 12, arbitrary: blank },
  { weight: 1, arbitrary: fc.constantFrom("\f", "\v ") },
);
const mark = fc.constantFrom("", "", "", "", "-", "- ", "--");

const assignment = fc
  .tuple(oddBlank, mark, key, oddBlank, blank, value, blank)
  .map(([a, mark, key, b, c, value, d]) => `${a}${mark}${key}${b}=${c}${value}${d}`);
const exclusion = fc
  .tuple(blank, fc.constantFrom("-", "-", "-", "- ", "--"), key, blank)
  .map(([a, mark, key, b]) => `${a}${mark}${key}${b}`);
const oddLine = fc.constantFrom(
  "",
  " ",
  "# comment = 1",
  "; comment",
  "; net.ipv4.tcp_retries2 = 3",
  "\u00a0net.ipv4.tcp_retries2 = 6",
  "\udcfe",
  "net.ipv4.tcp_retries2\udcff = 6",
  "net.ipv4.tcp_retries2 = \\",
  "  # net.ipv4.tcp_retries2 = 3",
  "not an assignment",
  "x",
  "-",
  "=",
  "= 5",
  "-= 5",
  "- = 5",
  "\uFEFFnet.ipv4.tcp_retries2 = 6",
);
const line = fc.oneof(
  { weight: 8, arbitrary: assignment },
  { weight: 2, arbitrary: exclusion },
  { weight: 1, arbitrary: oddLine },
);
const lineEnd = fc.oneof(
  { weight: 24, arbitrary: fc.constant("\n") },
  { weight: 1, arbitrary: fc.constantFrom("\r\n", "\r", "\0", "\n\r", "\n\0", "\r\0", "\r\n\0", "\n\n", "") },
);

/** The text of a sysctl.d file, sane or not. */
export const bootText = fc
  .array(fc.tuple(line, lineEnd), { maxLength: 7 })
  .map((lines) => lines.flat().join(""));

const content: fc.Arbitrary<BootContent> = fc.oneof(
  { weight: 16, arbitrary: bootText.map((text): BootContent => ({ kind: "text", text })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<BootContent>(
      { kind: "masked" },
      { kind: "dangling" },
      { kind: "folder" },
      { kind: "unreadable", reason: "ELOOP" },
    ),
  },
);

const plainNames = [
  "10-a.conf",
  "10-a-b.conf",
  "100-q.conf",
  "9-z.conf",
  "A.conf",
  "_u.conf",
  "a.conf",
  "b.conf",
  "é.conf",
  "\u{1F600}.conf",
  "\uFFEE.conf",
  "zz\udcff.conf",
  "\udce9.conf",
  "10-a\n.conf",
];
const oddNames = [
  ".hidden.conf",
  ".conf",
  "x.conf.bak",
  "X.CONF",
  "x.conf~",
  "[ab].conf",
  "{a,b}.conf",
  "*.conf",
  "1?-a.conf",
  "{x,y}.conf",
  "\\a.conf",
];
const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...plainNames) },
  { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
);

const folder = fc.constantFrom(
  "/etc/sysctl.d",
  "/run/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
  "/lib/sysctl.d",
);
const entry: fc.Arbitrary<BootEntry> = fc.record({ folder, name, content });

/** A few files in a few folders, and at times an /etc/sysctl.conf. */
export const bootStack: fc.Arbitrary<BootStack> = fc.record(
  {
    entries: fc.uniqueArray(entry, { maxLength: 6, selector: ({ folder, name }) => `${folder}/${name}` }),
    sysctlConf: bootText.map((text): BootContent => ({ kind: "text", text })),
  },
  { requiredKeys: ["entries"] },
);

function swapped(path: string): string {
  return path.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}
