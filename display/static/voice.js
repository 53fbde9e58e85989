/* Says who is called: a queue of announcements, and a loudspeaker that plays recorded clips.

   Voice(options) is the queue: each announcement once, the oldest first; a reload repeats none.
     speaker: a Speaker, or nothing for a silent screen
     memory:  the name under which this browser keeps what it has spoken
     onTurn:  function (call or null): whose turn it is; null: nobody's
   returns {announce(call), cancel(isOver), spoken, current()}.

   Speaker(options) is the loudspeaker, WebAudio:
     folder, languages, volume (0 to 1)
     onState: function (state): "loading", "ready", "blocked", "incomplete", "silent"
   returns {say(call, chime, done), unlock()}; done(heard) tells whether the words were heard.

   ES5 and what Chrome 60 knows: public hardware is old. */
(function (root) {
  'use strict';

  var DROP_REPEAT = 3;       /* so many wait: each is said once only */
  var REPEAT_AFTER_MS = 700;
  var NEXT_AFTER_MS = 400;
  var UNHEARD_MS = 6000;     /* how long a call stays large when its words cannot be heard */
  var HURRIED_MS = 3000;     /* and when so many wait */
  var REMEMBERED = 200;

  root.Voice = function (options) {
    var spoken = recall(), queue = [], current = null;

    function recall() {
      try { return JSON.parse(localStorage.getItem(options.memory)) || []; } catch (_) { return []; }
    }

    function remember(id) {
      spoken.push(id);
      if (spoken.length > REMEMBERED) { spoken.shift(); }
      try { localStorage.setItem(options.memory, JSON.stringify(spoken)); } catch (_) { /* no store: a reload forgets */ }
    }

    function isKnown(id) {
      return spoken.indexOf(id) >= 0 || queue.some(function (call) { return call.announcement === id; });
    }

    function announce(call) {
      if (isKnown(call.announcement)) { return; }
      queue.push(call);
      queue.sort(function (one, other) { return Date.parse(one.at) - Date.parse(other.at); });
      next();
    }

    function next() {
      if (current || !queue.length) { return; }
      var call = current = queue.shift(), began = performance.now();
      remember(call.announcement);
      options.onTurn(call);
      say(call, true, function (heard) {
        if (!heard) {
          linger(began);
        } else if (queue.length >= DROP_REPEAT || call.over) {
          finish();
        } else {
          setTimeout(say, REPEAT_AFTER_MS, call, false, finish);
        }
      });
    }

    function say(call, chime, done) {
      if (options.speaker) { options.speaker.say(call, chime, done); } else { done(false); }
    }

    /* Nobody heard it: it stays large for a while, a shorter one when many wait. */
    function linger(began) {
      var passed = performance.now() - began;
      if (passed >= UNHEARD_MS || (passed >= HURRIED_MS && queue.length >= DROP_REPEAT)) { finish(); return; }
      setTimeout(linger, passed < HURRIED_MS ? HURRIED_MS - passed : UNHEARD_MS - passed, began);
    }

    function finish() {
      setTimeout(function () {
        current = null;
        if (queue.length) { next(); } else { options.onTurn(null); }
      }, NEXT_AFTER_MS);
    }

    /* Drops whatever waits and is over, and the repeat of what is being said. */
    function cancel(isOver) {
      queue = queue.filter(function (call) { return !isOver(call); });
      if (current && isOver(current)) { current.over = true; }
    }

    return { announce: announce, cancel: cancel, spoken: spoken, current: function () { return current; } };
  };

  /* The keys of a call's clips: "A012" at counter 3 is call-A, number-012, counter-3. */
  function sentence(call) {
    var parts = /^([A-Z]?)(\d+)$/.exec(call.number);
    return parts && [parts[1] ? 'call-' + parts[1] : 'call', 'number-' + parts[2], 'counter-' + call.counter];
  }

  root.Speaker = function (options) {
    var Context = root.AudioContext || root.webkitAudioContext;
    var context = Context ? new Context() : null, output, manifests = {};
    var state = null, isLacking = false;    /* a clip of the last call */

    function tell(now) { if (now !== state) { state = now; options.onState(now); } }

    function tellState() {
      var none = options.languages.every(function (language) { return !manifests[language].chime; });
      tell(none ? 'silent' : context.state !== 'running' ? 'blocked' : isLacking ? 'incomplete' : 'ready');
    }

    function get(address, kind) {
      return fetch(address).then(function (answer) {
        if (!answer.ok) { throw new Error(address); }
        return answer[kind]();
      });
    }

    function load(language) {
      return get(options.folder + language + '/manifest.json', 'json').then(
        function (manifest) { manifests[language] = manifest; },
        function () { manifests[language] = {}; }
      );
    }

    function clip(language, key) {
      var entry = manifests[language][key], address = options.folder + language + '/' + entry.file;
      return get(address + '?' + entry.sha256.slice(0, 12), 'arrayBuffer').then(function (bytes) {
        return new Promise(function (resolve, reject) { context.decodeAudioData(bytes, resolve, reject); });
      });
    }

    /* What can be said of a call: [language, key] in order; a language that lacks a clip is left out. */
    function script(call) {
      var keys = sentence(call), said = [], complete = true;
      options.languages.forEach(function (language) {
        if (keys && keys.every(function (key) { return manifests[language][key]; })) {
          keys.forEach(function (key) { said.push([language, key]); });
        } else { complete = false; }
      });
      return { said: said, complete: complete };
    }

    function bell() {
      var language = options.languages.filter(function (one) { return manifests[one].chime; })[0];
      return language ? [[language, 'chime']] : [];
    }

    /* Schedules clips one after the other on the audio clock, so that no gap can be heard. */
    function play(clips, done) {
      var at = context.currentTime + 0.05, finished = false;
      function finish() { if (!finished) { finished = true; done(true); } }
      clips.forEach(function (buffer, i) {
        var source = context.createBufferSource();
        source.buffer = buffer;
        source.connect(output);
        source.start(at);
        at += buffer.duration;
        if (i === clips.length - 1) { source.onended = finish; }
      });
      setTimeout(finish, (at - context.currentTime) * 1000 + 1500);   /* a loudspeaker that was pulled out */
    }

    function decode(pairs) {
      return Promise.all(pairs.map(function (pair) { return clip(pair[0], pair[1]); }));
    }

    function say(call, chime, done) {
      function unheard() { done(false); }
      loaded.then(function () {
        var words = script(call);
        isLacking = !words.complete;
        tellState();
        if (context.state !== 'running') { unheard(); return; }
        decode((chime ? bell() : []).concat(words.said)).catch(function () {
          isLacking = true;
          tellState();
          words.said = [];
          return decode(bell());
        }).then(function (clips) {
          if (!clips.length) { unheard(); return; }
          play(clips, function () { done(words.said.length > 0); });
        }).catch(unheard);
      });
    }

    /* Call it from a click or a key: browsers make no sound before. Answers with the bell. */
    function unlock() {
      if (!context) { return; }
      context.resume().then(function () { return loaded; }).then(function () { return decode(bell()); }).then(function (clips) {
        if (clips.length) { play(clips, function () {}); }
      });
    }

    if (!context) {
      tell('silent');
      return { say: function (call, chime, done) { done(false); }, unlock: unlock };
    }
    output = context.createGain();
    output.gain.value = options.volume;
    output.connect(context.destination);
    tell('loading');
    var loaded = Promise.all(options.languages.map(load)).then(tellState);
    context.onstatechange = function () { loaded.then(tellState); };
    return { say: say, unlock: unlock };
  };
}(window));
