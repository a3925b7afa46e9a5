/** kubelet makes six keys what it needs, unless it is told to check them only. */
import type { FoundWrite, Reader } from "./about.js";
import { writtenKey } from "./shell.js";
import { linesLike } from "./sources.js";

/** setupKernelTunables() of pkg/kubelet/cm/container_manager_linux.go */
const wanted: Readonly<Record<string, string>> = {
  "vm.overcommit_memory": "1",
  "vm.panic_on_oom": "0",
  "kernel.panic": "10",
  "kernel.panic_on_oops": "1",
  "kernel.keys.root_maxkeys": "1000000",
  "kernel.keys.root_maxbytes": "25000000",
};

/** kubeadm's places, and those of packages. */
const configuration = ["/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet/kubelet-config.json"];
const flags = ["/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet"];

const field = /^[ \t]*"?protectKernelDefaults"?[ \t]*:[ \t]*true\b/m;
const flag = /--protect-kernel-defaults(?![^\s"'=])(?!=false)/;

export const kubeletWrites: Reader = (files) => {
  const checksOnly = [
    ...configuration.map((file) => field.test(files.text(file, linesLike(/protectKernelDefaults/)) ?? "")),
    ...flags.map((file) => flag.test(files.text(file, linesLike(/--protect-kernel-defaults/)) ?? "")),
  ].some(Boolean);
  return checksOnly
    ? []
    : Object.entries(wanted).map(([key, value]) => ({ key: writtenKey(key), value }) as FoundWrite);
};
