/* The controls of a plan: the table of counters and groups, presets, breaks that can be dragged. */
(() => {
  'use strict';
  const editor = document.getElementById('editor');
  const matrix = document.getElementById('matrix').tBodies[0];
  const rows = () => [...matrix.rows];
  const takes = (row) => [...row.querySelectorAll('input[data-was]')];
  const open = (row) => row.querySelector('input[name=open]');

  /* ---- what the table says ---- */

  function tell() {
    let every = 0, there = 0;
    rows().forEach((row) => {
      const boxes = takes(row), all = boxes.every((box) => box.checked);
      row.querySelector('[data-all]').checked = all;
      row.classList.toggle('every', all);
      row.classList.toggle('shut', !open(row).checked);
      boxes.forEach((box) => box.parentElement.classList.toggle(
        'changed', open(row).checked && box.checked !== (box.dataset.was === '1')));
      if (open(row).checked) { there += 1; every += all ? 1 : 0; }
    });
    const sum = document.getElementById('plan-sum');
    sum.textContent = sum.dataset.words.replace('{open}', there).replace('{all}', every);
    editor.querySelectorAll('input[type=range]').forEach((range) => {
      const sign = 'signed' in range.dataset && Number(range.value) > 0 ? '+' : '';
      const said = `${sign}${range.value} ${range.dataset.unit}`;
      editor.querySelector(`output[for=${range.id}]`).textContent = said;
      range.setAttribute('aria-valuetext', said);
    });
  }

  editor.addEventListener('input', (event) => {
    if ('all' in event.target.dataset) {
      takes(event.target.closest('tr')).forEach((box) => { box.checked = event.target.checked; });
    }
    tell();
  });

  /* ---- presets ---- */

  const presets = {
    all() { rows().forEach((row) => takes(row).forEach((box) => { box.checked = true; })); },
    fewer() {
      const last = rows().filter((row) => open(row).checked).pop();
      if (!last) { return; }
      if ('added' in last.dataset) { last.remove(); } else { open(last).checked = false; }
    },
    more() {
      const shut = rows().find((row) => !open(row).checked);
      if (shut) { open(shut).checked = true; } else { add(); }
    },
    now() {
      rows().forEach((row) => {
        if ('added' in row.dataset) { row.remove(); return; }
        open(row).checked = true;
        takes(row).forEach((box) => { box.checked = box.dataset.was === '1'; });
      });
      editor.querySelectorAll('#pace, #growth').forEach((range) => { range.value = 0; });
      editor.querySelectorAll('#booked, #policy').forEach((field) => { field.value = field.dataset.was; });
    }
  };

  /* A counter like the last one; the server names it in the same way. */
  function add() {
    const like = rows().filter((row) => !('added' in row.dataset)).pop();
    const made = like.cloneNode(true);
    const number = Math.max(...rows().map((row) => Number(row.dataset.number))) + 1;
    const ids = new Set(rows().map((row) => row.dataset.counter));
    let id = String(number);
    while (ids.has(id)) { id += '-new'; }
    made.dataset.added = '';
    made.dataset.number = number;
    made.dataset.counter = id;
    made.querySelector('th b').textContent = number;
    const hidden = document.createElement('input');
    Object.assign(hidden, { type: 'hidden', name: 'added', value: like.dataset.counter });
    made.querySelector('th').append(hidden);
    made.querySelectorAll('input').forEach((box) => {
      const words = box.getAttribute('aria-label');
      if (words) { box.setAttribute('aria-label', words.replace(like.dataset.number, number)); }
    });
    Object.assign(open(made), { value: id, checked: true });
    takes(made).forEach((box) => { box.name = `takes-${id}`; box.dataset.was = '0'; });
    matrix.append(made);
    made.scrollIntoView({ block: 'nearest' });
  }

  editor.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) { return; }
    if (button.dataset.preset) { presets[button.dataset.preset](); tell(); }
    if (button.dataset.column) {
      const boxes = rows().filter((row) => open(row).checked)
        .map((row) => takes(row).find((box) => box.value === button.dataset.column));
      const all = boxes.every((box) => box.checked);
      boxes.forEach((box) => { box.checked = !all; });
      tell();
    }
    if ('remove' in button.dataset) { button.closest('.break').remove(); }
    if (button.id === 'add-break') { addBreak(); }
  });

  /* ---- breaks ---- */

  const breaks = document.getElementById('breaks');
  const since = Number(breaks.dataset.since), until = Number(breaks.dataset.until);
  const STEP = 5;
  const CLOCK = /^\d{1,2}:\d{2}$/;
  const minutes = (text) => { const [hour, minute] = text.split(':').map(Number); return hour * 60 + minute; };
  const clock = (at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
  const field = (row, name) => row.querySelector(`[name=break-${name}]`);
  const spoken = (row) => { const from = minutes(field(row, 'from').value); return [from, Math.max(from + STEP, minutes(field(row, 'until').value))]; };

  function draw(row) {
    const [from, to] = spoken(row), bar = row.querySelector('.break-bar');
    bar.style.left = `${100 * (from - since) / (until - since)}%`;
    bar.style.width = `${100 * (to - from) / (until - since)}%`;
  }

  function drag(row) {
    const bar = row.querySelector('.break-bar'), line = row.querySelector('.break-line');
    bar.addEventListener('pointerdown', (down) => {
      bar.setPointerCapture(down.pointerId);
      const [from, to] = spoken(row), perPixel = (until - since) / line.clientWidth;
      const move = (moved) => {
        const by = Math.round((moved.clientX - down.clientX) * perPixel / STEP) * STEP;
        const at = Math.min(Math.max(from + by, since), until - (to - from));
        field(row, 'from').value = clock(at);
        field(row, 'until').value = clock(at + to - from);
        draw(row);
      };
      bar.addEventListener('pointermove', move);
      bar.addEventListener('pointerup', () => bar.removeEventListener('pointermove', move), { once: true });
    });
    row.addEventListener('input', () => { if (CLOCK.test(field(row, 'from').value) && CLOCK.test(field(row, 'until').value)) { draw(row); } });
    draw(row);
  }

  function addBreak() {
    const row = document.getElementById('break-row').content.firstElementChild.cloneNode(true);
    field(row, 'counters').value = rows().map((line) => line.dataset.counter).join(', ');
    breaks.append(row);
    drag(row);
    field(row, 'counters').focus();
  }

  breaks.querySelectorAll('.break').forEach(drag);
  tell();
})();
