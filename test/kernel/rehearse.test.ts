import { expect } from "vitest";
import { onHost } from "../support/host.js";
import { profileText } from "../support/profile-text.js";
import { realKernel } from "../support/real-kernel.js";

const profiles = {
  "web.yaml": profileText("web", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.ip_forward": "1",
    "vm.swappiness": "10",
  }),
  "refused.yaml": profileText("refused", {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.ip_unprivileged_port_start": "33000",
    "net.ipv4.tcp_congestion_control": "nosuch",
    "net.ipv4.tcp_retries2": "9",
  }),
};
const host =
  "world; cat /proc/sys/vm/swappiness; find /var /etc /tmp /root -not -path /tmp/mine -printf '%p\\n'; cat /proc/self/mounts";

realKernel("a rehearsal does the whole job and leaves nothing of it on the host, for root and for an ordinary user", async () => {
  const said = await onHost(
    {
      before: `mkdir -m 777 /tmp/mine; ${host}`,
      root: "tunectl rehearse ./web.yaml",
      user: "TMPDIR=/tmp/mine lacking-root tunectl rehearse ./web.yaml",
      json: "tunectl rehearse --format json ./web.yaml",
      after: `${host}; ls -A /tmp/mine`,
    },
    profiles,
  );
  for (const rehearsed of [said.root, said.user]) {
    expect(rehearsed).toMatchObject({ code: 0, err: "" });
    expect(rehearsed.out).toMatch(/net\.ipv4\.tcp_fin_timeout +60 +→ +30/);
    expect(rehearsed.out).toContain("Apply again: nothing to do.");
    expect(rehearsed.out).toMatch(/Proof: \d+ readings of net\.\* and \d+ files? compared, all as before/);
    expect(rehearsed.out).toMatch(/vm\.swappiness +one value for the whole host/);
  }
  expect(JSON.parse(said.json.out)).toMatchObject({
    ok: true,
    refused: [],
    verified: [],
    proof: { differences: [] },
  });
  expect(said.after.out).toBe(said.before.out);
}, ["setpriv"]);

/** What is known to be refused is excused, so that the kernel itself is asked. */
const allowed = "--allow bounded-value --allow congestion-control-offered";

realKernel(
  "a rehearsal names all that this kernel refuses, rehearses the rest, and ends with 1",
  async () => {
    const said = await onHost(
      {
        rehearse: `tunectl rehearse ${allowed} --format json ./refused.yaml`,
        text: `tunectl rehearse ${allowed} ./refused.yaml`,
      },
      profiles,
    );
    expect(said.rehearse.code).toBe(1);
    const answer = JSON.parse(said.rehearse.out) as {
      refused: { key: string }[];
      applied: { written: { key: string }[] };
      proof: object;
    };
    expect(answer.refused.map(({ key }) => key).sort()).toEqual([
      "net.ipv4.ip_unprivileged_port_start",
      "net.ipv4.tcp_congestion_control",
    ]);
    expect(answer.applied.written.map(({ key }) => key)).toEqual([
      "net.ipv4.tcp_fin_timeout",
      "net.ipv4.tcp_retries2",
    ]);
    expect(answer.proof).toMatchObject({ differences: [] });
    expect(said.text.code).toBe(1);
    expect(said.text.out).toContain("the kernel refused 33000");
  },
);

realKernel("where namespaces are used up, a rehearsal names the setting that does it", async () => {
  const said = await onHost(
    {
      // Its own count of a namespace of users: the host's stays as it is.
      rehearse:
        "unshare -U --map-user=1000 --keep-caps sh -c 'echo 0 > /limits/max_user_namespaces; exec setpriv --inh-caps=-all --ambient-caps=-all tunectl rehearse ./web.yaml'",
      root: "unshare -r sh -c 'echo 0 > /limits/max_user_namespaces; echo 0 > /limits/max_net_namespaces; tunectl rehearse ./web.yaml'",
      host: "cat /limits/max_user_namespaces",
    },
    profiles,
  );
  expect(said.rehearse.code).toBe(1);
  expect(said.rehearse.err).toContain(
    "user.max_user_namespaces is 0: allow it with sysctl -w user.max_user_namespaces=",
  );
  expect(said.root.code).toBe(1);
  expect(said.root.err).toContain("user.max_net_namespaces is 0");
  expect(said.host.out).not.toBe("0\n");
});

realKernel("every shipped profile is taken by this kernel, as far as a namespace can hold it", async () => {
  const said = await onHost({
    list: "tunectl list --format json > list.json; cat list.json",
    rehearse: `/tools/node -p 'JSON.parse(require("fs").readFileSync("list.json")).profiles.map((one) => one.name).join("\\n")' > names
two() { while read -r name; do tunectl rehearse "$name" > "/tmp/$name" 2>&1 || { echo "$name $?"; cat "/tmp/$name"; }; done; }
sed -n 'p;n' names | two & sed -n 'n;p' names | two; wait; ls /tmp | wc -l`,
  });
  const { profiles: shipped } = JSON.parse(said.list.out) as { profiles: unknown[] };
  expect(shipped.length).toBeGreaterThan(5);
  expect(said.rehearse.out).toBe(`${shipped.length}\n`);
});
