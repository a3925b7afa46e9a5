/** Two sets of settings that share a key, and one of which needs a module at boot. */
import { profileText } from "../support/profile-text.js";

const front = {
  "net.core.somaxconn": "16384",
  "net.ipv4.tcp_fin_timeout": "30",
  "net.ipv4.tcp_retries2": "9",
  "net.netfilter.nf_conntrack_tcp_timeout_established": "86400",
  "vm.swappiness": "10",
};

const store = {
  "fs.inotify.max_user_watches": "524288",
  "net.core.somaxconn": "8192",
  "net.ipv4.tcp_keepalive_time": "600",
  "vm.dirty_background_ratio": "5",
};

export const profiles: Readonly<Record<string, string>> = {
  "front.yaml": profileText("front", front),
  "store.yaml": profileText("store", store),
};
