/* Plays a simulated day on the wall: stands where the wall's link to a server stands otherwise.
   ES5, as everything on the wall. */
(function (root) {
  'use strict';

  var day = JSON.parse(document.getElementById('day').textContent);
  var NUMBER = 0, GROUP = 1, CLASS = 2, DUE = 3, CALLED = 4, STARTED = 5, FINISHED = 6, COUNTER = 7;
  var NEXT = 6, CALLS = 12;
  var speed = 30;      /* seconds of the day in one second */
  var now = day.at, board, told;

  function written(second) { return new Date(day.midnight + second * 1000).toISOString(); }

  function call(row) {
    return {
      announcement: row[NUMBER] + ' ' + row[CALLED], number: row[NUMBER], counter: day.numbers[row[COUNTER]],
      counter_id: row[COUNTER], group: row[GROUP], at: written(row[CALLED]), recalled: false,
      active: row[FINISHED] === null || row[FINISHED] > now
    };
  }

  function waits(row) {
    var end = row[CALLED] === null ? row[FINISHED] : row[CALLED];
    return row[DUE] <= now && (end === null || end > now);
  }

  function latest() {
    return day.citizens.filter(function (row) { return row[CALLED] !== null && row[CALLED] <= now; })
      .sort(function (one, other) { return other[CALLED] - one[CALLED]; }).slice(0, CALLS).map(call);
  }

  function counters() {
    return day.counters.filter(function (row) { return row[1] <= now && now < row[2]; }).map(function (row) {
      var at = day.citizens.filter(function (one) {
        return one[COUNTER] === row[0] && one[CALLED] !== null && one[CALLED] <= now && now < one[FINISHED];
      })[0];
      return {
        id: row[0], number: day.numbers[row[0]], state: row[3] === 'paused' ? 'paused' : 'ready', name: {}, takes: [],
        ticket: at ? at[NUMBER] : null, ticket_status: at ? (at[STARTED] > now ? 'called' : 'serving') : null
      };
    });
  }

  function seen() {
    var waiting = day.citizens.filter(waits);
    var isOpen = day.openings.some(function (opening) { return opening[0] <= now && now < opening[1]; });
    return Object.assign({}, board, {
      now: written(now), open: isOpen, waiting: waiting.length, calls: latest(), counters: counters(),
      groups: board.groups.map(function (group) {
        return Object.assign({}, group, { waiting: waiting.filter(function (row) { return row[GROUP] === group.id; }).length });
      }),
      next: waiting.slice(0, NEXT).map(function (row) { return { number: row[NUMBER], 'class': row[CLASS], group: row[GROUP] }; })
    });
  }

  /* The wall asks for its link: it gets boards of the played day instead. */
  root.Resume = function (options) {
    board = root.Screen.page.board;
    told = options.onSnapshot;
    options.onLink('live');
    told(seen());
    setInterval(function () { now += speed / 2; told(seen()); }, 500);
    return { sequence: function () { return now; }, refresh: function () {}, close: function () {} };
  };
  root.played = { jump: function (second) { now = second; told(seen()); }, now: function () { return now; } };
}(window));
