/** What a boot loader is called. */
export const loaderName = {
  systemd: "systemd-sysctl",
  procps: "`sysctl --system` (procps)",
  busybox: "the sysctl of BusyBox",
};
