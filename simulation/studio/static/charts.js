/* The charts of the studio, from the data in the page. Every chart has the same figures as a table. */
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const words = data.words;
  const COLOUR = { after: '#0b57a4', before: '#b35900', ok: '#0b6b4f', bad: '#b3261e', line: '#e3e9f1', need: '#bcd3ec' };
  const font = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: '#33465f' };
  const round = (value) => (value === null || value === undefined ? null : Math.round(value * 10) / 10);
  const all = [];

  function draw(id, option) {
    const place = document.getElementById(`chart-${id}`);
    if (!place) { return null; }
    const chart = echarts.init(place, null, { renderer: 'svg', locale: data.language === 'zh' ? 'ZH' : 'EN' });
    chart.setOption({
      animation: false, textStyle: font,
      grid: { left: 44, right: 16, top: 34, bottom: 26 },
      legend: { top: 0, right: 4, itemWidth: 18, itemHeight: 9, textStyle: font },
      tooltip: { trigger: 'axis', confine: true, textStyle: { fontSize: 12 } },
      ...option
    });
    all.push(chart);
    return chart;
  }

  const value = (name, more) => ({ type: 'value', name, nameTextStyle: { align: 'left', padding: [0, 0, 0, -30] }, splitLine: { lineStyle: { color: COLOUR.line } }, ...more });
  const times = (more) => ({ data: data.times, axisTick: { alignWithLabel: true }, ...more });

  function line(name, values, colour, more) {
    return { name, type: 'line', data: values.map(round), symbol: 'none', connectNulls: true, lineStyle: { width: 2.5, color: colour }, itemStyle: { color: colour }, ...more };
  }

  /* The band between two lines: the lower one unseen, the difference stacked on it. */
  function band(name, low, high, colour, opacity) {
    const rest = { type: 'line', stack: name, symbol: 'none', silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return [
      { ...rest, name: `${name} low`, data: low.map(round) },
      { ...rest, name, data: high.map((top, at) => (top === null ? null : round(top - low[at]))), areaStyle: { color: colour, opacity }, itemStyle: { color: colour, opacity: .35 } }
    ];
  }

  function mark(axis, at, name, position) {
    return { silent: true, symbol: 'none', data: [{ [axis]: at }], lineStyle: { color: COLOUR.bad, type: 'dashed', width: 1.5 }, label: { formatter: name, color: COLOUR.bad, position: position || 'insideEndTop' } };
  }

  if (data.kind === 'fit') {
    draw('came', {
      grid: { left: 36, right: 8, top: 14, bottom: 24 }, legend: { show: false },
      xAxis: times(), yAxis: value(''),
      series: [{ type: 'bar', data: data.came.map(round), itemStyle: { color: COLOUR.after }, barWidth: '72%' }]
    });
  } else if (data.kind === 'result') {
    const { before, after } = data.courses;
    draw('wait', {
      legend: { top: 0, right: 4, itemWidth: 18, itemHeight: 9, textStyle: font, data: [words.after, words.band, words.before] },
      xAxis: times({ boundaryGap: false }), yAxis: value(words.minutes),
      series: [
        ...band(words.band, after.wait.p10, after.wait.p90, COLOUR.after, .18),
        line(words.before, before.wait.p50, COLOUR.before, { lineStyle: { width: 2, type: 'dashed', color: COLOUR.before } }),
        line(`${words.before} 9/10`, before.wait.p90, COLOUR.before, { lineStyle: { width: 1, type: 'dotted', color: COLOUR.before } }),
        line(words.after, after.wait.p50, COLOUR.after, { markLine: mark('yAxis', data.target.minutes, `${words.target} ${data.target.minutes}`, 'insideStartTop') })
      ]
    });
    draw('need', {
      xAxis: times(), yAxis: value(words.counters),
      series: [
        { name: `${words.after}: ${words.need}`, type: 'bar', data: after.need.map(round), itemStyle: { color: COLOUR.need }, barWidth: '70%' },
        line(`${words.after}: ${words.open}`, after.open, COLOUR.ok, { step: 'middle' }),
        line(`${words.before}: ${words.open}`, before.open, COLOUR.before, { step: 'middle', lineStyle: { width: 1.5, type: 'dashed', color: COLOUR.before } })
      ]
    });
    const last = Math.min(180, 5 * Math.ceil(Math.max(...[before, after].map(({ within }) => within.findIndex((share) => share >= .995)).map((at) => (at < 0 ? 180 : at)), data.target.minutes + 5) / 5));
    const steps = (side) => side.within.slice(0, last + 1).map((share, at) => [at, round(100 * share)]);
    draw('spread', {
      xAxis: { type: 'value', min: 0, max: last, name: words.minutes, nameGap: 4, nameTextStyle: { align: 'right', verticalAlign: 'top', padding: [8, 0, 0, 0] }, splitLine: { show: false } },
      yAxis: value(words.people, { max: 100, axisLabel: { formatter: '{value} %' } }),
      series: [
        { ...line(words.before, [], COLOUR.before, { lineStyle: { width: 2, type: 'dashed', color: COLOUR.before } }), data: steps(before) },
        { ...line(words.after, [], COLOUR.after, { markLine: mark('xAxis', data.target.minutes, `${data.target.minutes} ${words.minutes}`) }), data: steps(after) }
      ]
    });
    const known = new Map();
    ['before', 'after'].forEach((side) => data.counters[side].forEach((counter) => known.set(counter.id, counter.number)));
    const ids = [...known.keys()].sort((one, other) => known.get(one) - known.get(other));
    const busy = (side) => ids.map((id) => { const found = data.counters[side].find((counter) => counter.id === id); return found && found.busy !== null ? round(100 * found.busy) : null; });
    draw('busy', {
      xAxis: { data: ids.map((id) => String(known.get(id))) },
      yAxis: value('', { max: 100, axisLabel: { formatter: '{value} %' } }),
      series: [
        { name: words.before, type: 'bar', data: busy('before'), itemStyle: { color: '#e3b07a' }, barGap: '5%' },
        { name: words.after, type: 'bar', data: busy('after'), itemStyle: { color: COLOUR.after } }
      ]
    });
    const weeks = (part) => data.learning.map((week) => week[part]);
    draw('learning', {
      legend: { top: 0, right: 4, itemWidth: 18, itemHeight: 9, textStyle: font, data: [words.after, words.repeated, words.before] },
      xAxis: { data: weeks('week').map(String), boundaryGap: false, name: words.weeks, nameGap: 4, nameTextStyle: { align: 'right', verticalAlign: 'top', padding: [22, 0, 0, 0] } },
      yAxis: value(words.minutes), grid: { left: 44, right: 16, top: 34, bottom: 38 },
      series: [
        ...band(words.repeated, weeks('low'), weeks('high'), COLOUR.after, .18),
        line(words.before, weeks('now'), COLOUR.before, { lineStyle: { width: 2, type: 'dashed', color: COLOUR.before } }),
        line(words.after, weeks('mean'), COLOUR.after, { symbol: 'circle', symbolSize: 6 })
      ]
    });
  }

  addEventListener('resize', () => all.forEach((chart) => chart.resize()));
  addEventListener('beforeprint', () => all.forEach((chart) => chart.resize({ width: 640 })));
  addEventListener('afterprint', () => all.forEach((chart) => chart.resize({ width: 'auto' })));
  window.studio = { data, draw, value, mark, font, round, COLOUR };
})();
