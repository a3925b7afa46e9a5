/** The folders and keys below /proc/sys; a key is a tree without branches. */
export type KeyTree = ReadonlyMap<string, KeyTree>;

type Growing = Map<string, Growing>;

/** The tree that these slash paths make. */
export function keyTree(paths: readonly string[]): KeyTree {
  const root: Growing = new Map();
  for (const path of paths) {
    let folder = root;
    for (const part of path.split("/")) folder = branch(folder, part);
  }
  return root;
}

/**
 * What a path is: a `key`, a `folder` of keys, `below` a key (which no kernel has), or `missing`, which a module or an
 * interface may bring.
 */
export function nature(tree: KeyTree, path: string): "key" | "folder" | "below" | "missing" {
  let node = tree;
  for (const part of path.split("/")) {
    const next = node.get(part);
    if (next === undefined) return node.size === 0 && node !== tree ? "below" : "missing";
    node = next;
  }
  return node.size === 0 ? "key" : "folder";
}

function branch(folder: Growing, part: string): Growing {
  const known = folder.get(part);
  if (known !== undefined) return known;
  const made: Growing = new Map();
  folder.set(part, made);
  return made;
}
