/* The touch screen's comforts; every page works without them. ES5: public hardware is old. */
(function () {
  "use strict";
  var ask = document.getElementById("ask");
  var seconds = document.getElementById("seconds");
  var lost = document.getElementById("lost");
  var clock = document.getElementById("clock");
  var after = Number(ask.getAttribute("data-after")) * 1000;
  var home = ask.getAttribute("data-home");
  var warning = 20;
  var idle = null;
  var counting = null;

  /* The clock is the server's: its time when the page was made, and what has passed since. */
  var started = Date.now();
  var made = (Number(clock.getAttribute("data-at")) + Number(clock.getAttribute("data-zone"))) * 1000;
  function two(n) { return (n < 10 ? "0" : "") + n; }
  setInterval(function () {
    var now = new Date(made + Date.now() - started);
    clock.textContent = two(now.getUTCHours()) + ":" + two(now.getUTCMinutes());
  }, 1000);

  /* Goes only to a page that answers: a screen that shows the browser's error helps nobody. */
  function go(address) {
    var request = new XMLHttpRequest();
    request.open("GET", address);
    request.timeout = 8000;
    request.onload = function () {
      if (request.status < 500) { location.replace(address); } else { request.onerror(); }
    };
    request.onerror = request.ontimeout = function () {
      lost.hidden = false;
      setTimeout(function () { go(address); }, 5000);
    };
    request.send();
  }

  /* Nobody touches: the start page makes itself anew, the others ask first and give 20 seconds. */
  function wait() {
    clearTimeout(idle);
    clearInterval(counting);
    ask.hidden = true;
    idle = setTimeout(ask.hasAttribute("data-quiet") ? leave : warn, after);
  }
  function warn() {
    var left = warning;
    seconds.textContent = left;
    ask.hidden = false;
    document.getElementById("stay").focus();
    counting = setInterval(function () {
      left -= 1;
      seconds.textContent = left;
      if (left <= 0) { leave(); }
    }, 1000);
  }
  function leave() {
    clearInterval(counting);
    go(home);
  }
  document.addEventListener("touchstart", wait);
  document.addEventListener("mousedown", wait);
  document.addEventListener("keydown", wait);
  wait();

  /* One tap is one tap. The form's hidden key makes a second one harmless anyway. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "yes");
  });
})();
