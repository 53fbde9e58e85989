/* Keeps a citizen's place up to date. The page itself is the truth: it is fetched anew, at once when
   the own number is called, else every few seconds at most. Without JavaScript it reloads. ES5. */
(function () {
  "use strict";
  var facts = document.getElementById("phone");
  var number = facts.getAttribute("data-number");
  var lost = document.getElementById("lost");
  var status = document.getElementById("live").getAttribute("data-status");
  var waiting = null;
  var reading = false;

  function part(page, id) { return page.getElementById(id); }

  function hide(id) {
    var element = document.getElementById(id);
    if (element) { element.hidden = true; }
  }

  function show(page) {
    var live = document.getElementById("live");
    var fresh = part(page, "live");
    if (!fresh) { location.reload(); return; }
    var now = fresh.getAttribute("data-status");
    if (live.innerHTML !== fresh.innerHTML) { live.innerHTML = fresh.innerHTML; }
    if (now !== status) {
      document.getElementById("choices").innerHTML = part(page, "choices").innerHTML;
      if (now === "called" && navigator.vibrate) { navigator.vibrate([400, 200, 400, 200, 400]); }
      if (now === "called") { window.scrollTo(0, 0); }
      live.setAttribute("data-status", now);
      status = now;
    }
    document.title = page.title;
    if (part(page, "updated")) {
      document.getElementById("updated").textContent = part(page, "updated").textContent;
    } else {
      screen.close();
      clearInterval(anyway);
      hide("papers");
      hide("freshness");
    }
  }

  function read() {
    waiting = null;
    if (reading) { soon(1000); return; }
    var request = new XMLHttpRequest();
    reading = true;
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = 8000;
    request.onload = function () {
      reading = false;
      lost.hidden = request.status === 200;
      if (request.status === 200 && request.response) { show(request.response); }
    };
    request.onerror = request.ontimeout = function () {
      reading = false;
      lost.hidden = false;
      soon(3000);
    };
    request.send();
  }

  function soon(milliseconds) {
    if (waiting === null) { waiting = setTimeout(read, milliseconds); }
  }

  var screen = window.Resume({
    join: {
      hall: facts.getAttribute("data-hall"),
      screen: "ticket",
      secret: facts.getAttribute("data-secret")
    },
    sequence: Number(facts.getAttribute("data-sequence")),
    onEvent: function (event) {
      if (event.number === number) {
        clearTimeout(waiting);
        waiting = null;
        soon(0);
      }
    },
    onStale: function () { soon(2000 + Math.random() * 4000); }
  });

  /* The wait grows shorter by itself, and what is shown is never older than this. */
  var anyway = setInterval(function () { soon(0); }, 30000);

  /* A phone that was asleep looks at once. */
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { read(); }
  });
})();
