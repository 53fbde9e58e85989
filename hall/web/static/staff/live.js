/* Keeps the parts of a staff page equal to the hall: an event makes them ask for themselves anew.
   Also the small things every such page needs: clocks that run, dialogs, closing a message. */
(() => {
  'use strict';
  const live = document.getElementById('live');
  const OTHERS_MS = 4000;   /* what happens elsewhere may be seen a little later, not by all at once */

  /* ---- fetching the parts ---- */

  const parts = () => document.querySelectorAll('[data-live]');
  let later = null;

  function ask() {
    clearTimeout(later);
    later = null;
    parts().forEach((part) => htmx.trigger(part, 'stale', {}, false));
  }

  function askSoon() {
    if (!later) { later = setTimeout(ask, 500 + Math.random() * OTHERS_MS); }
  }

  document.addEventListener('changed', ask);

  /* ---- hearing of changes ---- */

  let mine = false;
  const { hall, screen, counter, sequence } = live.dataset;
  const link = document.getElementById('link');
  Resume({
    join: { hall, screen, counter: counter || null },
    sequence: Number(sequence),
    onEvent(event) { mine = mine || !counter || event.counter_id === counter; },
    onStale() {
      if (mine) { mine = false; ask(); } else { askSoon(); }
    },
    onLink(state) { link.hidden = state === 'live'; }
  });

  /* ---- clocks ---- */

  const two = (number) => String(number).padStart(2, '0');
  const lasting = (seconds) => `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;

  function tick() {
    const now = Date.now();
    document.querySelectorAll('[data-since]').forEach((timer) => {
      const seconds = Math.max(0, Math.floor((now - Date.parse(timer.dataset.since)) / 1000));
      const expected = Number(timer.dataset.expected);
      timer.textContent = lasting(seconds);
      timer.classList.toggle('late', expected > 0 && seconds > expected);
    });
    document.querySelectorAll('[data-until]').forEach((timer) => {
      const seconds = Math.ceil((Date.parse(timer.dataset.until) - now) / 1000);
      timer.textContent = `${Math.max(0, seconds)} s`;
      if (seconds <= 0) { timer.parentElement.classList.add('over'); }
    });
  }
  setInterval(tick, 500);

  /* ---- dialogs and messages ---- */

  const problem = document.getElementById('problem');

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) { return; }
    if (button.dataset.dialog) { open(button); }
    if ('closeDialog' in button.dataset) { button.closest('dialog').close(); }
    if (button.dataset.close) { document.getElementById(button.dataset.close).replaceChildren(); }
    if (button.dataset.put) {
      const field = document.getElementById(button.dataset.put);
      field.value = button.textContent;
      field.focus();
    }
  });

  function open(button) {
    const dialog = document.getElementById(button.dataset.dialog);
    const form = dialog.querySelector('form');
    if (form && form.method !== 'dialog') { form.reset(); }
    dialog.querySelectorAll('[data-fill]').forEach((field) => {
      const name = `fill${field.dataset.fill[0].toUpperCase()}${field.dataset.fill.slice(1)}`;
      if (button.dataset[name]) { field.value = button.dataset[name]; }
    });
    dialog.showModal();
    const empty = [...dialog.querySelectorAll('input, select')].find((field) => !field.value);
    (empty || dialog.querySelector('input, select, button')).focus();
  }

  document.addEventListener('htmx:before:request', (event) => {
    if (event.detail.ctx.request.method !== 'GET') { problem.replaceChildren(); }
  });
  document.addEventListener('htmx:after:request', (event) => {
    const dialog = event.target.closest && event.target.closest('dialog');
    if (dialog && event.detail.ctx.request.method !== 'GET') { dialog.close(); }
  });
  document.addEventListener('htmx:after:swap', tick);
  tick();
})();
