/* The guide's page: finding a matter by typing, and a fresh form after every number. */
(() => {
  'use strict';
  document.querySelectorAll('[data-filter]').forEach((field) => {
    const list = document.getElementById(field.dataset.filter);
    field.addEventListener('input', () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.querySelectorAll('.choice').forEach((choice) => {
        const text = choice.dataset.text.toLowerCase();
        const isChosen = choice.querySelector('input').checked;
        choice.hidden = !isChosen && !words.every((word) => text.includes(word));
      });
      list.querySelectorAll('fieldset').forEach((group) => {
        group.hidden = !group.querySelector('.choice:not([hidden])');
      });
    });
    /* Enter chooses the only matter that is left, instead of issuing a number half chosen. */
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') { return; }
      event.preventDefault();
      const left = list.querySelectorAll('.choice:not([hidden]) input');
      if (left.length === 1) { left[0].checked = true; field.form.querySelector(field.dataset.then || '.go').focus(); }
    });
  });

  document.addEventListener('htmx:after:request', (event) => {
    const form = event.target.matches && event.target.matches('form.issue') && event.target;
    if (!form || event.detail.ctx.response.status >= 400) { return; }
    form.reset();
    form.querySelectorAll('[data-fresh-key]').forEach((field) => { field.value = `${Date.now()}-${Math.random()}`; });
    form.querySelectorAll('[data-filter]').forEach((field) => {
      field.dispatchEvent(new Event('input'));
      field.focus();
    });
  });
})();
