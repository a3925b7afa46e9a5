/** The folders and keys below /proc/sys; a key is a tree without branches. */
export type KeyTree = ReadonlyMap<string, KeyTree>;

type MutableTree = Map<string, MutableTree>;

/** The tree that these slash paths make. */
export function keyTree(paths: readonly string[]): KeyTree {
  const root: MutableTree = new Map();
  for (const path of paths) {
    let folder = root;
    for (const part of path.split("/")) folder = childOf(folder, part);
  }
  return root;
}

/**
 * What a path is: a `key`, a `folder` of keys, `below` a key (which no kernel has), or `missing`, which a
 * module or an interface may bring.
 */
export function kindOf(tree: KeyTree, path: string): "key" | "folder" | "below" | "missing" {
  let node = tree;
  for (const part of path.split("/")) {
    const next = node.get(part);
    if (next === undefined) return node.size === 0 && node !== tree ? "below" : "missing";
    node = next;
  }
  return node.size === 0 ? "key" : "folder";
}

function childOf(folder: MutableTree, part: string): MutableTree {
  const known = folder.get(part);
  if (known !== undefined) return known;
  const made: MutableTree = new Map();
  folder.set(part, made);
  return made;
}
