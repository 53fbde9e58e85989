/* The console by keys alone. A button says by data-key what it does; a key presses the button that
   does it now. Keys go by their place on the keyboard, so that no input method changes them. */
(() => {
  'use strict';
  const SETS = {
    pad: {
      next: 'NumpadEnter', start: 'NumpadAdd', recall: 'NumpadMultiply', 'no-show': 'NumpadSubtract',
      hold: 'NumpadDivide', transfer: 'NumpadDecimal', undo: 'Numpad0', finish: 'Numpad8',
      call: 'Numpad9', pause: 'Numpad7'
    },
    letters: {
      next: 'KeyN', start: 'KeyS', recall: 'KeyR', 'no-show': 'KeyX', hold: 'KeyH', transfer: 'KeyT',
      return: 'KeyB', undo: 'KeyU', finish: 'KeyF', call: 'KeyC', pause: 'KeyP', serve: 'KeyW',
      leaves: 'KeyL'
    },
    off: {}
  };
  const SIGNS = {
    Enter: '↵', Add: '+', Subtract: '−', Multiply: '×', Divide: '÷', Decimal: '.'
  };
  /* A second press of the same key so soon was meant for the citizen who is gone by now. */
  const TWICE_MS = 700;

  /* ---- which key does what ---- */

  function kept() {
    try { return JSON.parse(localStorage.getItem('hall-keys')) || {}; } catch { return {}; }
  }
  let { set = 'pad', own = {} } = kept();
  const keys = () => (set === 'own' ? own : SETS[set]) || {};

  function keep() { localStorage.setItem('hall-keys', JSON.stringify({ set, own })); show(); }

  function sign(code) {
    if (!code) { return ''; }
    const pad = code.startsWith('Numpad');
    const rest = code.replace(/^(Numpad|Key|Digit)/, '');
    return (pad ? '⌨' : '') + (SIGNS[rest] || rest);
  }

  function show() {
    document.querySelectorAll('[data-key-of]').forEach((hint) => {
      const code = keys()[hint.dataset.keyOf];
      hint.textContent = sign(code);
      hint.hidden = !code;
    });
    document.querySelectorAll('[data-assign]').forEach((button) => {
      button.textContent = sign(keys()[button.dataset.assign]) || '–';
    });
    choice.value = set;
  }

  /* ---- pressing ---- */

  const typing = (element) => element.matches('input:not([type=hidden]), textarea, [contenteditable]');
  let last = { code: '', at: 0 };

  function press(code) {
    const name = Object.keys(keys()).find((action) => keys()[action] === code);
    if (!name) { return false; }
    const button = document.querySelector(`#main [data-key="${name}"]:not(:disabled)`);
    if (button) { button.click(); }
    return true;
  }

  function toMatter(code) {
    const nth = set === 'off' ? null : /^Numpad([1-6])$/.exec(code);
    const field = nth && document.querySelector(`[data-nth="${nth[1]}"]`);
    if (field) { field.focus(); }
    return Boolean(field);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
    if (assigning) { assign(event); return; }
    if (document.querySelector('dialog[open]') || typing(event.target)) { return; }
    if (event.target.matches('select') && !event.code.startsWith('Numpad')) { return; }
    const again = event.code === last.code && event.timeStamp - last.at < TWICE_MS;
    if (again || press(event.code) || toMatter(event.code)) {
      event.preventDefault();
      if (!again) { last = { code: event.code, at: event.timeStamp }; }
    }
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
      own = { ...keys() };
      Object.keys(own).forEach((name) => { if (own[name] === event.code) { delete own[name]; } });
      own[assigning] = event.code;
      set = 'own';
    }
    assigning = null;
    keep();
  }

  document.addEventListener('htmx:after:swap', show);
  show();
})();
