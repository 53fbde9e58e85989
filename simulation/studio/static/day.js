/* One simulated day, counter by counter; it can be played. */
(() => {
  'use strict';
  const { data, draw, font } = window.studio;
  const words = data.words;
  const DOING = { serving: '#4f8fd0', calling: '#9cc3ea', ready: '#e6edf5', paused: '#f0b45a' };
  const SPEED = 240;      /* seconds of the day in one second */
  const by = (id) => document.getElementById(id);
  const clock = (second) => `${String(Math.floor(second / 3600)).padStart(2, '0')}:${String(Math.floor(second / 60) % 60).padStart(2, '0')}`;
  const time = by('day-time');
  let day = null, chart = null, playing = null;

  function spans() {
    const last = Math.max(...day.counters.map((row) => row[2]), ...day.openings.map((opening) => opening[1]));
    return [day.openings[0][0], last];
  }

  function show(side) {
    day = data.days[side];
    const numbers = new Map(data.counters[side].map((counter) => [counter.id, counter.number]));
    const order = data.counters[side].map((counter) => counter.id);
    const [first, last] = spans();
    time.min = first;
    time.max = last;
    const rect = (kind) => (_, api) => {
      const begin = api.coord([api.value(1), api.value(0)]), end = api.coord([api.value(2), api.value(0)]);
      const height = api.size([0, 1])[1] * .74;
      return {
        type: 'rect', shape: { x: begin[0], y: begin[1] - height / 2, width: Math.max(.6, end[0] - begin[0]), height },
        style: { fill: DOING[kind], opacity: api.value(1) > Number(time.value) ? .28 : 1 }
      };
    };
    if (chart) { chart.dispose(); }
    chart = draw('day', {
      grid: { left: 40, right: 16, top: 30, bottom: 26 },
      tooltip: { trigger: 'item', confine: true, formatter: ({ seriesName, value }) => `${words.counters} ${numbers.get(order[value[0]])} · ${seriesName} ${clock(value[1])}–${clock(value[2])}` },
      xAxis: { type: 'value', min: first, max: last, interval: 3600, axisLabel: { formatter: clock }, splitLine: { lineStyle: { color: '#e3e9f1' } } },
      yAxis: { inverse: true, data: order.map((id) => String(numbers.get(id))), axisLabel: { ...font } },
      series: [
        ...Object.keys(DOING).map((kind) => ({
          name: words[kind], type: 'custom', itemStyle: { color: DOING[kind] }, encode: { x: [1, 2], y: 0 }, renderItem: rect(kind),
          data: day.counters.filter((row) => row[3] === kind).map((row) => [order.indexOf(row[0]), row[1], row[2]])
        })),
        { id: 'now', type: 'line', data: [], silent: true, markLine: { symbol: 'none', animation: false, data: [{ xAxis: first }], lineStyle: { color: '#b3261e', width: 2, type: 'solid' }, label: { show: false } } }
      ]
    });
    by('day-wall').href = by('day-wall').dataset[side];
    move(Math.round((first + last) / 2 / 60) * 60);
  }

  function move(second) {
    time.value = second;
    const now = Number(time.value);
    time.setAttribute('aria-valuetext', clock(now));
    by('day-clock').textContent = clock(now);
    const waiting = day.citizens.filter((row) => row[3] <= now && (row[4] === null ? row[6] === null || row[6] > now : row[4] > now)).length;
    const busy = day.counters.filter((row) => row[1] <= now && now < row[2] && (row[3] === 'serving' || row[3] === 'calling')).length;
    by('day-says').textContent = by('day-says').dataset.words.replace('{waiting}', waiting).replace('{busy}', busy);
    chart.setOption({ series: [...Object.keys(DOING).map(() => ({})), { id: 'now', markLine: { data: [{ xAxis: now }] } }] });
    by('day-wall').search = `?at=${now}`;
  }

  function stop() {
    clearInterval(playing);
    playing = null;
    by('day-play').querySelector('span').textContent = words.play;
  }

  by('day-play').addEventListener('click', () => {
    if (playing) { stop(); return; }
    by('day-play').querySelector('span').textContent = words.stop;
    playing = setInterval(() => {
      const next = Number(time.value) + SPEED / 4;
      if (next >= Number(time.max)) { move(Number(time.max)); stop(); } else { move(next); }
    }, 250);
  });
  time.addEventListener('input', () => { stop(); move(Number(time.value)); });
  by('day-side').addEventListener('change', (event) => { stop(); show(event.target.value); });
  show('after');
})();
