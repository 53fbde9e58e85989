/* The charts of a curve over one setting of bookings; the same figures stand in the table beneath. */
(() => {
  'use strict';
  const { data, draw, value, font, round, COLOUR } = window.studio;
  const { words, labels, now, waits } = data;
  const WHO = { walk_in: COLOUR.before, appointment: COLOUR.after };
  const GREY = '#5b6c84';

  /* Where the values stand: to scale; what has no number stands behind the last one. */
  const places = data.numbers.map((number, at) => (typeof number === 'number' ? number : (data.numbers[at - 1] ?? 0) * 1.2 + 1));
  const labelAt = (place) => { const at = places.indexOf(place); return at === now ? `{now|${labels[at]}}\n{now|${words.now}}` : labels[at] ?? ''; };
  const tip = (at) => `<b>${labels[at]}</b>`;
  const reach = ([mean, low, high]) => (low === null ? `${round(mean)}` : `${round(mean)} (${round(low)} – ${round(high)})`);
  const row = (who, at) => (waits[who][at][0] === null ? '' : `<br>${words[who]}: ${reach(waits[who][at])} ${words.minutes}`);
  const told = (at) => `${row('walk_in', at)}${row('appointment', at)}<br>${words.idle}: ${round(data.idle[at][0])} %`;
  const tooltip = { trigger: 'item', confine: true, textStyle: { fontSize: 12 }, formatter: ({ data: { at } }) => tip(at) + told(at) };
  const reached = Math.max(...Object.values(waits).flat().map(([mean, , high]) => high ?? mean ?? 0), data.target.minutes.walk_in);

  /* The end of an axis that holds so much: a round number. */
  function roundUp(most) {
    const power = 10 ** Math.floor(Math.log10(most / 4));
    const step = [1, 2, 5, 10].map((part) => part * power).find((part) => part * 6 >= most);
    return Math.ceil(most * 1.02 / step) * step;
  }

  /* Between which ends a value lies: a bar with caps. */
  function whiskers(who) {
    return {
      type: 'custom', silent: true, z: 1, data: waits[who].map(([, low, high], at) => [places[at], low, high]),
      renderItem(params, api) {
        if (Number.isNaN(api.value(1)) || api.value(1) === null) { return null; }
        const [[x, low], [, high]] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])];
        const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: WHO[who], lineWidth: 1.5, opacity: .55 } });
        return { type: 'group', children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high)] };
      }
    };
  }

  const idles = data.idle.map(([mean]) => mean ?? 0);
  /* Points above each other are named at their side. */
  const isUpright = Math.max(...idles) - Math.min(...idles) < 1;
  const middle = (Math.min(...idles) + Math.max(...idles)) / 2;
  const half = Math.max(data.idle_span, 1.2 * (Math.max(...idles) - Math.min(...idles))) / 2;
  const step = half <= 7 ? 2 : half <= 20 ? 5 : 10;

  const promised = (who, axis) => ({ [axis]: data.target.minutes[who], lineStyle: { color: WHO[who], type: 'dashed', width: 1.5 }, label: { formatter: `${words[`target_${who}`]}: ${Math.round(100 * data.target.share)} % ≤ ${data.target.minutes[who]}`, color: WHO[who], position: who === 'walk_in' ? 'insideEndTop' : 'insideMiddleTop', backgroundColor: 'rgba(255,255,255,.85)', padding: [1, 4] } });
  const dot = (colour) => (at) => ({ at, symbolSize: at === now ? 13 : 7, itemStyle: { color: at === now ? colour : '#fff', borderColor: colour, borderWidth: 2 } });
  const tag = (at) => ({ show: true, formatter: at === now ? `{now|${labels[at]}}` : labels[at], position: isUpright ? 'right' : 'top', color: '#33465f', fontSize: 12, rich: { now: { fontWeight: 700, fontSize: 12, color: '#33465f' } } });
  const most = (who) => roundUp(Math.max(...waits[who].map(([mean]) => mean ?? 0), data.target.minutes[who]));

  /* The wait of nine in ten over the setting. */
  draw('over', {
    tooltip, grid: { left: 44, right: 30, top: 34, bottom: 56 },
    legend: { top: 0, right: 4, itemWidth: 18, itemHeight: 9, textStyle: font, data: [words.walk_in, words.appointment] },
    xAxis: {
      type: 'value', min: places[0], max: places[places.length - 1], name: words.setting, nameLocation: 'middle', nameGap: 38, splitLine: { show: false },
      axisTick: { customValues: places }, axisLabel: { customValues: places, formatter: labelAt, rich: { now: { fontWeight: 700, fontSize: 12, lineHeight: 15, align: 'center', color: '#33465f' } } }
    },
    yAxis: value(words.minutes, { min: 0, max: roundUp(reached) }),
    series: Object.keys(WHO).flatMap((who) => [
      {
        name: words[who], type: 'line', connectNulls: true, symbol: 'circle', lineStyle: { width: 2.5, color: WHO[who] }, itemStyle: { color: WHO[who] },
        data: waits[who].map(([mean], at) => ({ value: [places[at], round(mean)], ...dot(WHO[who])(at) })),
        markLine: {
          silent: true, symbol: 'none',
          data: [promised(who, 'yAxis'), ...(who === 'walk_in' ? [{ xAxis: places[now], lineStyle: { color: GREY, type: 'solid', width: 1 }, label: { show: false } }] : [])]
        }
      },
      whiskers(who)
    ])
  });

  /* Wait against idle: what one costs of the other. */
  draw('idle', {
    tooltip, grid: { left: 44, right: 20, top: 34, bottom: 40 },
    legend: { top: 0, right: 4, itemWidth: 18, itemHeight: 9, textStyle: font },
    xAxis: { type: 'value', interval: step, min: Math.max(0, step * Math.floor((middle - half) / step)), max: Math.min(100, step * Math.ceil((middle + half) / step)), name: `${words.idle}, %`, nameLocation: 'middle', nameGap: 24, splitLine: { lineStyle: { color: COLOUR.line } } },
    yAxis: value(words.minutes, { min: 0, max: Math.max(most('walk_in'), most('appointment')) }),
    series: Object.keys(WHO).map((who) => ({
      name: words[who], type: 'line', connectNulls: true, symbol: 'circle', lineStyle: { width: 1.5, color: WHO[who], opacity: .7 }, itemStyle: { color: WHO[who] },
      labelLayout: { hideOverlap: true },
      data: waits[who].map(([mean], at) => ({ value: [round(data.idle[at][0]), round(mean)], ...dot(WHO[who])(at), label: tag(at) })),
      markLine: { silent: true, symbol: 'none', data: [promised(who, 'yAxis')].map((line) => ({ ...line, label: { show: false } })) }
    }))
  });

  /* Walk-ins against booked citizens: what one pays for the other; names stand beside the line. */
  const booked = waits.appointment.map(([mean]) => mean).filter((mean) => mean !== null);
  const isFalling = booked[0] > booked[booked.length - 1] && waits.walk_in[0][0] < waits.walk_in[labels.length - 1][0];
  draw('each', {
    tooltip, grid: { left: 44, right: 76, top: 34, bottom: 40 }, legend: { show: false },
    xAxis: { type: 'value', min: 0, max: most('walk_in'), name: `${words.walk_in}, ${words.minutes}`, nameLocation: 'middle', nameGap: 24, splitLine: { lineStyle: { color: COLOUR.line } } },
    yAxis: value(`${words.appointment}, ${words.minutes}`, { min: 0, max: most('appointment') }),
    series: [{
      type: 'line', symbol: 'circle', lineStyle: { width: 1.5, color: GREY }, labelLayout: { hideOverlap: true },
      data: labels.map((_, at) => ({ value: [round(waits.walk_in[at][0]), round(waits.appointment[at][0])], ...dot('#33465f')(at), label: { ...tag(at), position: 'top', offset: [isFalling ? 14 : -14, 4] } })).filter((_, at) => waits.walk_in[at][0] !== null && waits.appointment[at][0] !== null),
      markLine: { silent: true, symbol: 'none', data: [promised('appointment', 'yAxis'), promised('walk_in', 'xAxis')].map((line) => ({ ...line, label: { show: false } })) }
    }]
  });
})();
