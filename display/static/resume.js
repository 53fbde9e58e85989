/* Keeps a screen equal to its hall over a connection that may break: the client of docs/wire.md.
   Every screen uses it: wall, counter screen, phone, consoles.

   Resume({
     join:       {hall, screen, zone, counter, secret}, sent with every sync,
     sequence:   what the page was drawn from; missing: nothing yet,
     board:      address of the board; it is fetched after events, and polled without a socket,
     onSnapshot: function (board): the truth, show it,
     onEvent:    function (event, isNews): a hint, in order, each once; no news: the board shown knows it,
     onStale:    function (): fetch what you show; for screens without a board address,
     onLink:     function (state, code): "live", "polling", "lost" or "refused",
     auth:       what a device sends,
     socket:     instead of one of its own
   }) returns {sequence(), refresh(), close()}.

   ES5 and what Chrome 60 knows: public hardware is old. */
(function (root) {
  'use strict';

  var SILENT_MS = 8000;     /* heartbeats come every 5 s */
  var ANSWER_MS = 4000;
  var POLL_MS = 2000;
  var REFRESH_MS = 1000;    /* at most one board a second, however much happens */
  var REFUSED_MS = 30000;
  var BUFFER_EVENTS = 500;

  function open(auth) {
    return root.io({
      transports: ['websocket'], auth: auth, timeout: ANSWER_MS,
      reconnectionDelay: 500, reconnectionDelayMax: 2000, randomizationFactor: 0.5
    });
  }

  /* Never goes back, as the clock of a cheap box does when it first finds the time. */
  function now() { return performance.now(); }

  function jitter() { return 500 + Math.random() * 1500; }

  function read(address, done) {
    var request = new XMLHttpRequest();
    request.open('GET', address);
    request.timeout = ANSWER_MS;
    request.onload = function () {
      var board = null;
      try { board = request.status === 200 ? JSON.parse(request.responseText) : null; } catch (_) { board = null; }
      done(board);
    };
    request.onerror = request.ontimeout = function () { done(null); };
    request.send();
  }

  root.Resume = function (options) {
    var socket = options.socket || open(options.auth);
    var sequence = typeof options.sequence === 'number' ? options.sequence : null;
    var shown = sequence, link = null, closed = false;    /* shown: how far the board is that is shown */
    var syncing = false, buffer = [], unanswered;
    var heard = now(), refreshed = -REFRESH_MS, refreshing, reading = false;

    function tell(state, code) {
      if (state === link) { return; }
      link = state;
      if (options.onLink) { options.onLink(state, code); }
    }

    /* ---- the stream of events ---- */

    function sync(afresh) {
      var message = {}, key;
      if (!socket.connected || syncing) { return; }
      syncing = true;
      for (key in options.join) { if (options.join[key] != null) { message[key] = options.join[key]; } }
      if (sequence !== null && !afresh) { message.after = sequence; }
      unanswered = setTimeout(function () { syncing = false; sync(afresh); }, ANSWER_MS);
      socket.emit('sync', message);
    }

    function stopSyncing() { clearTimeout(unanswered); syncing = false; }

    function drain() {
      var waiting = buffer.sort(function (a, b) { return a.sequence - b.sequence; });
      buffer = [];
      waiting.forEach(live);
    }

    function live(event) {
      if (sequence !== null && event.sequence <= sequence) { return; }
      if (!syncing && sequence !== null && event.sequence === sequence + 1) { apply(event); return; }
      if (buffer.length < BUFFER_EVENTS) { buffer.push(event); }
      sync();
    }

    function apply(event) {
      sequence = event.sequence;
      refresh();    /* whatever becomes of the hint */
      if (options.onEvent) { options.onEvent(event, shown === null || event.sequence > shown); }
    }

    function take(board) {
      shown = board.sequence;
      if (options.onSnapshot) { options.onSnapshot(board); }
      if (!options.board) { refresh(); }
    }

    function answered(head) {
      stopSyncing();
      sequence = head;
      tell('live');
      drain();
    }

    function on(name, act) {
      socket.on(name, function (message) {
        if (closed) { return; }
        heard = now();
        act(message);
      });
    }

    on('snapshot', function (board) {
      take(board);
      answered(board.sequence);
    });
    on('events', function (missed) {
      if (sequence === null || missed.after > sequence) { missed.events.forEach(live); return; }
      missed.events.forEach(function (event) { if (event.sequence > sequence) { apply(event); } });
      answered(Math.max(sequence, missed.sequence));
    });
    on('event', live);
    on('heartbeat', function (heartbeat) {
      if (sequence === null || heartbeat.sequence > sequence) { sync(); }
      if (heartbeat.sequence < sequence) { sync(true); }      /* restored from a backup */
    });
    on('refused', function (refusal) {
      stopSyncing();
      tell('refused', refusal && refusal.code);
      reconnect(REFUSED_MS);
    });

    /* ---- the socket itself ---- */

    function lost() {
      stopSyncing();
      buffer = [];
      if (link !== 'polling' && link !== 'refused') { tell('lost'); }
    }

    function reconnect(delay) {
      socket.disconnect();
      setTimeout(function () { if (!closed && !socket.connected) { socket.connect(); } }, delay);
    }

    on('connect', function () { stopSyncing(); sync(); });
    on('disconnect', function (reason) {
      lost();
      if (reason === 'io server disconnect') { reconnect(jitter()); }  /* socket.io leaves this one to us */
    });
    on('connect_error', function () {
      lost();
      if (!socket.active) { reconnect(jitter()); }
    });

    /* ---- the board over HTTP ---- */

    function fetchBoard() {
      reading = true;
      read(options.board, function (board) {
        reading = false;
        if (closed) { return; }
        if (!board) { if (link === 'polling') { tell('lost'); } return; }
        if (sequence !== null && board.sequence < sequence && link === 'live') { refresh(); return; }
        take(board);
        if (link === 'lost') { tell('polling'); }
      });
    }

    function refresh() {
      if (refreshing || closed) { return; }
      refreshing = setTimeout(function () {
        refreshing = null;
        if (reading) { refresh(); return; }
        refreshed = now();
        if (options.board) { fetchBoard(); } else if (options.onStale) { options.onStale(); }
      }, Math.max(50 + Math.random() * 100, refreshed + REFRESH_MS - now()));
    }

    var watch = setInterval(function () {
      if (socket.connected && now() - heard > SILENT_MS) { lost(); reconnect(jitter()); }
      if (link !== 'live' && now() - refreshed >= POLL_MS) { refresh(); }
    }, 1000);

    if (socket.connected) { sync(); }

    return {
      sequence: function () { return sequence; },
      refresh: refresh,
      close: function () { closed = true; clearInterval(watch); stopSyncing(); socket.disconnect(); }
    };
  };
}(window));
