/* The wall: the big card follows the voice, the list changes at once, all else is the board.
   ES5 and what Chrome 60 knows: public hardware is old. */
(function (root) {
  'use strict';

  var SPEAK_MS = 15000;      /* an older call is shown, not spoken */
  var LISTED = 6, ROWS = 3, PAGE_MS = 8000;      /* every wall turns its page at the same time */
  var CALLS = { TicketCalled: true, TicketRecalled: true };
  var ENDS = {
    ServiceStarted: true, ServiceFinished: true, TicketQueuedAgain: true, TicketHeld: true,
    TicketReturned: true, TicketTransferred: true, TicketNotShown: true, TicketPostponed: true,
    TicketAbandoned: true, TicketClosed: true
  };

  var screen = root.Screen, page = screen.page, words = page.words, board = page.board, isStale = false;
  var by = screen.by, element = screen.element, fill = screen.fill;

  var speaker = root.Speaker({
    folder: page.voice.folder, languages: page.voice.languages, volume: page.voice.volume, onState: tellSound
  });
  var voice = root.Voice({
    speaker: speaker, memory: 'spoken ' + page.hall + ' ' + (page.zone || ''),
    onTurn: function (call) { draw(); if (call) { flash(); } }
  });

  /* ---- drawing ---- */

  function latest() {
    var seen = {};
    return board.calls.filter(function (call) {
      var first = !seen[call.number];
      seen[call.number] = true;
      return first;
    });
  }

  function flash() {
    by('now').classList.remove('flash');
    void by('now').offsetWidth;
    by('now').classList.add('flash');
  }

  function drawNow(call) {
    var state = call ? 'called' : board.open ? 'empty' : 'closed';
    by('now').className = 'now ' + state + (by('now').classList.contains('flash') ? ' flash' : '');
    if (state === 'closed') { drawClosed(); }
    if (!call) { return; }
    by('now').classList.toggle('long', (call.number + call.counter).length > 6);
    by('now').classList.toggle('again', !!call.recalled);
    fill(by('now-number'), [call.number]);
    fill(by('now-counter'), [String(call.counter)]);
  }

  /* When the doors open again today, if they do. */
  function drawClosed() {
    var next = board.openings.filter(function (opening) { return Date.parse(opening.from) > screen.now(); })[0];
    fill(by('opens'), next ? screen.phrase(words.opens_at, page.clock.format(new Date(next.from))) : []);
  }

  function drawCall(call) {
    var counter = String(call.counter), isLong = call.number.length + counter.length + (call.recalled ? 1 : 0) > 6;
    var row = [element('span', 'number', [call.number])];
    if (call.recalled) { row.push(element('span', 'again-tag', [words.again])); }
    row.push(element('span', 'at', screen.phrase(words.at_counter, counter)));
    return element('li', (call.recalled ? 'again' : '') + (isLong ? ' long' : ''), row);
  }

  function drawList(calls) {
    var rows = calls.slice(0, LISTED).map(drawCall);
    while (rows.length < LISTED) { rows.push(element('li', 'blank')); }
    fill(by('calls'), rows);
  }

  function drawNext() {
    var booked = board.next.some(function (one) { return one['class'] === 'appointment'; });
    fill(by('next'), board.next.slice(0, LISTED).map(function (one) {
      return element('span', 'number ' + one['class'], [one.number]);
    }));
    by('next-booked').classList.toggle('hidden', !booked);
  }

  function drawWaiting() {
    var groups = board.groups, pages = Math.ceil(groups.length / ROWS), from = Math.floor(screen.now() / PAGE_MS) % Math.max(pages, 1) * ROWS;
    if (groups.length > ROWS) { from = Math.min(from, groups.length - ROWS); }   /* the last page is as full as the others */
    by('waiting').classList.toggle('several', groups.length > 1);
    fill(by('waiting-people'), screen.phrase(words.people, board.waiting));
    fill(by('waiting-minutes'), groups.length === 1 ? screen.phrase(words.minutes, screen.range(groups[0].estimate)) : []);
    drawBest();
    fill(by('groups'), groups.length > 1 ? groups.slice(from, from + ROWS).map(drawGroup) : []);
  }

  /* When to come for a shorter wait, in turn with the notice. */
  function drawBest() {
    var best = board.best, turn = Boolean(best && board.open && Math.floor(screen.now() / PAGE_MS) % 2);
    by('best').classList.toggle('hidden', !turn);
    document.querySelector('.notice').classList.toggle('hidden', turn);
    if (turn) {
      fill(by('best'), [words.best.replace('%(time)s', page.clock.format(new Date(best.from))) + ' ']
        .concat(screen.phrase(words.minutes, screen.range(best))));
    }
  }

  function drawGroup(group) {
    return element('li', '', [
      element('span', 'prefix', [group.prefix]),
      element('span', 'name', [group.name[page.language] || group.name.en]),
      element('b', '', [String(group.waiting)]),
      element('span', 'minutes', screen.phrase(words.minutes, screen.range(group.estimate)))
    ]);
  }

  function draw() {
    var calls = latest(), atWork = board.open || board.counters.some(function (counter) { return counter.ticket; });
    var now = voice.current() || (atWork && calls[0]) || null;
    drawNow(now);
    drawList(calls.filter(function (call) { return !now || call.number !== now.number; }));
    drawNext();
    drawWaiting();
  }

  /* ---- sound ---- */

  function tellSound(state) {
    by('sound').className = 'sound ' + state;
    fill(by('sound').querySelector('span'), [words[state] || '']);
  }

  by('sound').onclick = function () { speaker.unlock(); };
  document.onkeydown = function () { if (by('sound').classList.contains('blocked')) { speaker.unlock(); } };

  /* ---- hearing ---- */

  function hear(call) {
    if (screen.now() - Date.parse(call.at) < SPEAK_MS) { voice.announce(call); }
  }

  /* Over: its counter no longer waits for the one it called. */
  function isOver(call) {
    return !board.counters.some(function (counter) {
      return counter.id === call.counter_id && counter.ticket === call.number && counter.ticket_status === 'called';
    });
  }

  function show(newer) {
    board = newer;
    screen.setTime(board.now);
    voice.cancel(isOver);
    board.calls.slice().reverse().forEach(function (call) { if (!isOver(call)) { hear(call); } });
    draw();
  }

  function hint(event, isNews) {
    if (event.name === 'LayoutActivated') { isStale = isStale || isNews; }
    if (CALLS[event.name] && event.counter_id) {      /* of another zone, nothing is told */
      if (isNews) { board.calls.unshift(event); }
      hear(event);
      draw();
    } else if (ENDS[event.name]) {
      voice.cancel(function (call) { return call.number === event.number && call.at <= event.at; });
    }
  }

  show(board);
  setInterval(function () {
    if (isStale && !voice.current()) { location.reload(); }
    drawWaiting();
  }, 1000);

  root.Resume({
    join: { hall: page.hall, screen: 'wall', zone: page.zone }, sequence: board.sequence,
    board: page.address, onSnapshot: show, onEvent: hint, onLink: screen.tellLink
  });
  root.hallWall = { spoken: voice.spoken };
}(window));
