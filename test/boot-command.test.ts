/** What `boot` and `why` say of hosts in memory. */
import { describe, expect, it } from "vitest";
import type { LoaderName } from "../src/boot/loader.js";
import type { Key } from "../src/catalogue/key.js";
import type { Host } from "../src/host.js";
import { foretellBoot } from "../src/operations/boot.js";
import { tellKeys, type WhyOptions } from "../src/operations/why.js";
import { bootJson } from "../src/render/boot-json.js";
import { bootText } from "../src/render/boot-text.js";
import { paint } from "../src/render/paint.js";
import { whyText } from "../src/render/why-text.js";
import { answerWords } from "../src/render/why-words.js";
import type { BootSources } from "../src/writers/sources.js";
import { machine } from "./fakes/machine.js";
import { setting } from "./fakes/settings.js";

const interfaces = ["all", "default", "lo", "eth0", "eth0.100"];
const perInterface = (name: string): Record<string, string> =>
  Object.fromEntries(interfaces.map((one) => [`net.ipv4.conf.${one.replace(".", "/")}.${name}`, "0"]));
const values = {
  "net.ipv4.tcp_fin_timeout": "60",
  "net.ipv4.tcp_syn_retries": "6",
  "net.ipv4.tcp_keepalive_time": "7200",
  "net.ipv4.ip_forward": "0",
  "net.ipv4.tcp_fastopen_key": "00000000-00000000-00000000-00000000",
  "net.core.somaxconn": "4096",
  "vm.dirty_bytes": "0",
  "vm.dirty_ratio": "20",
  ...perInterface("rp_filter"),
  ...perInterface("forwarding"),
};

/** A host with these files, each named `10-a.conf` to `19-j.conf` below /etc/sysctl.d where it has no path. */
function hostWith(files: Readonly<Record<string, string>>, loader: LoaderName = "systemd"): Host {
  const placed = Object.entries(files).map(([name, text]) => [
    name.startsWith("/") ? name : `/etc/sysctl.d/${name}`,
    text,
  ]);
  return machine({ values, files: Object.fromEntries(placed), loader }).host;
}

type Assignment = { key: string; value: string; line: number; effect: string; reason: string | null };
type Answer = {
  assignments: readonly Assignment[];
  overridden: readonly { key: string; value: string; line: number; by: { file: string; line: number } }[];
  problems: readonly { code: string; severity: string }[];
  later: readonly object[];
  masked: readonly object[];
};

const answerOf = (host: Host): Answer => JSON.parse(bootJson(foretellBoot(host))) as Answer;
const assigned = (host: Host): readonly string[] =>
  answerOf(host).assignments.map(({ key, value, effect, line }) => `${line}: ${key}=${value} ${effect}`);
const why = (host: Host, key: string, options: WhyOptions = {}) => {
  const [story] = tellKeys(host, [key as Key], options);
  if (!story) throw new Error(`no story of ${key}`);
  return story;
};

describe("boot", () => {
  it("tells of each line what becomes of it, in the order of writing, and of a loser which line beats it", () => {
    const host = hostWith({
      "10-a.conf": "net.ipv4.tcp_fin_timeout = 20\nnet.core.somaxconn = 8192\n",
      "50-b.conf": "net.ipv4.tcp_fin_timeout = 30\n-net.ipv4.tcp_syn_retries = 3\n",
    });
    expect(assigned(host)).toEqual([
      "2: net/core/somaxconn=8192 set",
      "1: net/ipv4/tcp_fin_timeout=30 set",
      "2: net/ipv4/tcp_syn_retries=3 set",
    ]);
    expect(answerOf(host).overridden).toEqual([
      {
        key: "net/ipv4/tcp_fin_timeout",
        value: "20",
        file: "/etc/sysctl.d/10-a.conf",
        line: 1,
        by: { file: "/etc/sysctl.d/50-b.conf", line: 1 },
      },
    ]);
  });

  it("gives what no kernel can take as attempts without effect, each with its reason", () => {
    const host = hostWith({
      "10-a.conf": "= 1\nnet.ipv4.conf.lo = 1\nnet/../core/somaxconn = 1\nnet.ipv4.tcp_syn_retries = soon\n",
    });
    expect(answerOf(host).assignments.map(({ effect, reason }) => `${effect}: ${reason}`)).toEqual([
      "none: the kernel refuses the value",
      "none: the key is empty",
      "none: it is a folder of keys, or lies below a key",
      "none: the key leads through `..`, which the loader refuses",
    ]);
  });

  it("tells values that the kernel cuts or moves with another key", () => {
    const host = hostWith({
      "10-a.conf": "net.ipv4.tcp_keepalive_time = 010\nvm.dirty_bytes = 268435456\nvm.dirty_ratio = 30\n",
    });
    expect(answerOf(host).assignments.map(({ effect, reason }) => `${effect}: ${reason}`)).toEqual([
      "set: the kernel keeps 8",
      "moved: /etc/sysctl.d/10-a.conf:3 sets vm.dirty_ratio, and the kernel changes this key with it to 0",
      "set: null",
    ]);
  });

  it("puts the keys of the kernel in for a pattern, less those that have a line of their own", () => {
    const host = hostWith({
      "10-a.conf":
        "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.lo.rp_filter\nnet.ipv4.conf.eth0.rp_filter = 1\n",
    });
    expect(assigned(host)).toEqual([
      ...["all", "default", "eth0.100"].map((name) => `1: net/ipv4/conf/${name}/rp_filter=2 set`),
      "3: net/ipv4/conf/eth0/rp_filter=1 set",
    ]);
    expect(answerOf(host).overridden.map(({ key, by }) => `${key} by ${by.line}`)).toEqual([
      "net/ipv4/conf/eth0/rp_filter by 3",
      "net/ipv4/conf/lo/rp_filter by 2",
    ]);
  });

  it("leaves a pattern as it is where there is no kernel, and says so", () => {
    const { kernel: _, facts: __, ...image } = hostWith({ "10-a.conf": "net.ipv4.conf.*.rp_filter = 2\n" });
    const host: Host = { ...image, kind: "image", kernel: undefined, facts: undefined };
    expect(answerOf(host).assignments).toMatchObject([
      { key: "net/ipv4/conf/*/rp_filter", effect: "pattern" },
    ]);
  });

  it("keeps an earlier value under procps where a later one is refused, and the kernel's own under systemd", () => {
    const lines = { "10-a.conf": "net.ipv4.tcp_fin_timeout = 20\nnet.ipv4.tcp_fin_timeout = soon\n" };
    expect(assigned(hostWith(lines, "procps"))).toEqual([
      "1: net/ipv4/tcp_fin_timeout=20 set",
      "2: net/ipv4/tcp_fin_timeout=soon none",
    ]);
    expect(assigned(hostWith(lines))).toEqual(["2: net/ipv4/tcp_fin_timeout=soon none"]);
  });

  it("tells of a missing key whether it waits for an interface or is none at all", () => {
    const host = hostWith({ "10-a.conf": "net.ipv4.conf.eth9.rp_filter = 1\nno.such.key = 1\n" });
    expect(answerOf(host).assignments.map(({ effect, reason }) => `${effect}: ${reason}`)).toEqual([
      "none: there is no interface eth9 now, and nothing carries the line out when it comes",
      "none: there is no such key",
    ]);
  });

  it("never prints the value of a secret", () => {
    const secret = "01234567-89abcdef-01234567-89abcdef";
    const host = hostWith({
      "10-a.conf": `net.ipv4.tcp_fastopen_key = ${secret}\nnet.ipv4.tcp_fastopen_key ${secret}\n`,
    });
    const boot = foretellBoot(host);
    const story = why(host, "net.ipv4.tcp_fastopen_key");
    for (const text of [
      bootJson(boot),
      bootText(boot, ["The boot"], paint(false)),
      whyText(story, paint(false)),
    ])
      expect(text).not.toContain(secret.slice(0, 8));
  });

  it("says that nothing is carried out where the unit is masked", () => {
    const sources: BootSources = {
      "/usr/lib/systemd/systemd": { kind: "present" },
      "/etc/systemd/system/systemd-sysctl.service": { kind: "masked" },
    };
    const host = { ...hostWith({ "10-a.conf": "net.core.somaxconn = 8192\n" }), bootSources: () => sources };
    expect(answerOf(host).assignments).toMatchObject([
      {
        effect: "none",
        reason: "systemd-sysctl.service is masked (/etc/systemd/system/systemd-sysctl.service)",
      },
    ]);
    expect(answerOf(host).problems).toMatchObject([{ code: "unit", severity: "error" }]);
    expect(answerWords(why(host, "net.core.somaxconn"))).toContain("systemd-sysctl.service is masked");
  });

  it("names what a program sets afterwards, and not what it only repeats", () => {
    const sources: BootSources = {
      "/etc/ufw/ufw.conf": { kind: "text", text: "ENABLED=yes\n" },
      "/etc/default/ufw": { kind: "text", text: "IPT_SYSCTL=/etc/ufw/sysctl.conf\n" },
      "/etc/ufw/sysctl.conf": {
        kind: "text",
        text: "net/core/somaxconn=1024\nnet/ipv4/tcp_fin_timeout=20\n",
      },
      "/usr/lib/systemd/systemd": { kind: "present" },
      "/etc/systemd/system": { kind: "present" },
      "/etc/systemd/system/multi-user.target.wants": { kind: "folder", names: ["ufw.service"] },
      "/usr/lib/systemd/system/ufw.service": { kind: "present" },
    };
    const files = { "10-a.conf": "net.core.somaxconn = 8192\nnet.ipv4.tcp_fin_timeout = 20\n" };
    const host = { ...hostWith(files), bootSources: () => sources };
    expect(answerOf(host).later).toEqual([
      { key: "net/core/somaxconn", value: "1024", program: "ufw", file: "/etc/ufw/sysctl.conf", line: 1 },
    ]);
  });
});

describe("why", () => {
  const loses = {
    "10-a.conf": "net.ipv4.tcp_fin_timeout = 20\n",
    "50-b.conf": "net.ipv4.tcp_fin_timeout = 30\n",
  };

  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      "no file sets it",
      {},
      "net.ipv4.tcp_fin_timeout",
      "net.ipv4.tcp_fin_timeout is 60: no file sets it, and that is the kernel's default.",
    ],
    [
      "a later file has another value",
      loses,
      "net.ipv4.tcp_fin_timeout",
      "net.ipv4.tcp_fin_timeout is 60 now, and the next boot makes it 30 and not 20 (/etc/sysctl.d/10-a.conf:1), because /etc/sysctl.d/50-b.conf:1 sets it to 30 and is read later.",
    ],
    [
      "the kernel refuses it",
      { "10-a.conf": "net.ipv4.tcp_syn_retries = soon\n" },
      "net.ipv4.tcp_syn_retries",
      "net.ipv4.tcp_syn_retries is 6 and not soon (/etc/sysctl.d/10-a.conf:1), because the kernel refuses the value.",
    ],
    [
      "its other name is set",
      { "10-a.conf": "net.ipv4.ip_forward = 1\n", "50-b.conf": "net.ipv4.conf.all.forwarding = 0\n" },
      "net.ipv4.ip_forward",
      "net.ipv4.ip_forward is 0 and not 1 (/etc/sysctl.d/10-a.conf:1), because /etc/sysctl.d/50-b.conf:1 sets net.ipv4.conf.all.forwarding, and the kernel changes this key with it to 0.",
    ],
    [
      "a line keeps it out of the pattern",
      { "10-a.conf": "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.lo.rp_filter\n" },
      "net.ipv4.conf.lo.rp_filter",
      "net.ipv4.conf.lo.rp_filter is 0 and not 2 (/etc/sysctl.d/10-a.conf:1), because /etc/sysctl.d/10-a.conf:2 keeps it out of the pattern.",
    ],
    [
      "an explicit line beats the pattern",
      { "10-a.conf": "net.ipv4.conf.eth0.rp_filter = 1\n", "50-b.conf": "net.ipv4.conf.*.rp_filter = 2\n" },
      "net.ipv4.conf.eth0.rp_filter",
      "net.ipv4.conf.eth0.rp_filter is 0 now, and the next boot makes it 1 and not 2 (/etc/sysctl.d/50-b.conf:1), because /etc/sysctl.d/10-a.conf:1 sets it to 1 and names the key, which beats a pattern.",
    ],
    [
      "the interface is not here",
      { "10-a.conf": "net.ipv4.conf.eth9.rp_filter = 1\n" },
      "net.ipv4.conf.eth9.rp_filter",
      "net.ipv4.conf.eth9.rp_filter is not there: there is no interface eth9 now. /etc/sysctl.d/10-a.conf:1 sets it when it is there.",
    ],
  ])("answers where %s", (_, files, key, words) => {
    expect(answerWords(why(hostWith(files), key))).toBe(words);
  });

  it("marks the one line that has the last word", () => {
    const story = why(hostWith(loses), "net.ipv4.tcp_fin_timeout");
    expect(whyText(story, paint(false)).match(/^→ .*$/gm)).toEqual(["→ /etc/sysctl.d/50-b.conf:1  30"]);
  });

  it("tells who wants a value, since when, and what the next boot makes of it", async () => {
    const host = machine({ values });
    await host.apply([setting("net.ipv4.tcp_fin_timeout", "25")]);
    const history = { records: host.records.all(), unreadable: [] };
    const story = why(host.host, "net.ipv4.tcp_fin_timeout", { history });
    expect(answerWords(story)).toBe(
      "net.ipv4.tcp_fin_timeout is 25, as profile web wants 25, now and after the next boot.",
    );
    expect(whyText(story, paint(false))).toContain("since 2026-01-01T00:00:00.000Z by root (snapshot 1)");
    host.kernel.put("net.ipv4.tcp_fin_timeout", "40");
    expect(answerWords(why(host.host, "net.ipv4.tcp_fin_timeout", { history }))).toContain(
      "something has set it since it was applied",
    );
  });

  it("claims nothing of a boot of which a file could not be read", () => {
    const host = hostWith(loses);
    const stack = host.bootStack();
    const unread = {
      folder: "/etc/sysctl.d",
      name: "99-z.conf",
      content: { kind: "unreadable", reason: "EACCES" },
    };
    const story = why(
      {
        ...host,
        bootStack: () => ({ ...stack, entries: [...stack.entries, unread as (typeof stack.entries)[0]] }),
      },
      "net.ipv4.tcp_fin_timeout",
    );
    expect(answerWords(story)).toBe(
      "net.ipv4.tcp_fin_timeout is 60. Of what could be read, /etc/sysctl.d/50-b.conf:1 sets it. What the next boot makes it is not known: /etc/sysctl.d/99-z.conf could not be read.",
    );
  });

  it("tells what another loader would do, where that differs", () => {
    const lines = { "10-a.conf": "net.ipv4.tcp_fin_timeout = 20\nnet.ipv4.tcp_fin_timeout = soon\n" };
    const { others } = why(hostWith(lines), "net.ipv4.tcp_fin_timeout");
    expect(others.map(({ loader, boot }) => `${loader} ${boot.value}`)).toEqual(["procps 20", "busybox 20"]);
  });
});
