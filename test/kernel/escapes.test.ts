/** Whatever text comes from outside, no command lets it take hold of the terminal or forge a line. */
import { expect } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { onHost, type Said } from "../support/host.js";
import {
  expectObedienceOfNone,
  hostile,
  hostilePrintf,
  hostileQuoted,
  inAll,
  inBoth,
  merged,
} from "../support/hostile-text.js";
import { dropIn, web } from "../support/kernel-kit.js";
import { realKernel } from "../support/real-kernel.js";

const names = commands.map(({ name }) => name);
const takesProfiles = ["rehearse", "diff", "apply", "validate", "show"];

const words = ". /root/words.sh; tunectl";

/** Every place of a command line that takes a word of the user. */
const lines: readonly string[] = [
  '"$H"',
  '"--$H"',
  '"-$H"',
  ...names.flatMap((name) => [`${name} "--$H"`, `${name} x "$H" "$H"`, `${name} --format "$H" x`]),
  ...takesProfiles.flatMap((name) => [
    `${name} "$H"`,
    `${name} "./$H.yaml"`,
    `${name} web-base --set "$H"`,
    `${name} web-base --set "a=$H"`,
  ]),
  ...["diff", "apply"].flatMap((name) =>
    ["--root", "--against", "--accept", "--allow"].map((option) => `${name} web-base ${option} "$H"`),
  ),
  ...["verify", "status", "rollback", "recover", "snapshots"].map((name) => `${name} --root "$H"`),
  'show web-base --against "$H"',
  'validate web-base --kernel "$H"',
  'validate web-base --allow "$H"',
  'rollback "$H"',
  'snapshots "$H"',
  'snapshots --keep "$H"',
  'explain "$H"',
  'capture "$H/host.json"',
  'capture "./$H.json"',
];

realKernel("no word of a command line reaches the terminal as it is, in text or in JSON", async () => {
  const said = await onHost(
    Object.fromEntries(
      lines.flatMap((line) => [
        [line, `${words} ${line}`],
        ...(line.includes(" x ") ? [] : [[`${line} in JSON`, `${words} ${line} --format json`] as const]),
      ]),
    ),
    { "words.sh": `H="$(printf '${hostilePrintf}')"\n` },
  );
  expectObedienceOfNone(said);
  expect(said['"$H"']?.err).toContain("\\u001b]0;owned\\u0007");
});

const everyReport = merged(
  inBoth("tunectl list"),
  inBoth("tunectl validate"),
  inBoth("tunectl validate web-bas"),
  inAll("tunectl diff conf.yaml web.yaml"),
  inBoth("tunectl show conf.yaml"),
  inBoth("tunectl status"),
  inBoth("tunectl verify"),
  inBoth("tunectl snapshots"),
  inBoth("tunectl snapshots 1"),
  inBoth("tunectl rollback --dry-run"),
  inBoth("tunectl rollback"),
  { capture: "tunectl capture", "capture to a file": "tunectl capture host.json; cat host.json" },
);

const everywhere = {
  "conf.yaml": `name: conf
summary: Every interface
settings:
  net.ipv4.conf.*.rp_filter: { value: 2, why: Wanted by a test }
`,
  ...web,
};

/** A name that the kernel takes for an interface: no blank, no slash, fifteen bytes, and no pattern. */
const interfaceName = `$(printf 'e\\033c\\007\\302\\2337m\\342\\200\\256')`;

const hostWith = `. /root/words.sh
add-interface "${interfaceName}"
mkdir -p profiles; printf 'name: x\\n' > "profiles/$H.yaml" 2> /dev/null || printf 'name: x\\n' > "profiles/$F.yaml"
printf 'net.ipv4.tcp_retries2 = 12\\n' > "/etc/sysctl.d/99$F.conf"
printf 'net.ipv4.conf.all.rp_filter = 1 # %s\\n' "$F" > "/etc/sysctl.d/98.conf"
: > "/etc/sysctl.d/97$F.conf"; chmod 0 "/etc/sysctl.d/97$F.conf"`;

realKernel("neither an interface nor a file with a hostile name, nor an edited drop-in, reaches the terminal as it is", async () => {
  const said: Readonly<Record<string, Said>> = await onHost(
    {
      given: hostWith,
      ...inBoth("tunectl apply conf.yaml web.yaml"),
      ...inBoth("tunectl apply conf.yaml web.yaml --allow-override"),
      edited: `. /root/words.sh; printf '# Profiles: %s\\n# %s\\nnet.ipv4.tcp_fin_timeout = %s\\n' "$F" "$H" "$F" >> ${dropIn}`,
      ...everyReport,
      ...inBoth("tunectl apply web.yaml --allow-override"),
    },
    {
      ...everywhere,
      // F, for boot files, which root alone can make: verify names one that wins in the middle of a sentence.
      "words.sh": `H="$(printf '${hostilePrintf}')"\nF="$(printf %s "$H" | head -n 1)"\n`,
    },
  );
  expect(said["given"]?.err).toBe("");
  expectObedienceOfNone(said);
  expect(said["tunectl list (text)"]?.out).toContain("\\u001b]0;owned");
  const all = Object.values(said).map(({ out, err }) => out + err);
  for (const shown of ["e\\u001bc\\u0007", "99\\u001b]0;owned"])
    expect(all.some((text) => text.includes(shown))).toBe(true);
}, ["root", "ip"]);

/** Each place of a profile that takes text, with hostile text in it. */
const profileWith = (text: string): Readonly<Record<string, string>> => {
  const base = (fields: string, setting = ""): string =>
    `name: web\nsummary: s\n${fields}settings:\n  net.ipv4.tcp_retries2: { value: 9, why: w${setting} }\n`;
  return {
    name: base("").replace("name: web", `name: "${text}"`),
    summary: base("").replace("summary: s", `summary: "${text}"`),
    description: base(`description: "${text}"\n`),
    include: base(`include: ["${text}"]\n`),
    kernels: base(`kernels: "${text}"\n`),
    parameter: base(`parameters: { "${text}": { default: 1, why: w } }\n`),
    default: base(`parameters: { a: { default: "${text}", why: w } }\n`),
    field: base(`"${text}": 1\n`),
    key: base("").replace("net.ipv4.tcp_retries2", `"net.ipv4.${text}"`),
    interface: base("").replace("net.ipv4.tcp_retries2", `"net.ipv4.conf.${text}.rp_filter"`),
    value: base("").replace("value: 9", `value: "${text}"`),
    bound: base("").replace("value: 9", `at_least: "${text}"`),
    expression: base("").replace("value: 9", `value: "\${'${text}'}"`),
    why: base("").replace("why: w", `why: "${text}"`),
    when: base("", `, when: "\${host.kernel == '${text}'}"`),
    evidence: base("", `, evidence: ["${text}"]`),
    source: base("", `, source: ["${text}"]`),
    allow: base("", `, allow: { lowers-value: "${text}" }`),
    "allowed id": base("", `, allow: { "${text}": w }`),
    tag: base("").replace("value: 9", `value: !<${text}> 9`),
    comment: `# ${text}\n${base("")}`,
  };
};

const profilesWith = (how: string, text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(profileWith(text)).map(([field, profile]) => [
      `${how}-${field.replace(" ", "-")}.yaml`,
      profile,
    ]),
  );

/** What YAML and Markdown take for their own. */
const marked = "<img src=x> [a](b) |`*_&#8238;";

realKernel("no field of a profile reaches the terminal or the drop-in as it is", async () => {
  const refused = { ...profilesWith("raw", hostile), ...profilesWith("quoted", hostileQuoted) };
  const taken = profilesWith("marked", marked);
  const said: Readonly<Record<string, Said>> = await onHost(
    {
      refused: `tunectl validate --each ${Object.keys(refused).join(" ")}`,
      "refused in JSON": `tunectl validate --format json --each ${Object.keys(refused).join(" ")}`,
      ...Object.fromEntries(
        Object.keys(taken).flatMap((file) => [
          [`show ${file}`, `tunectl show ${file}`],
          [`diff ${file}`, `tunectl diff ${file} --format markdown`],
          [`apply ${file}`, `tunectl apply ${file} && cat ${dropIn} && tunectl rollback`],
        ]),
      ),
    },
    { ...refused, ...taken },
  );
  expectObedienceOfNone(said);
  // A comment is not unquoted: its backslashes are backslashes.
  for (const file of Object.keys(refused))
    if (file !== "quoted-comment.yaml") expect(said["refused"]?.err).toContain(`${file}:`);
  expect(said["diff marked-why.yaml"]?.out).toContain("\\<img src=x\\> \\[a\\](b) \\|\\`\\*\\_\\&#8238;");
  // In a table a raw bar would be a column, and a tag a picture; our own tags stand outside.
  for (const [line, { out }] of Object.entries(said))
    if (line.startsWith("diff"))
      expect(out.replace(/```diff[\s\S]*?```/g, ""), line).not.toMatch(/(?<!\\)<img/);
});
