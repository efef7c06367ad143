/**
 * Makes the children of `parent` from `start` on equal to those of `fresh`, keeping every node
 * that is already as wanted: what stays is neither laid out again nor lost from a selection.
 *
 * Only for nodes without listeners: a kept node stands for a fresh one that is dropped.
 */
export function merge(parent: Node, start: number, fresh: Node): void {
  let at = start;
  for (const wanted of [...fresh.childNodes]) {
    const old = parent.childNodes[at++];
    if (!old) parent.appendChild(wanted);
    else if (!old.isEqualNode(wanted)) adapt(old, wanted);
  }
  while (parent.childNodes.length > at) parent.lastChild?.remove();
}

function adapt(old: ChildNode, wanted: ChildNode): void {
  if (old instanceof Text && wanted instanceof Text) old.data = wanted.data;
  else if (sameShell(old, wanted)) merge(old, 0, wanted);
  else old.replaceWith(wanted);
}

function sameShell(old: Node, wanted: Node): boolean {
  return old instanceof Element && old.cloneNode(false).isEqualNode(wanted.cloneNode(false));
}
