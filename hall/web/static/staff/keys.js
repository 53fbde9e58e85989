/* The console by keys alone. A button says by data-key what it does; a key presses the button that
   does it now. Keys go by their place on the keyboard, so that no input method changes them. */
(() => {
  'use strict';
  /* What each key does: on the numeric pad, the same sign on the main keyboard, and a letter. */
  const PAD = {
    next: ['NumpadEnter', 'Enter'], start: ['NumpadAdd', 'Equal'], recall: ['NumpadMultiply'],
    'no-show': ['NumpadSubtract', 'Minus'], hold: ['NumpadDivide', 'Slash'],
    transfer: ['NumpadDecimal', 'Period'], undo: ['Numpad0', 'Digit0'], finish: ['Numpad8', 'Digit8'],
    call: ['Numpad9', 'Digit9'], pause: ['Numpad7', 'Digit7']
  };
  const LETTERS = {
    next: ['KeyN'], start: ['KeyS'], recall: ['KeyR'], 'no-show': ['KeyX'], hold: ['KeyH'],
    transfer: ['KeyT'], return: ['KeyB'], undo: ['KeyU'], finish: ['KeyF'], call: ['KeyC'],
    pause: ['KeyP'], serve: ['KeyW'], leaves: ['KeyL'], matters: ['KeyM']
  };
  const SIGNS = { Add: '+', Subtract: '−', Multiply: '×', Divide: '÷', Decimal: '.', Equal: '=', Minus: '-', Slash: '/', Period: '.' };
  /* A second press of the same key so soon was meant for the citizen who is gone by now. */
  const TWICE_MS = 700;

  /* ---- which key does what ---- */

  function both(first, second) {
    const joined = { ...second };
    Object.keys(first).forEach((name) => { joined[name] = first[name].concat(second[name] || []); });
    return joined;
  }
  const SETS = { pad: both(PAD, LETTERS), letters: both(LETTERS, PAD), off: {} };

  function kept() {
    try { return JSON.parse(localStorage.getItem('hall-keys')) || {}; } catch { return {}; }
  }
  let { set = 'pad', own = {} } = kept();
  const keys = () => (set === 'own' ? own : SETS[set]) || {};

  function keep() { localStorage.setItem('hall-keys', JSON.stringify({ set, own })); show(); }

  function sign(codes) {
    if (!codes || !codes.length) { return ''; }
    const name = codes[0].replace(/^(Numpad|Key|Digit)/, '');
    return SIGNS[name] || name;
  }

  function show() {
    document.querySelectorAll('[data-key-of]').forEach((hint) => {
      hint.textContent = sign(keys()[hint.dataset.keyOf]);
      hint.hidden = !hint.textContent;
    });
    document.querySelectorAll('[data-assign]').forEach((button) => {
      button.textContent = sign(keys()[button.dataset.assign]) || '–';
    });
    choice.value = set;
  }

  /* ---- pressing ---- */

  const TYPED_IN = 'input:not([type=hidden]), textarea, [contenteditable]';
  const PRESSED = 'a, button, summary';
  let last = { code: '', at: 0 };

  function isFor(event) {
    const place = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return false; }
    if (document.querySelector('dialog[open]') || place.matches(TYPED_IN)) { return false; }
    if (place.matches('select')) { return event.code.startsWith('Numpad'); }
    return !(place.matches(PRESSED) && event.code === 'Enter');
  }

  function press(code) {
    const name = Object.keys(keys()).find((action) => keys()[action].includes(code));
    if (!name) { return false; }
    const button = document.querySelector(`#main [data-key="${name}"]:not(:disabled)`);
    if (button) { button.click(); }
    return true;
  }

  function toMatter(code) {
    const nth = set === 'off' ? null : /^(?:Numpad|Digit)([1-6])$/.exec(code);
    const field = nth && document.querySelector(`[data-nth="${nth[1]}"]`);
    if (field) { field.focus(); }
    return Boolean(field);
  }

  function onKey(event) {
    if (assigning) { assign(event); return; }
    if (!isFor(event)) { return; }
    const again = event.code === last.code && event.timeStamp - last.at < TWICE_MS;
    if (again || press(event.code) || toMatter(event.code)) {
      event.preventDefault();
      if (!again) { last = { code: event.code, at: event.timeStamp }; }
    }
  }

  /* After a click of the mouse Enter means "next" again, not that same button once more. */
  document.addEventListener('click', (event) => {
    const button = event.target.closest('#now button');
    if (button && event.detail > 0) { button.blur(); }
  });

  /* ---- choosing keys ---- */

  const choice = document.getElementById('keys-set');
  let assigning = null;

  choice.addEventListener('change', () => {
    if (choice.value === 'own' && !Object.keys(own).length) { own = { ...keys() }; }
    set = choice.value;
    keep();
  });

  document.getElementById('keys-form').addEventListener('click', (event) => {
    const button = event.target.closest('[data-assign]');
    if (!button) { return; }
    assigning = button.dataset.assign;
    button.textContent = button.dataset.wait;
  });

  function assign(event) {
    event.preventDefault();
    if (event.code !== 'Escape') {
      const others = Object.entries(keys()).map(([name, codes]) => [name, codes.filter((code) => code !== event.code)]);
      own = { ...Object.fromEntries(others), [assigning]: [event.code] };
      set = 'own';
    }
    assigning = null;
    keep();
  }

  document.addEventListener('htmx:after:swap', show);
  /* Before htmx knows the buttons they do nothing. */
  document.addEventListener('DOMContentLoaded', () => {
    document.addEventListener('keydown', onKey);
    show();
  });
})();
