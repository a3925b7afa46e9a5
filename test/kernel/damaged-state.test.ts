/** A state folder that is damaged in every way that a disk, a hand or another program may do it. */
import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { dropIn, firstSnapshot, live, web } from "../support/kernel-kit.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const folder = "/var/lib/tunectl";
const files = { ...web, "other.yaml": profileText("other", { "net.ipv4.tcp_fin_timeout": "20" }) };

/** Of the one record that there is. */
const records: Readonly<Record<string, string>> = {
  "all zeros": `head -c $(stat -c %s ${firstSnapshot}) /dev/zero > /tmp/z; cat /tmp/z > ${firstSnapshot}`,
  "random bytes": `head -c 4000 /dev/urandom > /tmp/r; cat /tmp/r > ${firstSnapshot}`,
  "one bit flipped": `sed -i 's/"30"/"20"/' ${firstSnapshot}`,
  "another JSON": `echo '{"version": 2}' > ${firstSnapshot}`,
  "a list that never ends": `head -c 1000000 /dev/zero | tr '\\0' '[' > ${firstSnapshot}`,
  "20 MB long": `head -c 20000000 /dev/zero | tr '\\0' ' ' >> ${firstSnapshot}`,
  "a folder": `rm ${firstSnapshot}; mkdir ${firstSnapshot}`,
  "a fifo": `rm ${firstSnapshot}; mkfifo ${firstSnapshot}`,
  "a device": `rm ${firstSnapshot}; touch ${firstSnapshot}; mount --bind /dev/zero ${firstSnapshot}`,
  "a link to nowhere": `ln -sf /nowhere ${firstSnapshot}`,
  "a link to another file": `mv ${firstSnapshot} /root/kept; ln -s /etc/hostname ${firstSnapshot}`,
  "there twice": `cp ${firstSnapshot} ${folder}/000002.json`,
};

const commands = ["rollback", "recover", "apply ./other.yaml", "status", "verify", "snapshots"];

realKernel(
  "whatever has become of a record, no command hangs, breaks or touches the host for it",
  async () => {
    const said = await onHost(
      {
        whole: `tunectl apply ./web.yaml > /dev/null; cp -a ${folder} /tmp/whole; world > /tmp/world`,
        ...Object.fromEntries(
          Object.entries(records).map(([what, damage]) => [
            what,
            `umount ${firstSnapshot} 2> /dev/null; rm -rf ${folder}; cp -a /tmp/whole ${folder}; ${damage}
for command in ${commands.map((command) => `"${command}"`).join(" ")}; do
  timeout 20 tunectl $command < /dev/null > /tmp/out 2>&1; echo "$command: $?"
  grep -q 'internal error' /tmp/out && cat /tmp/out
  case $command in rollback|recover) world | cmp -s /tmp/world - || echo "$command touched the host" ;; esac
done
umount ${firstSnapshot} 2> /dev/null; rm -rf ${folder}; cp -a /tmp/whole ${folder}; tunectl apply ./web.yaml > /dev/null`,
          ]),
        ),
      } as Record<string, string>,
      files,
    );
    for (const what of Object.keys(records)) {
      const out = said[what]?.out ?? "";
      expect(out, what).not.toMatch(/internal error|touched the host|: (124|137|134|139)/);
      expect(out, what).toMatch(/^rollback: [13]$/m);
    }
  },
);

const places: Readonly<Record<string, string>> = {
  "a file": `rm -r ${folder}; echo x > ${folder}`,
  "a link to another folder": `mv ${folder} /root/away; ln -s /root/away ${folder}`,
  "a link to nowhere": `rm -r ${folder}; ln -s /nowhere ${folder}`,
  "a fifo": `rm -r ${folder}; mkfifo ${folder}`,
};

realKernel(
  "where the state folder is something else, no change is made, and what is there stays",
  async () => {
    const said = await onHost(
      {
        whole: `tunectl apply ./web.yaml > /dev/null; cp -a ${folder} /tmp/whole; world > /tmp/world`,
        ...Object.fromEntries(
          Object.entries(places).map(([what, damage]) => [
            what,
            `rm -rf ${folder} /root/away; cp -a /tmp/whole ${folder}; ${damage}; ls -ld ${folder} > /tmp/place
for command in ${commands.map((command) => `"${command}"`).join(" ")}; do
  timeout 20 tunectl $command < /dev/null > /tmp/out 2>&1; echo "$command: $?"
  grep -q 'internal error' /tmp/out && cat /tmp/out
done
world | cmp -s /tmp/world - || echo touched the host; ls -ld ${folder} | cmp -s /tmp/place - || echo replaced`,
          ]),
        ),
      } as Record<string, string>,
      files,
    );
    for (const what of Object.keys(places)) {
      const out = said[what]?.out ?? "";
      expect(out, what).not.toMatch(/internal error|touched the host|replaced|: (124|137|134|139)/);
      expect(out, what).toMatch(/^apply \.\/other\.yaml: 1$/m);
    }
  },
);

const leftovers = [
  ".000009.json.tunectl-new",
  ".000001.json.tunectl-old",
  "note.txt",
  "1.json",
  "000001.json~",
];

realKernel("what else lies in the state folder changes nothing", async () => {
  const said = await onHost(
    {
      apply: `tunectl apply ./web.yaml > /dev/null; cd ${folder}; for name in ${leftovers.join(" ")}; do echo '{' > $name; done; mkdir folder`,
      verify: "tunectl verify",
      again: "tunectl apply ./other.yaml",
      rollback: "tunectl rollback 1",
      live: `${live("net.ipv4.tcp_fin_timeout")}; test -e ${dropIn} || echo none`,
    },
    files,
  );
  expect([said.verify, said.again, said.rollback].map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(said.live.out).toBe("60\nnone\n");
});
