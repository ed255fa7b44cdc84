// A view is a function that returns a tree of plain objects; patch makes the page equal to it. Elements that stay the
// same element are kept, so that focus, caret and a finger on a button survive every repaint.

const SVG = 'http://www.w3.org/2000/svg';

// h describes an element. Props: on… are listeners, `focus` takes the focus whenever its value changes, `key` tells
// siblings apart, value/disabled/field are properties; everything else is an attribute (null and false: absent).
export function h(tag, props, ...kids) {
  return { tag, props: props || {}, kids: flat(kids, []), key: props?.key };
}

// memo describes an element that is built only when dep differs from the last time.
export function memo(key, dep, build) {
  return { key, dep, build };
}

function flat(list, out) {
  for (const kid of list) {
    if (Array.isArray(kid)) flat(kid, out);
    else if (kid !== null && kid !== undefined && kid !== false && kid !== '') out.push(kid);
  }
  return out;
}

let wanted = null; // the element that asked for the focus in this patch

// patch makes root's children equal to the tree.
export function patch(root, tree) {
  wanted = null;
  const active = document.activeElement;
  children(root, flat([tree], []));
  if (wanted && wanted.isConnected) {
    wanted.focus({ preventScroll: true });
    if (wanted.select && wanted.value) wanted.select();
  } else if (active !== document.activeElement && active.isConnected && root.contains(active)) {
    active.focus({ preventScroll: true }); // it was moved, and lost the focus by that
  }
}

function children(parent, kids) {
  const keyed = new Map();
  const free = [];
  for (const node of parent.childNodes) {
    if (node.nodeKey !== undefined) keyed.set(node.nodeKey, node);
    else free.push(node);
  }
  let at = parent.firstChild;
  let nextFree = 0;
  for (const kid of kids) {
    let old = null;
    if (kid.key !== undefined) {
      old = keyed.get(kid.key) || null;
      keyed.delete(kid.key);
    } else {
      while (nextFree < free.length && !old) {
        const candidate = free[nextFree];
        if (!fits(candidate, kid)) break;
        old = candidate;
        nextFree++;
      }
    }
    const node = one(old, kid);
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
    if (old && old !== node) {
      if (old === at) at = at.nextSibling;
      old.remove();
    }
  }
  for (const node of keyed.values()) node.remove();
  for (; nextFree < free.length; nextFree++) free[nextFree].remove();
}

function fits(node, kid) {
  if (typeof kid !== 'object') return node.nodeType === Node.TEXT_NODE;
  return kid.tag !== undefined && node.nodeType === Node.ELEMENT_NODE && node.localName === kid.tag;
}

function one(old, kid) {
  if (typeof kid !== 'object') {
    const text = String(kid);
    if (!old) return document.createTextNode(text);
    if (old.data !== text) old.data = text;
    return old;
  }
  let vnode = kid;
  if (kid.build) {
    if (old && old.dep === kid.dep) return old;
    vnode = kid.build();
  }
  let el = old;
  if (!el || el.localName !== vnode.tag) el = create(vnode.tag);
  if (kid.key !== undefined) el.nodeKey = kid.key;
  if (kid.build) el.dep = kid.dep;
  properties(el, vnode.props);
  children(el, vnode.kids);
  return el;
}

function create(tag) {
  return tag === 'svg' || tag === 'path' ? document.createElementNS(SVG, tag) : document.createElement(tag);
}

function properties(el, props) {
  const before = el.was || {};
  for (const name in before) if (!(name in props)) set(el, name, null);
  for (const name in props) {
    if (name === 'value') {
      if (el.value !== props.value) el.value = props.value;
    } else if (before[name] !== props[name]) set(el, name, props[name]);
  }
  el.was = props;
}

function set(el, name, value) {
  if (name === 'key' || name === 'value') return;
  if (name === 'focus') {
    if (value) wanted = el;
  } else if (name === 'field' || name === 'disabled' || name.startsWith('on')) el[name] = name === 'disabled' ? Boolean(value) : value;
  else if (value === null || value === undefined || value === false) el.removeAttribute(name);
  else el.setAttribute(name, value === true ? '' : value);
}
