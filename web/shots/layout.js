// What is wrong with the layout of the page, as a list of sentences. Evaluated by the test of package shots.
(() => {
  const wrong = [];
  const name = (e) => {
    const held = e.closest('[data-test]');
    return e.tagName.toLowerCase() + (e.className && typeof e.className === 'string' ? '.' + e.className.trim().split(/\s+/).join('.') : '') +
      (held ? ' in ' + held.dataset.test : '') + ' "' + (e.textContent || e.value || '').trim().replace(/\s+/g, ' ').slice(0, 40) + '"';
  };
  const style = (e) => getComputedStyle(e);
  const visible = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const scrolls = (e, axis) => {
    for (let p = e.parentElement; p; p = p.parentElement) if (['auto', 'scroll'].includes(style(p)['overflow' + axis])) return true;
    return false;
  };
  // clipped says which of the elements around e hides a part of it that nobody can scroll to.
  const clipped = (e, r) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
      const { overflowY } = style(p);
      if (overflowY === 'auto' || overflowY === 'scroll') return null;
      if ((overflowY === 'hidden' || overflowY === 'clip') && r.bottom > p.getBoundingClientRect().bottom + 2) return p;
    }
    return null;
  };
  const root = document.documentElement;
  const least = (parseFloat(style(root).getPropertyValue('--least')) || 48) - 0.5; // a till is touched standing up; a desk has a mouse
  if (root.scrollWidth > innerWidth) wrong.push('the page is ' + root.scrollWidth + ' wide, the screen ' + innerWidth);
  if (root.scrollHeight > innerHeight) wrong.push('the page is ' + root.scrollHeight + ' high, the screen ' + innerHeight);

  for (const e of document.body.querySelectorAll('*')) {
    if (!visible(e)) continue;
    const r = e.getBoundingClientRect();
    if (!r.width || !r.height) continue;
    const s = style(e);
    const hidden = s.clipPath !== 'none' || (s.position === 'absolute' && r.width <= 1); // for those who listen
    if (hidden) continue;
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (words && e.scrollWidth > e.clientWidth + 1 && s.display !== 'inline') {
      // Only what is really long may end in dots.
      const dots = s.textOverflow === 'ellipsis' && e.textContent.trim().length > 30;
      if (!dots && s.overflowX !== 'auto' && s.overflowX !== 'scroll') wrong.push('text is cut off or runs over: ' + name(e));
    }
    if (words && e.scrollHeight > e.clientHeight + 2 && s.overflowY === 'hidden' && s.display !== 'inline' && !(s.webkitLineClamp > 0)) wrong.push('text is cut off below: ' + name(e));
    if (words && clipped(e, r)) wrong.push('it is cut off below by ' + name(clipped(e, r)) + ': ' + name(e));
    if ((r.right > innerWidth + 1 || r.left < -1) && !scrolls(e, 'X')) wrong.push('it leaves the screen sideways: ' + name(e));
    if ((r.bottom > innerHeight + 1 || r.top < -1) && words && !scrolls(e, 'Y')) wrong.push('it leaves the screen above or below: ' + name(e));
    if (e.matches('button, a[href], select, input:not([type=hidden]), textarea, summary, [role=button], [role=tab], [role=switch]')) {
      const area = (e.matches('input') && e.closest('.field-box, label') || e).getBoundingClientRect();
      const within = e.matches('a') && e.closest('p, li, td, [role=gridcell]'); // a link in a text
      if (!within && (area.height < least || area.width < least)) wrong.push('too small for a finger, ' + Math.round(area.width) + '×' + Math.round(area.height) + ': ' + name(e));
    }
  }
  return [...new Set(wrong)];
})()
