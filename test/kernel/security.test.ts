/** What the environment, the path and a rule of sudo's may not bring into a process of root's. */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { expect, it } from "vitest";
import { onHost, type Said } from "../support/host.js";
import { dropIn, web } from "../support/kernel-kit.js";
import { realKernel } from "../support/real-kernel.js";

/** Leaves a mark where it is run. */
const mark = { "mark.cjs": `require("node:fs").writeFileSync("/root/ran", "");\n` };
const marks = "ls /root/ran /root/coverage /root/warnings 2> /dev/null";

/** Node runs what they name, ends because of it, or writes there; in TMPDIR root would make its folders. */
const harmful: Readonly<Record<string, string>> = {
  NODE_OPTIONS: "--require=/root/mark.cjs",
  OPENSSL_CONF: "/root/openssl.cnf",
  NODE_V8_COVERAGE: "/root/coverage",
  NODE_REDIRECT_WARNINGS: "/root/warnings",
  NODE_EXTRA_CA_CERTS: "/root/none.pem",
  NODE_PATH: "/root/modules",
  TMPDIR: "/nowhere",
};

const openssl = `nodejs_conf = init
[init]
engines = list
[list]
ours = engine
[engine]
dynamic_path = /root/no-such-engine.so
init = 0
`;

realKernel("what root's environment names is neither run nor written by tunectl", async () => {
  const set = Object.entries(harmful).map(([name, value]) => `${name}=${value}`);
  const said = await onHost(
    {
      // That they are harmful: plain Node is harmed.
      node: `NODE_OPTIONS=${harmful["NODE_OPTIONS"]} node -e 0; OPENSSL_CONF=${harmful["OPENSSL_CONF"]} node -e 0 2> /dev/null; echo $?; ${marks}; rm /root/ran`,
      apply: `${set.join(" ")} /tools/start.cjs apply web.yaml > /dev/null && ${marks}`,
      rollback: `${set.join(" ")} /tools/tunectl.cjs rollback > /dev/null && ${marks}`,
      rehearse: `${set.join(" ")} /tools/start.cjs rehearse web.yaml > /dev/null && ${marks}`,
    },
    {
      ...web,
      ...mark,
      "openssl.cnf": openssl,
      "modules/fs-extra/index.js": mark["mark.cjs"],
    },
  );
  expect(said.node.out).toMatch(/^[1-9]\d*\n\/root\/ran\n$/);
  // ls finds nothing, and says so by its code.
  for (const { out, err, code } of [said.apply, said.rollback, said.rehearse])
    expect([out, err, code]).toEqual(["", "", 2]);
});

realKernel(
  "where other code ran before tunectl because Node was called by name, root's changes are refused",
  async () => {
    const given = "NODE_OPTIONS=--require=/root/mark.cjs node /tools/tunectl.cjs";
    const said = await onHost(
      {
        before: "world",
        apply: `${given} apply web.yaml`,
        json: `${given} rollback --format json`,
        prune: `${given} snapshots --keep 1`,
        after: "world; ls /var/lib",
        diff: `${given} diff web.yaml`,
        wayOut: "NODE_OPTIONS=--no-warnings /tools/tunectl.cjs apply web.yaml",
      },
      { ...web, ...mark },
    );
    for (const refused of [said.apply, said.prune]) {
      expect(refused).toMatchObject({ code: 1, out: "" });
      expect(refused.err).toContain("NODE_OPTIONS is set");
    }
    expect(JSON.parse(said.json.out)).toMatchObject({ problems: [{ code: "unclean-environment" }] });
    expect(said.after.out).toBe(said.before.out);
    expect([said.diff.code, said.wayOut.code]).toEqual([0, 0]);
  },
);

/** Stands in for a program: notes its arguments, environment, input and open files, and does its work. */
const spy = (path: string): string => {
  const name = path.split("/").at(-1);
  return `cp ${path} /root/real-${name}
cat > /root/spy-${name} <<'EOF'
#!/bin/sh
{ echo "== ${name} $*"; tr '\\0' '\\n' < /proc/$$/environ; echo "input $(readlink /proc/$$/fd/0)"
  for fd in /proc/$$/fd/*; do echo "file $(readlink $fd)"; done; } >> /root/seen
exec /root/real-${name} "$@"
EOF
chmod 755 /root/spy-${name}; mount --bind /root/spy-${name} $(readlink -f ${path})`;
};

const given =
  "SECRET=1 LD_LIBRARY_PATH=/root ENV=/root/x BASH_ENV=/root/x MODPROBE_OPTIONS=--config=/root/x LC_ALL=tr_TR";
const givenNames = given.split(" ").map((one) => one.slice(0, one.indexOf("=") + 1));

realKernel("a helper gets none of root's environment, no input and no open file of its caller, and data after --", async () => {
  const said = await onHost(
    {
      spies: ["/usr/bin/flock", "/usr/bin/unshare", "/usr/bin/mount"].map(spy).join("\n"),
      apply: `${given} /tools/start.cjs apply web.yaml 7< /root/web.yaml`,
      rehearse: `${given} /tools/start.cjs rehearse web.yaml 7< /root/web.yaml < /root/web.yaml`,
      seen: "cat /root/seen",
    },
    web,
  );
  expect(said.spies.err).toBe("");
  expect([said.apply.code, said.rehearse.code]).toEqual([0, 0]);
  const seen = said.seen.out;
  for (const helper of ["flock -n -x 3", "unshare --user", "mount -t tmpfs"])
    expect(seen).toContain(`== ${helper}`);
  for (const name of givenNames) expect(seen).not.toContain(`\n${name}`);
  expect(new Set(seen.match(/^input .*/gm))).toEqual(new Set(["input /dev/null"]));
  expect(seen).not.toContain("file /root/web.yaml");
  expect(seen).toMatch(/^== unshare .* -- .* -- web\.yaml$/m);
  expect(seen).toMatch(/^== mount .* -- tunectl \//m);
}, ["root"]);

realKernel("a program of the same name earlier on root's path is not run", async () => {
  const fake = "#!/bin/sh\necho ran >> /root/ran\nexit 1\n";
  const names = ["flock", "unshare", "mount", "modprobe", "sysctl", "sh", "env", "true", "ip"];
  const path = "PATH=/root/evil:$PATH /tools/start.cjs";
  const said = await onHost(
    {
      apply: `chmod 755 evil/*; ${path} apply web.yaml > /dev/null; echo $?; ${marks}`,
      rehearse: `${path} rehearse web.yaml > /dev/null; echo $?; ${marks}`,
      rollback: `${path} rollback > /dev/null; echo $?; ${marks}`,
    },
    { ...web, ...Object.fromEntries(names.map((name) => [`evil/${name}`, fake])) },
  );
  for (const { out, err } of Object.values(said)) expect([out, err]).toEqual(["0\n", ""]);
});

realKernel("the hidden option of a rehearsal does not reach the values of the host itself", async () => {
  // With PIDs of its own, the network of this room is that of its first process: so it is on a host.
  const asHost = (command: string): string => `unshare --pid --fork --mount-proc sh -ec '
mount --bind /proc/sys /proc/sys; mount --bind /proc/sys/net /proc/sys/net; mount -o remount,bind,ro /proc/sys
${command}'`;
  const said = await onHost(
    {
      given: "mkdir -p room/root; tunectl capture room/facts.json",
      before: "readings",
      inside: asHost("tunectl rehearse --inside /root/room web.yaml"),
      after: "readings",
    },
    web,
  );
  expect(said.inside).toMatchObject({ code: 1, out: "" });
  expect(said.inside.err).toContain("--inside is for the namespace that a rehearsal makes");
  expect(said.after.out).toBe(said.before.out);
});

it("no module of Node's that can open a connection is in the program", () => {
  const program = readFileSync("dist/tunectl.cjs", "utf8");
  const used = [...program.matchAll(/require\("(?:node:)?([a-z_/]+)"\)/g)].map(([, name = ""]) => name);
  const opening = ["net", "tls", "http", "http2", "https", "dgram", "dns", "inspector", "cluster"];
  expect(used).toContain("fs");
  expect([...new Set(used)].filter((name) => opening.includes(name.split("/")[0] ?? ""))).toEqual([]);
  expect([...new Set(used)].filter((name) => !builtinModules.includes(name))).toEqual([]);
});

realKernel(
  "what is no regular file of a bounded size is refused at once, as a profile and as facts",
  async () => {
    const bad: Readonly<Record<string, string>> = {
      fifo: "mkfifo fifo.yaml",
      device: "ln -s /dev/zero device.yaml",
      folder: "mkdir folder.yaml",
      huge: "truncate -s 1T huge.yaml",
    };
    const said: Readonly<Record<string, Said>> = await onHost(
      {
        given: Object.values(bad).join("; "),
        ...Object.fromEntries(
          Object.keys(bad).flatMap((name) => [
            [`${name} as a profile`, `timeout 60 tunectl apply ${name}.yaml`],
            [`${name} as facts`, `timeout 60 tunectl diff web.yaml --against ${name}.yaml`],
          ]),
        ),
      },
      web,
    );
    for (const [what, { code, err }] of Object.entries(said))
      if (what !== "given") {
        expect(code, what).toBe(1);
        expect(err, what).toMatch(/\[file-(not-regular|too-large)\]\n$/);
      }
  },
);

realKernel("colours come on a terminal alone, and not where NO_COLOR or a dumb terminal asks for none", async () => {
  const terminal = (before: string): string => `${before} script -qec "tunectl list" /dev/null | cat`;
  const said = await onHost({
    terminal: terminal("TERM=xterm"),
    none: terminal("TERM=xterm NO_COLOR=1"),
    dumb: terminal("TERM=dumb"),
    pipe: "TERM=xterm tunectl list | cat",
    file: "TERM=xterm tunectl list > /tmp/list; cat /tmp/list",
  });
  expect(said.terminal.out).toContain("\u001b[1mweb-base");
  for (const plain of [said.none, said.dumb, said.pipe, said.file]) {
    expect(plain.out).toContain("web-base");
    expect(plain.out).not.toContain("\u001b");
  }
}, ["script"]);

realKernel("under a rule of sudo's with / as its folder, what root's profile includes is not the caller's", async () => {
  const said = await onHost(
    {
      given: "chown -R 1000 /home/anna",
      apply: "cd /; SUDO_UID=1000 SUDO_USER=anna tunectl apply /etc/tunectl/profiles/shop.yaml",
      dropIn: `cat ${dropIn}`,
    },
    {
      "/etc/tunectl/profiles/shop.yaml": "name: shop\nsummary: s\ninclude: [web-base]\n",
      "/home/anna/profiles/web-base.yaml": web["web.yaml"].replace("name: web", "name: web-base"),
    },
  );
  expect(said.apply.code).toBe(0);
  expect(said.dropIn.out).toContain("net.core.somaxconn = 16384");
  expect(said.dropIn.out).not.toContain("tcp_retries2");
}, ["root"]);
