/* The screen for appointments: times that appear are chosen at once with the arrow keys. */
(() => {
  'use strict';
  document.addEventListener('htmx:after:swap', () => {
    ['slots', 'told'].forEach((part) => {
      const first = document.querySelector(`#${part} input[name=slot]:not([data-seen])`);
      if (!first) { return; }
      first.dataset.seen = 'yes';
      first.focus();
    });
  });
  document.querySelectorAll('form.booking').forEach((form) => {
    form.addEventListener('reset', () => {
      form.querySelectorAll('[data-empty]').forEach((part) => { part.replaceChildren(); });
    });
  });
})();
