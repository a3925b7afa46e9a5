/** The programs that set keys at boot, in the order in which they do, each with its source. */
import { cloudInitWrites } from "./cloud-init.js";
import { commandLineWrites } from "./command-line.js";
import { credentialWrites } from "./credential.js";
import { dockerWrites } from "./docker.js";
import { initramfsWrites } from "./initramfs.js";
import { kubeletWrites } from "./kubelet.js";
import { libvirtWrites } from "./libvirt.js";
import { networkManagerWrites } from "./network-connections.js";
import { networkdWrites } from "./networkd.js";
import { pid1Writes } from "./pid1.js";
import type { Program } from "./program.js";
import { rcLocalWrites } from "./rc-local.js";
import { saptuneWrites } from "./saptune.js";
import { kubelet, silentPrograms } from "./silent-programs.js";
import { picksProfile, tunedWrites } from "./tuned.js";
import { ufwWrites } from "./ufw.js";

export const programs: readonly Program[] = [
  {
    name: "the kernel command line",
    when: "before",
    reads: ["/proc/cmdline", "/etc/default/grub", "/etc/default/grub.d/*.cfg", "/etc/kernel/cmdline"],
    source: [
      "https://docs.kernel.org/admin-guide/kernel-parameters.html (sysctl.*=)",
      "fs/proc/proc_sysctl.c (5.8, 6.18): do_sysctl_args()",
    ],
    read: commandLineWrites,
  },
  {
    name: "the initramfs",
    when: "before",
    reads: ["/etc/initramfs-tools/scripts/*/*"],
    source: ["initramfs-tools(7)"],
    read: initramfsWrites,
  },
  {
    name: "systemd",
    when: "before",
    reads: ["/etc/os-release", "/etc/hostname"],
    source: [
      "systemd, src/core/main.c: bump_file_max_and_nr_open(), bump_unix_max_dgram_qlen(), disable_coredumps()",
      "systemd 252, src/core: reboot(RB_DISABLE_CAD), disable_printk_ratelimit(), hostname_setup()",
      "Debian systemd 252: built without fs.nr_open and without the core_pattern of upstream; 257 has both",
    ],
    read: pid1Writes,
  },
  {
    name: "the credential sysctl.extra",
    when: "after",
    reads: ["/run/credentials/systemd-sysctl.service/sysctl.extra", "/etc/credstore/sysctl.extra"],
    source: ["systemd-sysctl.service(8): CREDENTIALS", "systemd.system-credentials(7)"],
    read: credentialWrites,
  },
  {
    name: "ufw",
    when: "after",
    installed: ["/etc/ufw/ufw.conf"],
    units: ["ufw.service"],
    reads: ["/etc/default/ufw", "/etc/ufw/ufw.conf", "/etc/ufw/sysctl.conf"],
    source: ["ufw 0.36.2, src/ufw-init-functions: `sysctl -e -q -p $IPT_SYSCTL`", "ufw-framework(8)"],
    read: ufwWrites,
  },
  {
    name: "cloud-init",
    when: "after",
    installed: ["/etc/cloud/cloud.cfg"],
    units: [
      "cloud-init.service",
      "cloud-init-network.service",
      "cloud-init-local.service",
      "cloud-init.target",
    ],
    reads: ["/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/*.cfg", "/var/lib/cloud/instance/user-data.txt"],
    source: ["https://docs.cloud-init.io/en/latest/reference/modules.html#bootcmd"],
    read: cloudInitWrites,
  },
  {
    name: "systemd-networkd",
    when: "after",
    keys: "its-own",
    installed: ["/usr/lib/systemd/systemd-networkd", "/lib/systemd/systemd-networkd"],
    units: ["systemd-networkd.service", "systemd-networkd.socket"],
    reads: ["/etc/systemd/networkd.conf", "/etc/systemd/network/*.network"],
    source: [
      "systemd.network(5), networkd.conf(5)",
      "systemd 252, 257, src/network/networkd-sysctl.c",
      "systemd NEWS, 256: IPForward= became a setting of each link",
    ],
    read: networkdWrites,
  },
  {
    name: "NetworkManager",
    when: "after",
    keys: "its-own",
    installed: ["/usr/sbin/NetworkManager"],
    units: ["NetworkManager.service"],
    reads: ["/etc/NetworkManager/system-connections/*"],
    source: ["nm-settings-nmcli(5): ipv4.method, ipv4.forwarding, ipv6.method"],
    read: networkManagerWrites,
    writers: ["NetworkManager"],
  },
  {
    name: "TuneD",
    when: "after",
    installed: ["/usr/sbin/tuned"],
    units: ["tuned.service"],
    reads: ["/etc/tuned/active_profile", "/etc/tuned/tuned-main.conf", "/usr/lib/tuned/*/tuned.conf"],
    source: [
      "TuneD 2.20, 2.28, tuned/plugins/plugin_sysctl.py, plugin_vm.py",
      "TuneD 2.28, tuned/profiles/loader.py, merger.py",
    ],
    read: tunedWrites,
    writers: ["TuneD"],
    isUnknown: picksProfile,
  },
  {
    name: "saptune",
    when: "after",
    installed: ["/etc/sysconfig/saptune"],
    units: ["saptune.service"],
    reads: ["/etc/sysconfig/saptune", "/var/lib/saptune/working/notes/*", "/etc/saptune/{extra,override}/*"],
    source: ["saptune-note(5)", "saptune 3.2, actions/actions.go, sap/note/ini.go"],
    read: saptuneWrites,
  },
  {
    name: "dockerd",
    when: "after",
    keys: "its-own",
    installed: ["/usr/bin/dockerd", "/usr/sbin/dockerd"],
    units: ["docker.service", "docker.socket"],
    reads: ["/etc/docker/daemon.json"],
    source: ["moby, libnetwork/drivers/bridge/setup_ip_forwarding.go", "dockerd(8): --ip-forward"],
    read: dockerWrites,
    writers: ["dockerd"],
  },
  {
    name: "libvirt",
    when: "after",
    keys: "its-own",
    installed: ["/etc/libvirt/qemu/networks"],
    units: ["libvirtd.service", "libvirtd.socket", "virtnetworkd.service", "virtnetworkd.socket"],
    reads: ["/etc/libvirt/qemu/networks/autostart/*.xml"],
    source: ["libvirt, src/network/bridge_driver.c: networkEnableIPForwarding()"],
    read: libvirtWrites,
    writers: ["libvirt"],
  },
  {
    name: "kubelet",
    when: "after",
    keys: "its-own",
    installed: ["/usr/bin/kubelet", "/usr/local/bin/kubelet", "/var/lib/kubelet/config.yaml"],
    units: kubelet,
    reads: ["/var/lib/kubelet/config.yaml", "/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet"],
    source: [
      "kubernetes, pkg/kubelet/cm/container_manager_linux.go: setupKernelTunables()",
      "kubernetes, component-helpers/node/util/sysctl/sysctl.go",
    ],
    read: kubeletWrites,
  },
  {
    name: "rc.local",
    when: "after",
    installed: ["/etc/rc.local", "/etc/rc.d/rc.local"],
    reads: ["/etc/rc.local", "/etc/rc.d/rc.local"],
    source: ["systemd-rc-local-generator(8)"],
    read: rcLocalWrites,
  },
  ...silentPrograms,
];
