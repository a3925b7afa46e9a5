/** What programs set after the boot loader has read its last file. */
import { describe, expect, it } from "vitest";
import type { Key } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { unknownWrites } from "../../src/writers/surroundings.js";
import { surroundingsIn, type Tree, withSystemd, writesIn } from "./trees.js";

describe("ufw", () => {
  const ufw: Tree = {
    ...withSystemd("ufw.service"),
    "/etc/default/ufw": "IPV6=yes\nIPT_SYSCTL=/etc/ufw/sysctl.conf\n",
    "/etc/ufw/ufw.conf": "# ufw\nENABLED=yes\n",
    "/etc/ufw/sysctl.conf":
      "# net/ipv4/ip_forward=1\nnet/ipv4/tcp_sack=0\nnet.ipv4.conf.all.log_martians = 0\nno key\nnet/ipv4/conf/eth0.5/rp_filter=2\n",
  };

  it("sets what the file says that it runs sysctl over", () => {
    expect(writesIn(ufw)).toEqual([
      "net.ipv4.tcp_sack = 0 (/etc/ufw/sysctl.conf:2)",
      "net.ipv4.conf.all.log_martians = 0 (/etc/ufw/sysctl.conf:3)",
      "net.ipv4.conf.eth0/5.rp_filter = 2 (/etc/ufw/sysctl.conf:5)",
    ]);
    expect(surroundingsIn(ufw).writes.at(-1)).toMatchObject({
      program: "ufw",
      when: "after",
      state: "enabled",
    });
  });

  it.each([
    ["it is not enabled", { "/etc/ufw/ufw.conf": "ENABLED=no\n" }],
    ["it names no file", { "/etc/default/ufw": "IPT_SYSCTL=\n" }],
    ["a file of its settings is empty: its script gives up", { "/etc/default/ufw": "" }],
    ["its unit is masked", { "/etc/systemd/system/ufw.service": "-> /dev/null" }],
  ])("sets nothing where %s", (_, tree) => {
    expect(writesIn({ ...ufw, ...tree })).toEqual([]);
  });

  it("may be told to read /etc/sysctl.conf", () => {
    const other = {
      "/etc/default/ufw": 'IPT_SYSCTL="/etc/sysctl.conf"\n',
      "/etc/sysctl.conf": "vm.swappiness=3\n",
    };
    expect(writesIn({ ...ufw, ...other })).toEqual(["vm.swappiness = 3 (/etc/sysctl.conf:1)"]);
  });
});

describe("kubelet", () => {
  const kubelet = { ...withSystemd("kubelet.service"), "/usr/bin/kubelet": "x" };

  it("sets six keys, unless it is told to check them only", () => {
    expect(writesIn(kubelet, {}, "kubelet")).toEqual([
      "vm.overcommit_memory = 1",
      "vm.panic_on_oom = 0",
      "kernel.panic = 10",
      "kernel.panic_on_oops = 1",
      "kernel.keys.root_maxkeys = 1000000",
      "kernel.keys.root_maxbytes = 25000000",
    ]);
    for (const told of [
      { "/var/lib/kubelet/config.yaml": "kind: KubeletConfiguration\nprotectKernelDefaults: true\n" },
      { "/etc/default/kubelet": 'KUBELET_EXTRA_ARGS="--v=2 --protect-kernel-defaults=true"\n' },
      { "/var/lib/kubelet/kubeadm-flags.env": 'KUBELET_KUBEADM_ARGS="--protect-kernel-defaults"\n' },
    ])
      expect(writesIn({ ...kubelet, ...told })).toEqual([]);
  });

  it("sets nothing where nothing starts it", () => {
    expect(writesIn({ ...withSystemd(), "/usr/bin/kubelet": "x" })).toEqual([]);
  });
});

describe("dockerd", () => {
  const docker = { ...withSystemd("docker.service"), "/usr/bin/dockerd": "x" };
  const file = "/etc/docker/daemon.json";

  it("turns forwarding on, unless it is told not to", () => {
    expect(writesIn(docker)).toEqual(["net.ipv4.ip_forward = 1"]);
    expect(writesIn({ ...docker, [file]: '{\n  "ipv6": true\n}\n' })).toEqual([
      "net.ipv4.ip_forward = 1",
      "net.ipv6.conf.default.forwarding = 1",
      "net.ipv6.conf.all.forwarding = 1",
    ]);
    expect(writesIn({ ...docker, [file]: '{ "ip-forward": false }' })).toEqual([]);
    expect(writesIn({ ...docker, [file]: '{\n  "firewall-backend": "nftables"\n}' })).toEqual([]);
  });
});

describe("libvirt", () => {
  const libvirt = withSystemd("libvirtd.service");
  const file = "/etc/libvirt/qemu/networks/autostart/default.xml";

  it.each([
    ["<forward mode='nat'>\n<ip address='192.168.122.1'>", ["net.ipv4.ip_forward = 1 (FILE:2)"]],
    ["<forward/>\n<ip address='192.168.122.1'/>", ["net.ipv4.ip_forward = 1 (FILE:2)"]],
    [
      '<forward mode="route"/>\n<ip family="ipv6" address="fd00::1"/>',
      ["net.ipv6.conf.all.forwarding = 1 (FILE:2)"],
    ],
    ["<forward mode='bridge'/>", []],
    ["<ip address='192.168.122.1'/>", []],
  ])("with a network of %j sets %j", (lines, expected) => {
    expect(writesIn({ ...libvirt, [file]: `<network>\n${lines}\n</network>\n` })).toEqual(
      expected.map((one) => one.replace("FILE", file)),
    );
  });
});

describe("NetworkManager", () => {
  const manager = { ...withSystemd("NetworkManager.service"), "/usr/sbin/NetworkManager": "x" };
  const file = "/etc/NetworkManager/system-connections/a.nmconnection";
  const with_ = (text: string) => writesIn({ ...manager, [file]: text });

  it("forwards for a connection that is shared", () => {
    expect(with_("[connection]\nid=a\n[ipv4]\nmethod=shared\n")).toEqual([
      `net.ipv4.ip_forward = 1 (${file}:4)`,
    ]);
    expect(with_("[connection]\nautoconnect=false\n[ipv4]\nmethod=shared\n")).toEqual([]);
  });

  it("sets keys of the device that a connection is for", () => {
    expect(
      with_("[connection]\ninterface-name=eth0.5\n[ipv4]\nforwarding=0\n[ipv6]\nmethod=disabled\n"),
    ).toEqual([
      `net.ipv6.conf.eth0/5.disable_ipv6 = 1 (${file}:6)`,
      `net.ipv4.conf.eth0/5.forwarding = 0 (${file}:4)`,
    ]);
    expect(with_("[ipv6]\nmethod=disabled\n")).toEqual([]);
  });
});

describe("cloud-init", () => {
  const cloud = { ...withSystemd("cloud-init.service"), "/etc/cloud/cloud.cfg": "users:\n" };

  it("sets what the commands of each boot set", () => {
    const file = "/var/lib/cloud/instance/user-data.txt";
    const text = [
      "#cloud-config",
      "password: geheim",
      "bootcmd:",
      "  - sysctl -w net.ipv4.tcp_sack=0",
      "  - [ sysctl, -w, vm.swappiness=3 ]",
      '  - echo 5 > "/proc/sys/vm/laptop_mode"',
      "runcmd:",
      "  - sysctl -w vm.swappiness=9",
    ].join("\n");
    expect(writesIn({ ...cloud, [file]: text })).toEqual([
      `net.ipv4.tcp_sack = 0 (${file}:4)`,
      `vm.swappiness = 3 (${file}:5)`,
      `vm.laptop_mode = 5 (${file}:6)`,
    ]);
  });
});

describe("saptune", () => {
  it("applies the notes that are chosen, an override in place of what it overrides", () => {
    const notes = "/var/lib/saptune/working/notes";
    expect(
      writesIn({
        ...withSystemd("saptune.service"),
        "/etc/sysconfig/saptune": 'TUNE_FOR_NOTES="941735"\nNOTE_APPLY_ORDER="941735 mine"\n',
        [`${notes}/941735`]:
          "[version]\n# x\n[sysctl]\nkernel.shmmax = 5\nvm.swappiness = 6 # six\nvm.panic_on_oom=1\n",
        "/etc/saptune/override/941735": "[sysctl]\nvm.swappiness = 7\nvm.panic_on_oom =\n",
        "/etc/saptune/extra/mine.conf": "[sysctl:os=15-*]\nvm.swappiness = 8\n[sysctl]\nkernel.panic = 9\n",
      }),
    ).toEqual([
      `kernel.shmmax = 5 (${notes}/941735:4)`,
      "vm.swappiness = 7 (/etc/saptune/override/941735:2)",
      "kernel.panic = 9 (/etc/saptune/extra/mine.conf:4)",
    ]);
  });
});

describe("rc.local", () => {
  it("sets what its commands set, as far as they can be read", () => {
    const text = [
      "#!/bin/sh",
      "# sysctl -w vm.swappiness=1",
      "sysctl -w vm.swappiness=2 'kernel.panic=3'; true",
      'sysctl -qw "net.ipv4.tcp_rmem=4096 5000 6000"',
      "/sbin/sysctl kernel.sysrq=$VALUE",
      "echo 4 >/proc/sys/vm/laptop_mode",
      "echo '5 6' > /proc/sys/net/ipv4/ip_local_port_range # why",
      "sysctl -n vm.swappiness; cat /proc/sys/vm/swappiness",
    ].join("\n");
    expect(writesIn({ "/etc/rc.local": text })).toEqual([
      "vm.swappiness = 2 (/etc/rc.local:3)",
      "kernel.panic = 3 (/etc/rc.local:3)",
      "net.ipv4.tcp_rmem = 4096 5000 6000 (/etc/rc.local:4)",
      "kernel.sysrq = ? (/etc/rc.local:5)",
      "vm.laptop_mode = 4 (/etc/rc.local:6)",
      "net.ipv4.ip_local_port_range = 5 6 (/etc/rc.local:7)",
    ]);
  });
});

describe("what a program may write besides", () => {
  const catalogue = shippedCatalogue();
  const unknown = (tree: Tree, key: string) => {
    const tunable = catalogue.get(key);
    return tunable && unknownWrites(surroundingsIn(tree), key as Key, tunable);
  };

  it("is known from the catalogue, for programs that are here and start", () => {
    const tree = { ...withSystemd("tlp.service"), "/etc/tlp.conf": "x" };
    expect(unknown(tree, "vm.laptop_mode")).toEqual([
      { program: "TLP", key: "vm.laptop_mode", when: "after", state: "enabled" },
    ]);
    expect(unknown({ ...withSystemd(), "/etc/tlp.conf": "x" }, "vm.laptop_mode")).toEqual([]);
    expect(unknown(tree, "vm.swappiness")).toEqual([]);
  });

  it("is not asked of a program whose files have told what it writes to the key", () => {
    const tree = { ...withSystemd("docker.service"), "/usr/bin/dockerd": "x" };
    expect(unknown(tree, "net.ipv4.ip_forward")).toEqual([]);
    expect(unknown(tree, "net.bridge.bridge-nf-call-iptables")).toHaveLength(1);
  });

  it("comes from a program that runs, though nothing starts it at boot", () => {
    const tree = { "/etc/tlp.conf": "x", "/sys/fs/cgroup/system.slice/tlp.service/cgroup.procs": "1" };
    expect(unknown({ ...withSystemd(), ...tree }, "vm.laptop_mode")).toMatchObject([{ state: "running" }]);
  });
});
