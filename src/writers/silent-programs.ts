/** Programs that set keys at boot, and whose files do not say to what, each with its source. */
import type { Program } from "./program.js";

/** A pod: it runs where kubelet does. */
export const kubelet = ["kubelet.service", "k3s.service", "k3s-agent.service", "rke2-server.service"];

const inCatalogue = "the catalogue's tunables that name it";

export const silentPrograms: readonly Program[] = [
  {
    name: "kube-proxy",
    when: "after",
    installed: ["/usr/bin/kubelet", "/usr/local/bin/kubelet", "/var/lib/kubelet/config.yaml"],
    units: kubelet,
    source: ["https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/", inCatalogue],
    writers: ["kube-proxy"],
  },
  {
    name: "k3s",
    when: "after",
    installed: ["/usr/local/bin/k3s", "/usr/bin/k3s"],
    units: ["k3s.service", "k3s-agent.service"],
    source: ["k3s, pkg/agent/syssetup/setup.go", inCatalogue],
    writers: ["k3s"],
  },
  {
    name: "cilium",
    when: "after",
    installed: ["/etc/cni/net.d/05-cilium.conflist", "/opt/cni/bin/cilium-cni"],
    units: kubelet,
    source: ["cilium, pkg/datapath/linux/sysctl/sysctl.go", inCatalogue],
    writers: ["cilium"],
  },
  {
    name: "calico",
    when: "after",
    installed: ["/etc/cni/net.d/10-calico.conflist", "/opt/cni/bin/calico", "/etc/calico/felix.cfg"],
    units: [...kubelet, "calico-felix.service"],
    source: ["calico, felix/dataplane/linux/endpoint_mgr.go", inCatalogue],
    writers: ["calico"],
  },
  {
    name: "LXD",
    when: "after",
    installed: ["/var/snap/lxd/common/lxd", "/usr/bin/lxd"],
    units: ["lxd.service", "lxd.socket", "snap.lxd.daemon.service", "snap.lxd.daemon.unix.socket"],
    source: [inCatalogue],
    writers: ["LXD"],
  },
  {
    name: "TLP",
    when: "after",
    installed: ["/etc/tlp.conf"],
    units: ["tlp.service"],
    source: [inCatalogue],
    writers: ["TLP"],
  },
  {
    name: "laptop-mode-tools",
    when: "after",
    installed: ["/etc/laptop-mode/laptop-mode.conf"],
    units: ["laptop-mode.service"],
    source: [inCatalogue],
    writers: ["laptop-mode-tools"],
  },
  {
    name: "apport",
    when: "after",
    installed: ["/usr/share/apport/apport"],
    units: ["apport.service"],
    source: [inCatalogue],
    writers: ["apport"],
  },
  {
    name: "abrt",
    when: "after",
    installed: ["/usr/sbin/abrt-install-ccpp-hook", "/usr/libexec/abrt-install-ccpp-hook"],
    units: ["abrt-ccpp.service"],
    source: [inCatalogue],
    writers: ["abrt"],
  },
  {
    name: "wg-quick",
    when: "after",
    installed: ["/usr/bin/wg-quick"],
    units: ["wg-quick@"],
    source: ["wireguard-tools, src/wg-quick/linux.bash", inCatalogue],
    writers: ["wg-quick"],
  },
];
