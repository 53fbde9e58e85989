/* What every screen in the hall does: reads its page, tells the server's time, writes words.
   ES5 and what Chrome 60 knows: public hardware is old. */
(function (root) {
  'use strict';

  var page = JSON.parse(document.getElementById('page').textContent);
  var server = 0, since = 0;    /* the server's time, and when it was told */

  function by(id) { return document.getElementById(id); }

  function now() { return server + performance.now() - since; }

  function setTime(text) { server = Date.parse(text); since = performance.now(); }

  function format(options) {
    options.timeZone = page.time_zone;
    return new Intl.DateTimeFormat(page.locale, options);
  }

  /* An element with a class and what is in it: texts and elements. */
  function element(tag, name, children) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    (children || []).forEach(function (child) {
      made.appendChild(typeof child === 'object' ? child : document.createTextNode(child));
    });
    return made;
  }

  /* "Counter %(number)s" with 3 in it: the words small, the number large, in the language's order. */
  function phrase(words, number) {
    var parts = words.split('%(number)s');
    return [element('small', '', [parts[0]]), element('b', '', [String(number)]), element('small', '', [parts[1] || ''])];
  }

  function fill(node, children) {
    while (node.firstChild) { node.removeChild(node.firstChild); }
    children.forEach(function (child) { node.appendChild(typeof child === 'object' ? child : document.createTextNode(child)); });
  }

  function range(estimate) {
    if (!estimate) { return '–'; }
    return estimate.low === estimate.high ? String(estimate.low) : estimate.low + '–' + estimate.high;
  }

  /* The state of the link: a class on the page, words beside the dot. */
  function tellLink(state) {
    var link = by('link');
    link.className = 'link ' + state;
    fill(link.querySelector('span'), [page.words[state]]);
  }

  function tick() {
    var at = new Date(now());
    fill(by('time'), [page.clock.format(at)]);
    if (by('date')) {
      fill(by('date'), [page.date.format(at), element('br'), page.weekday.format(at)]);
    }
  }

  page.clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  page.date = format({ year: 'numeric', month: 'long', day: 'numeric' });
  page.weekday = format({ weekday: 'long' });
  setTime(page.board.now);
  tick();
  setInterval(tick, 1000);

  root.Screen = {
    page: page, by: by, now: now, setTime: setTime, element: element, phrase: phrase,
    fill: fill, range: range, tellLink: tellLink
  };
}(window));
