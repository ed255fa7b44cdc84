// Runs before every page's own script. A window of an application (--app) offers every key to the page first; what the page
// has refused the browser does not do. The page itself still sees each key.
(() => {
  if (window.posboxGuard) return;
  Object.defineProperty(window, 'posboxGuard', { value: true });
  const eat = (ev) => ev.preventDefault();
  // What an entry field does with Ctrl: all, copy, paste, cut, undo, again. Everything else is the browser's.
  const editing = new Set(['KeyA', 'KeyC', 'KeyV', 'KeyX', 'KeyZ', 'KeyY', 'ArrowLeft', 'ArrowRight', 'Backspace', 'Delete', 'Home', 'End']);
  const owned = /^(F\d+|Browser.*|Launch.*|Media.*|Print|PrintScreen|Find|Help|Open|New|Close|Save|Refresh|Go.*|Zoom.*|ContextMenu)$/;
  addEventListener('keydown', (ev) => {
    const chord = ev.ctrlKey || ev.altKey || ev.metaKey;
    const edits = ev.ctrlKey && !ev.altKey && !ev.metaKey && !(ev.shiftKey && ev.code === 'KeyC') && editing.has(ev.code);
    if ((chord && !edits) || owned.test(ev.key)) eat(ev);
  }, { capture: true });
  addEventListener('wheel', (ev) => { if (ev.ctrlKey) eat(ev); }, { capture: true, passive: false });
  for (const name of ['contextmenu', 'auxclick', 'dragstart', 'dragover', 'drop', 'gesturestart', 'beforeinstallprompt']) addEventListener(name, eat, { capture: true });
  window.print = () => {};
})();
