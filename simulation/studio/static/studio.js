/* What every page of the studio needs: the chosen days, links to copy, dialogs, questions. */
(() => {
  'use strict';

  /* ---- choosing days ---- */

  const days = [...document.querySelectorAll('input[name=day]')];

  function count() {
    const chosen = days.filter((day) => day.checked);
    document.getElementById('days-chosen').textContent = chosen.length;
    document.getElementById('tickets-chosen').textContent =
      chosen.reduce((sum, day) => sum + Number(day.dataset.tickets), 0);
    document.getElementById('see-fit').disabled = chosen.length === 0;
  }

  if (days.length) {
    document.addEventListener('change', (event) => { if (event.target.name === 'day') { count(); } });
    document.addEventListener('click', (event) => {
      const chip = event.target.closest('[data-days]');
      if (!chip) { return; }
      days.forEach((day, at) => { day.checked = at < Number(chip.dataset.days); });
      count();
    });
    count();
  }

  /* ---- links, dialogs, questions ---- */

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) { return; }
    if (button.dataset.dialog) { document.getElementById(button.dataset.dialog).showModal(); }
    if ('closeDialog' in button.dataset) { button.closest('dialog').close(); }
    if (button.dataset.copy) { copy(button); }
    if ('print' in button.dataset) { print(); }
  });

  function copy(button) {
    const told = button.querySelector('span');
    const field = document.createElement('textarea');   /* works without a secure connection too */
    field.value = button.dataset.copy;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
    told.textContent = button.dataset.copied;
    button.focus();
  }

  document.addEventListener('submit', (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) { event.preventDefault(); return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }   /* a double click sends once */
    event.target.dataset.sent = '1';
  });
  addEventListener('pageshow', () => {
    document.querySelectorAll('form[data-sent]').forEach((form) => { delete form.dataset.sent; });
  });
})();
