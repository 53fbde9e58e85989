/* Has the check against machines done while people choose: asks for a puzzle, lets a worker solve it,
   keeps the answer for the page whose form needs it. Whoever is faster than that waits a moment
   after the touch, and is told so. ES5. */
(function () {
  "use strict";
  var me = document.currentScript;
  var from = me.getAttribute("data-from"), solver = me.getAttribute("data-solver");
  var field = document.getElementById("puzzle"), form = field.form;
  var says = document.getElementById("puzzle-says"), bar = document.getElementById("puzzle-bar");
  var KEPT = "puzzle " + from, YOUNG = 25 * 60 * 1000;
  var pressed = null, waiting = false, failed = false, solvedAt = 0;

  function isYoung(at) { return Math.abs(Date.now() - at) < YOUNG; }

  function kept() {
    try {
      var found = JSON.parse(sessionStorage.getItem(KEPT));
      if (!found || !isYoung(found.at)) { return ""; }
      solvedAt = found.at;
      return found.answer;
    } catch (nothing) { return ""; }
  }

  function keep(answer) {
    try {
      if (!answer) { sessionStorage.removeItem(KEPT); return; }
      sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), answer: answer }));
    } catch (nothing) { /* then every page solves its own */ }
  }

  function fail() {
    failed = true;
    if (waiting) { send(); return; } /* the hall then says why not, and what else can be done */
    bar.hidden = true;
    says.textContent = says.getAttribute("data-failed");
    says.className = "refused";
  }

  function solved(answer) {
    field.value = answer;
    solvedAt = Date.now();
    bar.hidden = true;
    keep(answer);
    if (waiting) { send(); }
  }

  function solve(puzzle) {
    var worker = new Worker(solver);
    worker.onerror = fail;
    worker.onmessage = function (message) {
      var found = message.data;
      if (found.share !== undefined) { bar.value = Math.round(found.share * 100); return; }
      worker.terminate();
      if (found.failed) { fail(); return; }
      solved(btoa(JSON.stringify({ challenge: puzzle.challenge, solution: found })));
    };
    worker.postMessage(puzzle);
  }

  function begin() {
    var asked = new XMLHttpRequest();
    field.value = kept();
    if (field.value) { return; }
    asked.open("GET", from);
    asked.onload = function () {
      try { solve(JSON.parse(asked.responseText)); } catch (wrong) { fail(); }
    };
    asked.onerror = fail;
    asked.send();
  }

  function send() {
    var chosen = document.createElement("input");
    if (pressed && pressed.name) {
      chosen.type = "hidden";
      chosen.name = pressed.name;
      chosen.value = pressed.value;
      form.appendChild(chosen);
    }
    keep("");
    form.submit();
  }

  if (form) {
    form.addEventListener("click", function (touch) {
      var at = touch.target;
      while (at && at !== form && at.nodeName !== "BUTTON") { at = at.parentNode; }
      if (at && at !== form && !waiting) { pressed = at; }
    });
    form.addEventListener("submit", function (event) {
      if (failed || (field.value && isYoung(solvedAt))) { keep(""); return; }
      event.preventDefault();
      if (waiting) { return; }
      waiting = true;
      if (field.value) { begin(); } /* somebody thought about it for very long */
      if (pressed) { pressed.className += " waiting"; }
      says.textContent = says.getAttribute("data-doing");
      bar.hidden = false;
      says.scrollIntoView({ block: "center" });
    });
  }
  /* A page that comes back from the browser's memory has used its answer up. */
  window.addEventListener("pageshow", function (shown) { if (shown.persisted) { location.reload(); } });
  begin();
})();
