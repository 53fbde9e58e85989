/* The screen above a counter: the number called or served there, or why there is none.
   ES5 and what Chrome 60 knows: public hardware is old. */
(function (root) {
  'use strict';

  var screen = root.Screen, page = screen.page, shown = null;

  function draw(state, number) {
    var classes = number ? 'serving' : state;
    if (number && number !== shown) { classes += ' called'; }
    if (number !== shown || !number) { screen.by('counter').className = classes; }
    shown = number;
    screen.by('number').classList.toggle('long', !!number && number.length > 4);
    screen.fill(screen.by('number'), [number || '']);
  }

  function show(board) {
    var here = board.counters.filter(function (counter) { return counter.id === page.counter; })[0];
    screen.setTime(board.now);
    draw(here ? here.state : 'closed', here ? here.ticket : null);
  }

  function hint(event, isNews) {
    if (!isNews) { return; }
    if (event.name === 'LayoutActivated') { location.reload(); }
    if (event.name === 'TicketCalled' && event.counter_id === page.counter) { draw('ready', event.number); }
  }

  show(page.board);
  root.Resume({
    join: { hall: page.hall, screen: 'counter', counter: page.counter }, sequence: page.board.sequence,
    board: page.address, onSnapshot: show, onEvent: hint, onLink: screen.tellLink
  });
}(window));
